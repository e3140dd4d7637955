// Our packages, each with each other. Never run.
import { createServer } from 'node:http'

import express, { type Request, type RequestHandler, type Response, validate } from '@tokkyu/core'
import { Router } from '@tokkyu/router'
import session, { basicAuth, cookies, csrf, type SessionRequest } from '@tokkyu/session'
import upload, { diskStorage, parts } from '@tokkyu/upload'
import { createEngine } from '@tokkyu/views'
import ejs from '@tokkyu/views/ejs'

const secret = 'secret'
const app = express()

// core, views: either engine, under any extension, and as the app's own functions.
const views = createEngine({ roots: 'views' })
app.engine('html', views.express)
app.engine('html', views.renderFile)
app.engine('html', ejs.renderFile).engine('ejs', ejs.__express)
app.engine('txt', (path, data, done) => ejs.renderFile(path, data, { rmWhitespace: true }, done))
app.get('/page', (req, res) => res.send(ejs.render('<%= path %>', { path: req.path })))
app.get('/mail', async (_req, res) => res.send(await ejs.renderFile('mail.ejs', { name: 'Ada' })))
app.get('/list', async (_req, res) => res.send(await views.renderFile('list')))
const row: string = ejs.compile('<li><%= name %></li>')({ name: 'Ada' })
console.log(row)

// core, router: a router of either package in an app, an app's router in a router.
const plain = new Router()
plain.get('/users/:id<int>', (req, res) => res.end(String(req.params.id.toFixed())))
app.use('/plain', plain)
const inner = express.Router()
inner.get('/', (_req, res) => res.send('x'))
app.use('/inner', inner)
plain.use(inner).use(app)

// core, session: handlers behind, inline and declared.
app.use(session({ secret }), csrf(), basicAuth({ users: { ada: secret } }), cookies(secret))
app.get('/me', (req, res) => res.json([req.session.cookie.maxAge, req.csrfToken(), req.auth?.user]))
const counted: RequestHandler = (req, _res, next) => {
  req.session.touch()
  next()
}
const id = (req: SessionRequest) => req.session?.id
app.get('/id/:name', counted, (req, res) => res.send(`${req.params.name} ${id(req)}`))

// core, upload.
const uploads = upload({ storage: diskStorage({ destination: 'uploads' }) })
app.post('/avatar/:name', uploads.single('avatar'), (req, res) => {
  res.send(`${req.params.name} ${req.file?.originalname}`)
})
app.post('/parts', async (req, res) => {
  for await (const part of parts(req)) if (part.kind === 'file') part.stream.resume()
  res.sendStatus(204)
})
const saved = (req: Request, res: Response) => res.json(req.files)
app.post('/many', uploads.array('files'), saved)
app.post('/checked/:name', uploads.single('file'), validate({}), (req, res) => {
  res.send(req.params.name)
})

// router, session, upload, views without core: plain node.
const alone = new Router()
alone.use(session({ secret }))
alone.post('/', uploads.single('file'), (req, res, next) => {
  views.renderFile('page', { url: req.url }, (error, html) => (error ? next(error) : res.end(html)))
  ejs.renderFile('page.ejs', { url: req.url }, (error, html) => {
    if (error) next(error)
    else res.end(html)
  })
})
createServer((req, res) => alone(req, res, () => res.end()))

// session, upload: what a session says limits what may be sent.
upload({ limits: (req: Request) => ({ files: req.session.cookie.secure ? 2 : 1 }) })
upload({
  storage: diskStorage({
    filename: (req: Request, file, done) => done(null, req.session.id + file.fieldname),
  }),
})

// @ts-expect-error an engine is a function
app.engine('html', views)
// @ts-expect-error a template may not turn into a promise unasked
const text: string = ejs.render('', {}, { async: true })
console.log(text)
