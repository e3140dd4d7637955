import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import middie from '@fastify/middie'
import multipart from '@fastify/multipart'
import session from '@fastify/session'
import serve from '@fastify/static'
import ejs from 'ejs'
import fastify from 'fastify'
import path from 'node:path'

export const lacks = ['attachment', 'basic-auth', 'csrf', 'jsonp', 'links', 'negotiate']

const echo = (reply, value) => {
  if (Object.assign({}, value).admin) reply.header('X-Admin', 'yes')
  return reply.type('application/json').send(JSON.stringify(value ?? null))
}

export async function start({ root, views }) {
  const secret = 'a secret of the app under attack, long enough'
  const app = fastify({ http: { connectionsCheckingInterval: 100 } })
  await app.register(middie)
  app.use('/admin', (req, res) => {
    res.statusCode = 403
    res.end('forbidden')
  })
  await app.register(serve, { root, redirect: true })
  await app.register(formbody)
  await app.register(cookie, { secret })
  await app.register(session, {
    secret,
    saveUninitialized: false,
    cookie: { secure: false, sameSite: 'lax' },
  })
  await app.register(multipart, { limits: { fileSize: 2 ** 20 } })

  app.get('/', () => 'home')
  app.get('/admin/panel', () => 'guarded-panel')
  app.get('/polluted', () => ({}).polluted === undefined ? 'clean' : 'polluted')
  app.get('/host', (req) => `believes ${req.host}`)
  app.get('/users/:id', (req) => ({ id: req.params.id }))
  for (let n = 0; n < 10; n++) app.get(`/on/:y-:m-:d/n${n}`, (req) => req.params)

  app.get('/echo', (req, reply) => echo(reply, req.query))
  app.post('/echo', (req, reply) => echo(reply, req.body))

  app.get('/header', (req, reply) => reply.header('X-Value', req.query.value).send('set'))
  app.get('/redirect', (req, reply) => reply.redirect(req.query.to))
  app.get('/file', (req, reply) => reply.sendFile(req.query.name))
  app.get('/page/:name', async (req, reply) => {
    const file = path.join(views, `${req.params.name}.html`)
    const page = await ejs.renderFile(file, { x: '', ...req.query }, { cache: true })
    return reply.type('text/html; charset=utf-8').send(page)
  })

  app.get('/cookies', (req) => ({ value: req.cookies[req.query.name] ?? null }))
  app.get('/cookie', (req, reply) => {
    const { name = 'c', value, path: at, domain } = req.query
    return reply
      .setCookie(name, value, { ...(at && { path: at }), ...(domain && { domain }) })
      .send('set')
  })
  app.get('/sign', (req, reply) => {
    for (const name of ['role', 'note']) reply.setCookie(name, req.query[name], { signed: true })
    return reply.send('signed')
  })
  app.get('/signed', (req) => {
    const sent = req.cookies['session' in req.query ? 'sessionId' : req.query.name]
    const read = sent === undefined ? undefined : req.unsignCookie(sent)
    return { value: read?.valid ? read.value : null }
  })

  app.get('/visit', (req) => {
    req.session.visited = true
    return 'welcome'
  })
  app.get('/login', async (req) => {
    await req.session.regenerate()
    req.session.user = 'ada'
    return 'in'
  })
  app.get('/logout', async (req) => {
    await req.session.destroy()
    return 'out'
  })
  app.get('/me', (req, reply) =>
    req.session.user ? `user ${req.session.user}` : reply.code(401).send('nobody'),
  )
  app.post('/upload', async (req) => {
    const fields = []
    const files = []
    for await (const part of req.parts()) {
      if (part.type === 'file')
        files.push({ name: part.filename, size: (await part.toBuffer()).length })
      else fields.push([part.fieldname, part.value])
    }
    return { fields, files }
  })

  await app.listen({ port: 0, host: '127.0.0.1' })
  return app.server
}
