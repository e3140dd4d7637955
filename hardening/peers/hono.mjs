import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { accepts } from 'hono/accepts'
import { basicAuth } from 'hono/basic-auth'
import { bodyLimit } from 'hono/body-limit'
import { getCookie, getSignedCookie, setCookie, setSignedCookie } from 'hono/cookie'
import { csrf } from 'hono/csrf'

// Hono's pages are JSX or tagged templates, not files with tags in them; sessions come from elsewhere.
export const lacks = [
  'attachment',
  'jsonp',
  'links',
  'parts-of-segments',
  'send-file',
  'session',
  'views',
]

const echo = (c, value) => {
  if (Object.assign({}, value).admin) c.header('X-Admin', 'yes')
  return c.json(value ?? null)
}

export function start({ root }) {
  const secret = 'a secret of the app under attack, long enough'
  const app = new Hono()
  app.use('/admin/*', (c) => c.text('forbidden', 403))
  app.get('/', (c) => c.text('home'))
  app.get('/admin/panel', (c) => c.text('guarded-panel'))
  app.get('/polluted', (c) => c.text({}.polluted === undefined ? 'clean' : 'polluted'))
  app.get('/host', (c) => c.text(`believes ${new URL(c.req.url).host}`))
  app.get('/users/:id', (c) => c.json({ id: c.req.param('id') }))

  app.get('/echo', (c) => echo(c, c.req.query()))
  app.post('/echo', bodyLimit({ maxSize: 100 * 1024 }), async (c) => {
    const type = (c.req.header('content-type') ?? '').toLowerCase()
    if (type.includes('json')) {
      const value = await c.req.json().catch(() => undefined)
      return value === undefined ? c.text('no JSON', 400) : echo(c, value)
    }
    return echo(
      c,
      type.includes('form') ? await c.req.parseBody({ dot: false, all: true }) : await c.req.text(),
    )
  })

  app.get('/header', (c) => {
    c.header('X-Value', c.req.query('value'))
    return c.text('set')
  })
  app.get('/redirect', (c) => c.redirect(c.req.query('to')))
  app.get('/negotiate', (c) =>
    c.text(
      accepts(c, {
        header: 'Accept',
        supports: ['application/json', 'text/html'],
        default: 'text/html',
      }),
    ),
  )

  app.get('/cookies', (c) => c.json({ value: getCookie(c)[c.req.query('name')] ?? null }))
  app.get('/cookie', (c) => {
    const { name = 'c', value, path, domain } = c.req.query()
    setCookie(c, name, value, { ...(path && { path }), ...(domain && { domain }) })
    return c.text('set')
  })
  app.get('/sign', async (c) => {
    for (const name of ['role', 'note']) await setSignedCookie(c, name, c.req.query(name), secret)
    return c.text('signed')
  })
  app.get('/signed', async (c) => {
    const name = c.req.query('name') ?? '__Host-sid'
    return c.json({ value: (await getSignedCookie(c, secret, name)) || null })
  })

  app.use('/vault', basicAuth({ username: 'ada', password: 'lovelace' }))
  app.get('/vault', (c) => c.text('the vault'))
  app.post('/transfer', csrf(), (c) => c.text('transferred'))
  app.get('/login', (c) => c.text('in'))
  app.post('/upload', bodyLimit({ maxSize: 2 ** 20 }), async (c) => {
    const fields = []
    const files = []
    const body = await c.req.parseBody({ all: true }).catch(() => undefined)
    if (body === undefined) return c.text('no form', 400)
    for (const [name, value] of Object.entries(body))
      for (const each of [value].flat())
        if (typeof each === 'string') fields.push([name, each])
        else files.push({ name: each.name, size: each.size })
    return c.json({ fields, files })
  })

  app.use(serveStatic({ root }))
  app.onError((error, c) => error.getResponse?.() ?? c.text('Internal Server Error', 500))
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  return Object.assign(server, { connectionsCheckingInterval: 100 })
}
