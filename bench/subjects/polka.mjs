import path from 'node:path'
import ejs from 'ejs'
import polka from 'polka'
import sirv from 'sirv'

import { files, greeting, rows } from '../scenarios.mjs'

const send = (res, type, body) =>
  res.writeHead(200, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }).end(body)
const json = (res, value) => send(res, 'application/json; charset=utf-8', JSON.stringify(value))
const parse = (req, res, next) => {
  const chunks = []
  req
    .on('data', (chunk) => chunks.push(chunk))
    .on('end', () => {
      req.body = JSON.parse(Buffer.concat(chunks).toString())
      next()
    })
}
const view = path.join(import.meta.dirname, '../views/page.ejs')
let n = 0

const build = {
  s1: () => polka().get('/', (req, res) => send(res, 'text/html; charset=utf-8', 'Hello, World!')),
  s2: () => polka().get('/json', (req, res) => json(res, greeting())),
  s2u: () => polka().get('/unique', (req, res) => json(res, { ...greeting(), n: n++ })),
  s3: () =>
    polka().get('/users/:id/books/:book', (req, res) =>
      json(res, { ...req.params, x: req.query.x }),
    ),
  s4: () => {
    const app = polka()
    for (let i = 0; i < 100; i++)
      app.get(`/api/v1/resource${i}/:id/items/:item`, (req, res) => json(res, req.params))
    return app
  },
  s5: () => {
    const app = polka()
    for (let i = 0; i < 10; i++) app.use((req, res, next) => next())
    return app.get('/json', (req, res) => json(res, greeting()))
  },
  s6: () =>
    polka()
      .use(parse)
      .post('/echo', (req, res) => json(res, req.body)),
  s7: () =>
    polka().get('/page', (req, res) =>
      ejs.renderFile(view, { rows }, { cache: true }, (error, html) =>
        send(res, 'text/html; charset=utf-8', html),
      ),
    ),
  s8: () => polka().use(sirv(files, { etag: true })),
  s8b: () => polka().use(sirv(files, { etag: true })),
  s9: async () =>
    polka()
      .use(
        (await import('express-session')).default({
          secret: 'a secret of the bench',
          resave: false,
          saveUninitialized: false,
        }),
      )
      .get('/count', (req, res) => {
        req.session.n = (req.session.n ?? 0) + 1
        json(res, { n: req.session.n })
      }),
  s10: async () =>
    polka()
      .use((await import('multer')).default().single('file'))
      .post('/upload', (req, res) => json(res, { size: req.file.size })),
}

export const apps = Object.fromEntries(
  Object.entries(build).map(([name, make]) => [
    name,
    async () => {
      const app = await make()
      return { listen: (...args) => app.listen(...args).server }
    },
  ]),
)
