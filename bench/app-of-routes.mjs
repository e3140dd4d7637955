/**
 * An app as they are written: of every six routes three are handled where they stand, one behind a guard,
 * one by a handler that annotates what it takes, and one in a router.
 */
export function appOf(framework, routes) {
  return `import express, {
  type NextFunction, type Request, type RequestHandler, type Response, Router,
} from '${framework}'
const app = express()
const signedIn: RequestHandler = (req, res, next) =>
  req.get('Authorization') ? next() : void res.sendStatus(401)
app.use(express.json())
${Array.from({ length: routes }, (_, i) => ROUTES[i % ROUTES.length](i)).join('\n')}
app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
  res.status(500).send(error.message)
})
`
}

// Their paths differ, so that no answer can be kept from one to the next.
const ROUTES = [
  (i) => `app.get('/area${i}/:owner${i}/items/:id${i}', (req, res) => {
  const owner: string = req.params.owner${i}
  res.json({ owner, id: req.params.id${i}, page: req.query.page })
})`,
  (i) => `app.post('/area${i}/:owner${i}', async (req, res, next) => {
  try {
    res.status(201).json({ owner: req.params.owner${i}, name: req.body.name })
  } catch (error) {
    next(error)
  }
})`,
  (i) => `app.get('/area${i}', (_req, res) => {
  res.render('list', { title: 'area ${i}' })
})`,
  (i) => `app.put('/area${i}/:owner${i}/items/:id${i}', signedIn, (req, res) => {
  res.send([req.params.owner${i}, req.params.id${i}].join())
})`,
  (i) => `app.delete('/area${i}/:id${i}', (req: Request<{ id${i}: string }>, res: Response) => {
  res.status(204).set('X-Id', req.params.id${i}).end()
})`,
  (i) => `const router${i} = Router()
app.use('/area${i}', router${i})
router${i}.get('/things/:thing${i}', (req, res) => {
  res.redirect('/area/' + req.params.thing${i})
})`,
]
