import express from 'express'
import { describe, expect, it } from 'vitest'
import session, { csrf } from '@tokkyu/session'
import type { CsrfOptions } from '@tokkyu/session'
import { secret } from './all-stores.ts'
import { serve } from './client.ts'
import type { Client } from './client.ts'
import { core } from './our-core.ts'

async function protectedApp(options: CsrfOptions = {}, create = express): Promise<Client> {
  const app = create()
  app.use(session({ secret, resave: false, saveUninitialized: false }))
  app.use(express.urlencoded(), csrf(options))
  app.get('/form', (req, res) => {
    res.send((req as unknown as { csrfToken(): string }).csrfToken())
  })
  app.get('/template', (_req, res) => {
    res.send((res.locals['csrfToken'] as () => string)())
  })
  app.all('/new-id', (req, res, next) => {
    req.session.regenerate((error?: unknown) => (error ? next(error) : res.send('done')))
  })
  app.use((_req, res) => {
    res.send('done')
  })
  app.use(((error, _req, res, _next) => {
    res.status(error.status).send(`${error.code} ${error.reason}`)
  }) as express.ErrorRequestHandler)
  return serve(app as never)
}

const cookie = 'other=1'

describe('csrf()', () => {
  it.each([
    ['the same origin', { 'sec-fetch-site': 'same-origin' }, 200],
    ['an address typed', { 'sec-fetch-site': 'none' }, 200],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a sibling subdomain', { 'sec-fetch-site': 'same-site' }, 403],
    ['a repeated header', { 'sec-fetch-site': 'same-origin, cross-site' }, 403],
    [
      'another site that claims our origin',
      { 'sec-fetch-site': 'cross-site', origin: 'http://app.test' },
      403,
    ],
    ['an old browser at our origin', { origin: 'http://app.test', host: 'app.test' }, 200],
    ['our origin behind TLS', { origin: 'https://app.test', host: 'app.test' }, 200],
    [
      'our origin with the port spelt out',
      { origin: 'https://app.test', host: 'app.test:443' },
      200,
    ],
    ['another origin', { origin: 'https://evil.test', host: 'app.test' }, 403],
    ['another port', { origin: 'http://app.test:8080', host: 'app.test' }, 403],
    ['an origin that ends like ours', { origin: 'https://evilapp.test', host: 'app.test' }, 403],
    ['an opaque origin', { origin: 'null', host: 'app.test' }, 403],
    ['an origin that is none', { origin: 'garbage', host: 'app.test' }, 403],
  ])('judges an unsafe request from %s', async (_what, headers, status) => {
    const client = await protectedApp()
    const answer = await client.send('POST', '/', { cookie, ...headers })
    expect([answer.status, answer.text]).toEqual([
      status,
      status === 200 ? 'done' : 'CSRF_REFUSED cross-site',
    ])
  })

  it.each(['GET', 'HEAD', 'OPTIONS'])('lets %s pass from anywhere', async (method) => {
    const client = await protectedApp()
    expect(
      (await client.send(method, '/', { cookie, 'sec-fetch-site': 'cross-site' })).status,
    ).toBe(200)
  })

  it.each(['PUT', 'PATCH', 'DELETE', 'POST'])('guards %s', async (method) => {
    const client = await protectedApp()
    expect(
      (await client.send(method, '/', { cookie, 'sec-fetch-site': 'cross-site' })).status,
    ).toBe(403)
  })

  it('trusts the other origins it was told', async () => {
    const client = await protectedApp({ trustedOrigins: ['https://admin.test'] })
    const from = (origin: string) =>
      client.send('POST', '/', { cookie, origin, 'sec-fetch-site': 'cross-site' })
    expect((await from('https://admin.test')).status).toBe(200)
    expect((await from('https://admin.test.evil.test')).status).toBe(403)
    expect((await from('http://admin.test')).status).toBe(403)
  })

  it('lets a client pass that carries nothing to abuse, and asks others for a token', async () => {
    const client = await protectedApp()
    expect((await client.send('POST', '/', {})).status).toBe(200)
    expect((await client.send('POST', '/', { cookie })).text).toBe('CSRF_REFUSED no-origin')
    expect((await client.send('POST', '/', { authorization: 'Basic YTpi' })).status).toBe(403)
  })

  it.each(['not an origin', 'https://a.test/path', 'https://a.test/', '*'])(
    'refuses to trust %j, at once',
    (origin) => {
      expect(() => csrf({ trustedOrigins: [origin] })).toThrow(TypeError)
    },
  )
})

describe('a CSRF token', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const post = (client: Client, token: string, headers = {}) =>
    client.send('POST', '/', { ...form, ...headers }, `_csrf=${encodeURIComponent(token)}`)

  it('lets a form pass whose browser names no origin', async () => {
    const client = await protectedApp()
    const { text: token } = await client.get('/form')
    expect((await post(client, token)).status).toBe(200)
    expect((await client.send('POST', '/', { 'x-csrf-token': token })).status).toBe(200)
  })

  it.each([
    ['Express', express],
    ['our core', core],
  ])('is there for templates under %s', async (_host, create) => {
    const client = await protectedApp({}, create)
    const { text: token } = await client.get('/template')
    expect((await post(client, token)).status).toBe(200)
    expect((await post(client, 'x')).status).toBe(403)
  })

  it('does not help a request that comes from another site', async () => {
    const client = await protectedApp()
    const { text: token } = await client.get('/form')
    expect((await post(client, token, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })

  it('can be asked for always', async () => {
    const client = await protectedApp({ token: 'always' })
    const own = { 'sec-fetch-site': 'same-origin' }
    const { text: token } = await client.get('/form')
    expect((await post(client, token, own)).status).toBe(200)
    expect((await post(client, '', own)).text).toBe('CSRF_REFUSED bad-token')
  })

  it('looks different each time, so that compression cannot reveal it (BREACH)', async () => {
    const client = await protectedApp()
    const [one, other] = [await client.get('/form'), await client.get('/form')]
    expect(one.text).not.toBe(other.text)
    expect((await post(client, one.text)).status).toBe(200)
    expect((await post(client, other.text)).status).toBe(200)
  })

  it('belongs to one session', async () => {
    const client = await protectedApp()
    const other = client.other()
    const { text: foreign } = await other.get('/form')
    await client.get('/form')
    expect((await post(client, foreign)).status).toBe(403)
  })

  it('is void once the id is new (GHSA: @fastify/passport kept it over the login)', async () => {
    const client = await protectedApp()
    const { text: token } = await client.get('/form')
    await client.get('/new-id')
    expect((await post(client, token)).status).toBe(403)
  })

  it.each(['', 'x', 'A'.repeat(48), 'é'.repeat(48), `${'A'.repeat(47)}=`])(
    'is not %j',
    async (token) => {
      const client = await protectedApp()
      await client.get('/form')
      expect((await post(client, token)).status).toBe(403)
    },
  )

  it('is read from the body and the header only, never from the URL, which leaks', async () => {
    const client = await protectedApp()
    const { text: token } = await client.get('/form')
    expect((await client.send('POST', `/?_csrf=${token}`)).status).toBe(403)
  })

  it('cannot be made without a session, and says so', async () => {
    const app = express()
    app.use(csrf())
    app.get('/', (req, res) => {
      expect(() => (req as unknown as { csrfToken(): string }).csrfToken()).toThrow(
        'session() did not run',
      )
      res.end()
    })
    expect((await (await serve(app)).get('/')).status).toBe(200)
  })
})
