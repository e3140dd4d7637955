import { bodyParser } from '@koa/bodyparser'
import multer from '@koa/multer'
import Router from '@koa/router'
import ejs from 'ejs'
import Koa from 'koa'
import mount from 'koa-mount'
import session from 'koa-session'
import serve from 'koa-static'
import path from 'node:path'

// Koa has a cookie to ask for by its name, no object of all; no JSONP, no Link, no sendFile.
export const lacks = ['basic-auth', 'csrf', 'jsonp', 'links', 'send-file']

const echo = (ctx, value) => {
  if (Object.assign({}, value).admin) ctx.set('X-Admin', 'yes')
  return value ?? null
}

/** What multer refuses has no status of its own. */
function refused(error) {
  throw Object.assign(error, error.name === 'MulterError' && { status: 400 })
}

export function start({ root, views }) {
  const app = new Koa({ keys: ['a secret of the app under attack, long enough'] })
  app.silent = true
  const router = new Router()
  const uploads = multer({ limits: { fileSize: 2 ** 20 } })
  const stored = new Map()
  const store = {
    get: (id) => JSON.parse(stored.get(id) ?? 'null'),
    set: (id, value) => void stored.set(id, JSON.stringify(value)),
    destroy: (id) => void stored.delete(id),
  }

  app.use(
    mount('/admin', (ctx) => {
      ctx.status = 403
      ctx.body = 'forbidden'
    }),
  )
  app.use(serve(root))
  app.use(session({ store, sameSite: 'lax' }, app))

  const get = (at, answer) =>
    router.get(at, async (ctx) => {
      ctx.body = await answer(ctx)
    })
  get('/', () => 'home')
  get('/admin/panel', () => 'guarded-panel')
  get('/polluted', () => ({}).polluted === undefined ? 'clean' : 'polluted')
  get('/host', (ctx) => `believes ${ctx.host}`)
  get('/users/:id', (ctx) => ({ id: ctx.params.id }))
  for (let n = 0; n < 10; n++) get(`/on/:y-:m-:d/n${n}`, (ctx) => ctx.params)

  get('/echo', (ctx) => echo(ctx, ctx.query))
  router.post('/echo', bodyParser({ enableTypes: ['json', 'form', 'text'] }), (ctx) => {
    ctx.body = JSON.stringify(echo(ctx, ctx.request.body))
  })

  get('/header', (ctx) => {
    ctx.set('X-Value', ctx.query.value)
    return 'set'
  })
  router.get('/redirect', (ctx) => ctx.redirect(ctx.query.to))
  get('/download', (ctx) => {
    ctx.attachment(ctx.query.name)
    return 'content'
  })
  get('/negotiate', (ctx) => {
    if (!ctx.accepts('json', 'html', 'text')) ctx.throw(406)
    return 'text'
  })
  get('/page/:name', (ctx) => {
    ctx.type = 'html'
    return ejs.renderFile(
      path.join(views, `${ctx.params.name}.html`),
      { x: '', ...ctx.query },
      { cache: true },
    )
  })

  get('/cookies', (ctx) => ({ value: ctx.cookies.get(ctx.query.name) ?? null }))
  get('/cookie', (ctx) => {
    const { name = 'c', value, path: at, domain } = ctx.query
    ctx.cookies.set(name, value, {
      signed: false,
      ...(at && { path: at }),
      ...(domain && { domain }),
    })
    return 'set'
  })
  get('/sign', (ctx) => {
    for (const name of ['role', 'note']) ctx.cookies.set(name, ctx.query[name], { signed: true })
    return 'signed'
  })
  get('/signed', (ctx) => {
    const name = 'session' in ctx.query ? 'koa.sess' : ctx.query.name
    return { value: ctx.cookies.get(name, { signed: true }) ?? null }
  })

  get('/visit', (ctx) => {
    ctx.session.visited = true
    return 'welcome'
  })
  get('/login', (ctx) => {
    ctx.session.regenerate()
    ctx.session.user = 'ada'
    return 'in'
  })
  get('/logout', (ctx) => {
    ctx.session = null
    return 'out'
  })
  get('/me', (ctx) => {
    if (!ctx.session.user) ctx.throw(401)
    return `user ${ctx.session.user}`
  })
  router.post(
    '/upload',
    (ctx, next) => uploads.array('file')(ctx, next).catch(refused),
    (ctx) => {
      ctx.body = {
        fields: ctx.request.body ?? null,
        files: (ctx.files ?? []).map(({ originalname, size }) => ({ name: originalname, size })),
      }
    },
  )

  app.use(router.routes())
  return Object.assign(app.listen(0, '127.0.0.1'), { connectionsCheckingInterval: 100 })
}
