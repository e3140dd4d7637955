import { once } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import request from 'supertest'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'

import express, { type Express, type RequestHandler } from '@tokkyu/core'
import session, { csrf, type CsrfOptions } from '@tokkyu/session'
import * as npm from './middleware/packages.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

/** What a client gets: the head of the 101 and the first message, or the answer that came in its place. */
async function handshake(app: Express, headers: Record<string, string> = {}, query = '') {
  const server = app.listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = new WebSocket(`ws://127.0.0.1:${port}/chat${query}`, { headers })
  client.on('error', () => {})
  const said = once(client, 'message').then(([data]) => String(data))
  said.catch(() => {})
  const upgraded = once(client, 'upgrade')
  const refused = once(client, 'unexpected-response').then(
    ([, response]) => [response] as unknown[],
  )
  upgraded.catch(() => {})
  refused.catch(() => {})
  const [response] = (await Promise.race([upgraded, refused])) as [IncomingMessage]
  const message = response.statusCode === 101 ? await said : undefined
  client.terminate()
  return { status: response.statusCode, headers: response.headers, message, port }
}

function chat(...middleware: RequestHandler[]): Express {
  const app = express().set('env', 'test')
  for (const each of middleware) app.use(each)
  return app.ws('/chat', (socket) => void socket.send('hello'))
}

type Found = (error: null, user: unknown) => void

function check(name: string, word: string, found: Found): void {
  found(null, word === 'open' ? { name } : false)
}

describe('on a WebSocket route, middleware from npm', () => {
  it('sets its headers on the 101: helmet, cors, response-time', async () => {
    const { headers, message } = await handshake(chat(npm.helmet(), npm.cors(), npm.responseTime()))
    expect(message).toBe('hello')
    expect(headers['content-security-policy']).toContain("default-src 'self'")
    expect(headers['access-control-allow-origin']).toBe('*')
    expect(headers['x-response-time']).toMatch(/ms$/)
    expect(headers['x-powered-by']).toBeUndefined()
  })

  it('has nothing to compress: compression', async () => {
    const { headers, message } = await handshake(chat(npm.compression({ threshold: 0 })))
    expect(message).toBe('hello')
    expect(headers['content-encoding']).toBeUndefined()
  })

  it('keeps a session: express-session', async () => {
    const options = { secret: 'x', resave: false, saveUninitialized: false }
    const app = express().set('env', 'test')
    app.use(npm.expressSession(options), (req, _res, next) => {
      const data = req.session as unknown as { visits?: number }
      data.visits = (data.visits ?? 0) + 1
      next()
    })
    app.ws('/chat', (socket, req) => {
      void socket.send(`visit ${(req.session as unknown as { visits: number }).visits}`)
    })
    const first = await handshake(app)
    expect(first.message).toBe('visit 1')
    const cookie = first.headers['set-cookie']![0]!.split(';')[0]!
    expect((await handshake(app, { cookie })).message).toBe('visit 2')
  })

  it('reads cookies: cookie-parser', async () => {
    const app = express().set('env', 'test').use(npm.cookieParser())
    app.ws('/chat', (socket, req) => void socket.sendJson(req.cookies))
    expect((await handshake(app, { cookie: 'a=1' })).message).toBe('{"a":"1"}')
  })

  it('logs it once: morgan', async () => {
    const lines: string[] = []
    const stream = { write: (line: string) => void lines.push(line) }
    await handshake(chat(npm.morgan(':method :url :status', { stream })))
    expect(lines).toEqual(['WS /chat 101\n'])
  })

  it('refuses with an answer of its own: express-rate-limit, passport', async () => {
    const limited = chat(npm.rateLimit({ windowMs: 60_000, limit: 1, standardHeaders: true }))
    expect((await handshake(limited)).message).toBe('hello')
    expect((await handshake(limited)).status).toBe(429)

    const authenticator = new npm.passport.Passport()
    authenticator.use('basic', new npm.passportHttp.BasicStrategy(check))
    const guarded = chat(authenticator.authenticate('basic', { session: false }))
    const refused = await handshake(guarded)
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([
      401,
      'Basic realm="Users"',
    ])
    const authorization = `Basic ${Buffer.from('ada:open').toString('base64')}`
    expect((await handshake(guarded, { authorization })).message).toBe('hello')
  })
})

function behindCsrf(options: CsrfOptions = {}, origin: 'same' | 'any' = 'same'): Express {
  const app = express().set('env', 'test')
  app.use(session({ secret: 'at least thirty-two bytes of secret' }), csrf(options))
  return app.ws('/chat', { origin }, (socket) => void socket.send('hello'))
}

describe('csrf() in front of a WebSocket route', () => {
  const cookie = 'other=1'

  it('lets programs in that are no browsers, with their cookies', async () => {
    expect((await handshake(behindCsrf(), { cookie })).message).toBe('hello')
    expect((await handshake(behindCsrf(), { authorization: 'Basic eDp5' })).message).toBe('hello')
  })

  it.each<[string, Record<string, string>]>([
    ['another origin', { origin: 'https://evil.test' }],
    ['no origin that has a name', { origin: 'null' }],
    ['another site, by the word of the browser', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling', { origin: 'https://evil.test', 'sec-fetch-site': 'same-site' }],
  ])('refuses pages of %s, also where the route would not', async (_which, headers) => {
    expect((await handshake(behindCsrf(), { cookie, ...headers })).status).toBe(403)
    expect((await handshake(behindCsrf({}, 'any'), { cookie, ...headers })).status).toBe(403)
  })

  it('lets pages in of an origin that both trust', async () => {
    const origin = 'https://partner.test'
    const { message } = await handshake(behindCsrf({ trustedOrigins: [origin] }, 'any'), {
      cookie,
      origin,
    })
    expect(message).toBe('hello')
  })

  it('asks for a token where one is always asked for', async () => {
    const app = behindCsrf({
      token: 'always',
      read: (req) => (req as express.Request).query['token'],
    })
    app.get('/token', (req, res) => void res.send(req.csrfToken()))
    const page = await request(app).get('/token')
    const own = { cookie: page.headers['set-cookie']![0]!.split(';')[0]! }
    expect((await handshake(app, own)).status).toBe(403)
    expect((await handshake(app, { cookie }, `?token=${page.text}`)).status).toBe(403)
    expect((await handshake(app, own, `?token=${page.text}`)).message).toBe('hello')
  })
})
