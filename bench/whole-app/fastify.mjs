// The nearest form of the app that Fastify's own plugins make.
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import cors from '@fastify/cors'
import formbody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import session from '@fastify/session'
import serve from '@fastify/static'
import view from '@fastify/view'
import ejs from 'ejs'
import fastify from 'fastify'
import morgan from 'morgan'

import { SECRET, accessLog, answerOf, files, page, sections, views } from './parts.mjs'

/** morgan on the raw pair: both log the same lines, where pino would write JSON. */
export async function wholeApp() {
  const app = fastify()
  const log = morgan('combined', { stream: accessLog('fastify') })
  app.addHook('onRequest', (req, reply, done) => log(req.raw, reply.raw, done))
  await app.register(helmet)
  await app.register(cors, { strictPreflight: false })
  await app.register(compress, { global: true, encodings: ['gzip'] })
  await app.register(rateLimit, { max: 1e9, timeWindow: 60_000 })
  await app.register(serve, { root: files, wildcard: false })
  await app.register(cookie, { secret: SECRET })
  await app.register(session, {
    secret: SECRET,
    cookie: { secure: false },
    saveUninitialized: false,
  })
  await app.register(formbody)
  await app.register(multipart)
  // EJS keeps partials only when it is told to; the plugin keeps pages alone.
  const options = { cache: true }
  await app.register(view, { engine: { ejs }, root: views, production: true, options })

  for (const { prefix, routes } of sections) {
    for (const [verb, path, name] of routes)
      app[verb](`${prefix}${path}`, (req, reply) => reply.send(answerOf(prefix, name, req)))
  }
  app.get('/page', (req, reply) => reply.view('page.ejs', page))
  app.get('/count', (req, reply) => {
    req.session.n = (req.session.n ?? 0) + 1
    reply.send({ n: req.session.n })
  })
  app.post('/upload', async (req) => ({ size: (await (await req.file()).toBuffer()).length }))
  return app
}
