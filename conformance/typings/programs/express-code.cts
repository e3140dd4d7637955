// Code as it is written for Express, with ours under its name. Never run.
import express = require('@tokkyu/core')
import {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from '@tokkyu/core'

declare module '@tokkyu/core' {
  interface Request {
    requestId: string
  }
}

interface Body {
  name: string
}

const app: express.Application = express()
const router: express.Router = Router({ mergeParams: true })
const logger: RequestHandler = (req, _res, next) => {
  console.log(req.method, req.url)
  next()
}
const returning = (_req: Request, _res: Response, next: NextFunction): void => next()
const mock: NextFunction = () => {}
returning({} as Request, {} as Response, mock)

class Controller {
  public readonly router = express.Router()
  constructor() {
    this.router.get('/', this.list)
    this.router.post<object, Body, Body>('/', this.create.bind(this))
  }
  private async list(_req: Request, res: Response): Promise<void> {
    res.json([])
  }
  private create(req: Request<object, Body, Body>, res: Response<Body>): Response | void {
    return res.status(201).json({ name: req.body.name })
  }
}

app.use(
  express.json({ limit: '1mb', verify: (_req: Request, _res: Response, _bytes: Buffer) => {} }),
)
app.use(express.urlencoded({ extended: true }), express.text(), express.raw({ type: '*/*' }))
app.use(
  express.static('public', {
    maxAge: '1d',
    setHeaders: (res: Response, _path: string) => void res.set('X', '1'),
  }),
)
app.use(logger, returning)
app.use('/users', new Controller().router, router)
app.set('trust proxy', 1).enable('strict routing')
app.param('id', (_req, _res, next, value) => next(value ? undefined : 'route'))
app.engine('html', (_path, _options, done) => done(null, ''))
app
  .route('/a')
  .get((_req, res) => res.send('a'))
  .post((_req, res) => void res.sendStatus(204))
router.use((req: Request, _res: Response, next: NextFunction) => {
  req.requestId = 'x'
  next()
})
router.get('/files/:name', async (req, res) => {
  res.sendFile(req.params.name, { root: 'files' }, (error) => void error?.message)
  res.download('a.txt', 'b.txt')
  res.links({ next: '/2' })
  res.format({ json: () => res.json({}), default: () => res.sendStatus(406) })
  res.cookie('a', { b: 1 }, { maxAge: 1, httpOnly: true, sameSite: 'lax' }).clearCookie('a')
})
app.use((error: Error & { status?: number }, _req: Request, res: Response, _next: NextFunction) => {
  res.status(error.status ?? 500).render('error', { error })
})
const server = app.listen(3000, () => console.log('listening'))
server.close()
