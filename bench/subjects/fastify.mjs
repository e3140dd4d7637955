import cookie from '@fastify/cookie'
import multipart from '@fastify/multipart'
import session from '@fastify/session'
import serve from '@fastify/static'
import { Eta } from 'eta'
import fastify from 'fastify'

import { files, greeting, rows } from '../scenarios.mjs'

const eta = new Eta({ cache: true, autoTrim: false })
eta.loadTemplate(
  '@page',
  '<table>\n<% for (const row of it.rows) { -%>\n<tr><td><%= row.id %></td><td><%= row.name %></td><td><%= row.mail %></td><td><%= row.note %></td></tr>\n<% } -%>\n</table>\n',
)
let n = 0

const build = {
  s1: (app) =>
    app.get('/', (req, reply) => reply.type('text/html; charset=utf-8').send('Hello, World!')),
  s2: (app) => app.get('/json', (req, reply) => reply.send(greeting())),
  s2u: (app) => app.get('/unique', (req, reply) => reply.send({ ...greeting(), n: n++ })),
  s3: (app) =>
    app.get('/users/:id/books/:book', (req, reply) =>
      reply.send({ id: req.params.id, book: req.params.book, x: req.query.x }),
    ),
  s4: (app) => {
    for (let i = 0; i < 100; i++)
      app.get(`/api/v1/resource${i}/:id/items/:item`, (req, reply) =>
        reply.send({ id: req.params.id, item: req.params.item }),
      )
  },
  s5: (app) => {
    for (let i = 0; i < 10; i++) app.addHook('onRequest', (req, reply, done) => done())
    app.get('/json', (req, reply) => reply.send(greeting()))
  },
  s6: (app) => app.post('/echo', (req, reply) => reply.send(req.body)),
  s7: (app) =>
    app.get('/page', (req, reply) =>
      reply.type('text/html; charset=utf-8').send(eta.render('@page', { rows })),
    ),
  s8: (app) => app.register(serve, { root: files }),
  s8b: (app) => app.register(serve, { root: files }),
  s9: (app) => {
    app.register(cookie)
    app.register(session, {
      secret: 'a secret of the bench, long enough',
      cookie: { secure: false },
      saveUninitialized: false,
    })
    app.get('/count', (req, reply) => {
      req.session.n = (req.session.n ?? 0) + 1
      reply.send({ n: req.session.n })
    })
  },
  s10: (app) => {
    app.register(multipart, { limits: { fileSize: 2 ** 21 } })
    app.post('/upload', async (req) => ({ size: (await (await req.file()).toBuffer()).length }))
  },
}

export const apps = Object.fromEntries(
  Object.entries(build).map(([name, declare]) => [
    name,
    () => {
      const app = fastify()
      declare(app)
      return {
        listen: (port, host, then) => {
          void app.listen({ port, host }).then(then)
          return app.server
        },
      }
    },
  ]),
)
