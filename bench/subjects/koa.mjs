import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import ejs from 'ejs'
import Koa from 'koa'
import session from 'koa-session'
import serve from 'koa-static'
import path from 'node:path'

import { files, greeting, rows } from '../scenarios.mjs'

const routed = (declare, ...middlewares) => {
  const app = new Koa({ keys: ['a secret of the bench'] })
  const router = new Router()
  declare(router)
  for (const middleware of middlewares)
    app.use(typeof middleware === 'function' ? middleware : middleware.for(app))
  return app.use(router.routes())
}
const quiet = (app) => Object.assign(app, { silent: true }) // a client that leaves is no error here
const view = path.join(import.meta.dirname, '../views/page.ejs')
const store = new Map()
let n = 0

export const apps = {
  s1: () =>
    routed((router) =>
      router.get('/', (ctx) => {
        ctx.type = 'html'
        ctx.body = 'Hello, World!'
      }),
    ),
  s2: () =>
    routed((router) =>
      router.get('/json', (ctx) => {
        ctx.body = greeting()
      }),
    ),
  s2u: () =>
    routed((router) =>
      router.get('/unique', (ctx) => {
        ctx.body = { ...greeting(), n: n++ }
      }),
    ),
  s3: () =>
    routed((router) =>
      router.get('/users/:id/books/:book', (ctx) => {
        ctx.body = { ...ctx.params, x: ctx.query.x }
      }),
    ),
  s4: () =>
    routed((router) => {
      for (let i = 0; i < 100; i++)
        router.get(`/api/v1/resource${i}/:id/items/:item`, (ctx) => {
          ctx.body = ctx.params
        })
    }),
  s5: () =>
    routed(
      (router) =>
        router.get('/json', (ctx) => {
          ctx.body = greeting()
        }),
      ...Array.from({ length: 10 }, () => (ctx, next) => next()),
    ),
  s6: () =>
    routed(
      (router) =>
        router.post('/echo', (ctx) => {
          ctx.body = ctx.request.body
        }),
      bodyParser(),
    ),
  s7: () =>
    routed((router) =>
      router.get('/page', async (ctx) => {
        ctx.type = 'html'
        ctx.body = await ejs.renderFile(view, { rows }, { cache: true })
      }),
    ),
  s8: () => quiet(new Koa()).use(serve(files)),
  s8b: () =>
    quiet(new Koa())
      .use((ctx, next) =>
        next().then(() => {
          ctx.response.etag ||= 'file'
          if (ctx.fresh) ctx.status = 304
        }),
      )
      .use(serve(files)),
  s9: () =>
    routed(
      (router) =>
        router.get('/count', (ctx) => {
          ctx.session.n = (ctx.session.n ?? 0) + 1
          ctx.body = { n: ctx.session.n }
        }),
      {
        for: (app) =>
          session(
            {
              store: {
                get: (key) => JSON.parse(store.get(key) ?? 'null'),
                set: (key, value) => void store.set(key, JSON.stringify(value)),
                destroy: (key) => void store.delete(key),
              },
            },
            app,
          ),
      },
    ),
}
