// oxlint-disable vitest/expect-expect -- supertest's expectations are the assertions
import { createServer, IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'

import request from 'supertest'
import { afterEach, describe, expect, it, vi } from 'vitest'

import express from '@tokkyu/core'
import { LOCALHOST_CERTIFICATE } from './localhost-certificate.ts'

const setPrototypeOf = vi.spyOn(Object, 'setPrototypeOf')
afterEach(() => setPrototypeOf.mockClear())

/** How often a request or a response changed its prototype. */
const swaps = () =>
  setPrototypeOf.mock.calls.filter(
    ([target]) =>
      (target instanceof IncomingMessage || target instanceof ServerResponse) &&
      Object.hasOwn(target, '_events'), // a live message, not a prototype being made
  ).length

/** What an addition of the name `only` says. */
const only = (req: object) => (req as { only?: string }).only ?? 'none'

const helloApp = () => {
  const app = express()
  app.get('/', (req, res) => res.send(`${req.path} ${String(req.app === app && res.app === app)}`))
  return app
}

describe('requests of a server the app listens with', () => {
  it('are of the app from birth', async () => {
    const app = helloApp()
    const server = app.listen(0, '127.0.0.1')
    await request(server).get('/').expect('/ true')
    await request(server).get('/').expect('/ true')
    server.close()
    expect(swaps()).toBe(0)
  })
})

describe('requests of a foreign server', () => {
  it('change their prototype for the first pair only', async () => {
    const server = createServer(helloApp()).listen(0, '127.0.0.1')
    for (let count = 0; count < 4; count += 1) await request(server).get('/').expect('/ true')
    server.close()
    expect(swaps()).toBe(2)
  })

  it('may come from a server with classes of its own', async () => {
    class Custom extends IncomingMessage {}
    const server = createServer({ IncomingMessage: Custom }, helloApp()).listen(0, '127.0.0.1')
    for (let count = 0; count < 3; count += 1) await request(server).get('/').expect('/ true')
    server.close()
  })

  it('stay with the app that is called where a handler chooses between two', async () => {
    const one = express()
    const two = express()
    one.get('/', (req, res) => res.send(`one ${String(req.app === one)}`))
    two.get('/', (req, res) => res.send(`two ${String(req.app === two)}`))
    const server = createServer((req, res) => (req.headers['x-two'] ? two : one)(req, res))
    server.listen(0, '127.0.0.1')
    await request(server).get('/').expect('one true')
    await request(server).get('/').set('X-Two', '1').expect('two true')
    await request(server).get('/').expect('one true')
    server.close()
  })

  it('keep the additions of one app from the other', async () => {
    const one = express()
    const two = express()
    Object.assign(one.request, { only: 'one' })
    one.get('/', (req, res) => res.send(only(req)))
    two.get('/', (req, res) => res.send(only(req)))
    const server = createServer((req, res) => (req.headers['x-two'] ? two : one)(req, res))
    server.listen(0, '127.0.0.1')
    await request(server).get('/').expect('one')
    await request(server).get('/').set('X-Two', '1').expect('none')
    await request(server).get('/').expect('one')
    server.close()
  })

  it('may be encrypted', async () => {
    const server = createSecureServer(
      LOCALHOST_CERTIFICATE,
      express().get('/', (req, res) => res.send(req.protocol)),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    await request(url).get('/').trustLocalhost().disableTLSCerts().expect('https')
    setPrototypeOf.mockClear()
    await request(url).get('/').disableTLSCerts().expect('https')
    server.close()
    expect(swaps()).toBe(0)
  })
})

/** A request and a response as tests of handlers make them. */
const standIns = (url: string) => {
  const headers: Record<string, unknown> = {}
  const res = {
    headers,
    statusCode: 200,
    body: undefined as unknown,
    setHeader: (name: string, value: unknown) => (headers[name.toLowerCase()] = value),
    getHeader: (name: string) => headers[name.toLowerCase()],
    removeHeader: (name: string) => delete headers[name.toLowerCase()],
    end: (body: unknown) => (res.body = body),
  }
  const req = { method: 'GET', url, headers: {} }
  return { req: req as IncomingMessage, res: res as typeof res & ServerResponse }
}

describe('what is no pair of node:http', () => {
  it('may be a stand-in of a test', async () => {
    const { req, res } = standIns('/hello?a=b')
    express().get('/hello', (asked, reply) => reply.end(asked.query['a']))(req, res)
    expect(res.body).toBe('b')
    expect(res.headers).toEqual({ 'x-powered-by': 'Express' })
  })

  it('is answered by the final handler, too', async () => {
    const { req, res } = standIns('/none')
    express()(req, res)
    await vi.waitFor(() => expect(res.body).toContain('Cannot GET /none'))
    expect(res.statusCode).toBe(404)
  })
})

describe('requests of a mounted app', () => {
  it('keep their prototype when the app adds nothing', async () => {
    const app = express()
    const sub = express()
    sub.get('/', (req, res, next) => {
      res.set('X-In', String(req.app === sub && res.app === sub))
      void next()
    })
    app.use('/sub', sub)
    app.use((req, res) => res.send(String(req.app === app && res.app === app)))
    const server = app.listen(0, '127.0.0.1')
    setPrototypeOf.mockClear()
    await request(server).get('/sub').expect('true').expect('X-In', 'true')
    server.close()
    expect(swaps()).toBe(0)
  })

  it('see its additions inside and not outside, whenever they were made', async () => {
    const app = express()
    const sub = express()
    app.use('/sub', sub)
    sub.use((req, res, next) => {
      res.set('X-In', only(req))
      void next()
    })
    app.use((req, res) => res.send(only(req)))
    const server = app.listen(0, '127.0.0.1')
    await request(server).get('/sub').expect('none').expect('X-In', 'none')
    Object.defineProperty(sub.request, 'only', { value: 'sub' })
    await request(server).get('/sub').expect('none').expect('X-In', 'sub')
    server.close()
  })

  it('see additions to a prototype that somebody has held since before the first request', async () => {
    const app = express()
    const sub = express()
    const held = sub.request
    app.use('/sub', sub)
    sub.use((req, res) => res.send(only(req)))
    const server = app.listen(0, '127.0.0.1')
    await request(server).get('/sub').expect('none')
    Object.defineProperty(held, 'only', { value: 'sub' })
    await request(server).get('/sub').expect('sub')
    server.close()
  })

  it('see additions of a prototype that was made from the outer one inside and not outside', async () => {
    const app = express()
    const sub = express().use((req, res, next) => {
      res.set('X-In', only(req))
      void next()
    })
    app.use('/sub', sub)
    app.use((req, res) => res.send(only(req)))
    sub.request = Object.create(app.request, { only: { value: 'sub' } }) as express.Request
    const server = app.listen(0, '127.0.0.1')
    await request(server).get('/sub').expect('none').expect('X-In', 'sub')
    server.close()
  })

  it('are told of an error with the outer app restored', async () => {
    const app = express()
    const sub = express().use(() => {
      throw new Error('inside')
    })
    app.use(sub)
    app.use((_error: unknown, req: express.Request, res: express.Response, _next: unknown) =>
      res.send(String(req.app === app)),
    )
    await request(app).get('/').expect('true')
  })
})

describe('the prototypes of an app', () => {
  it('have the app, as in Express', () => {
    const app = express()
    expect(app.request.app).toBe(app)
    expect(app.response.app).toBe(app)
    expect(Object.hasOwn(app.request, 'app')).toBe(true)
  })

  it('may be replaced', async () => {
    const app = helloApp()
    app.request = Object.create(app.request, { path: { value: 'replaced' } }) as express.Request
    const server = app.listen(0, '127.0.0.1')
    await request(server).get('/').expect('replaced true')
    server.close()
  })
})
