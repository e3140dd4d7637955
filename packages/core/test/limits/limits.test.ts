import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import http2 from 'node:http2'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import request from 'supertest'
import { WebSocket } from 'ws'
import { afterEach, describe, expect, it } from 'vitest'
import express from '@tokkyu/core'

import { LEDGER } from '../../src/limits/ledger.ts'

const open: { close(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

type Values = Parameters<express.Express['limits']['set']>[0]

function makeApp(limits: Values = {}): express.Express {
  const app = express().set('env', 'test')
  app.limits.set(limits)
  return app
}

describe('app.limits', () => {
  it('are numbers with defaults', () => {
    const { limits } = express()
    expect([limits.body, limits.streams, limits.url]).toEqual([102_400, 100, Infinity])
  })

  it('are printed, with units and sources, and what the app has set', () => {
    const lines = String(makeApp({ body: '1mb' }).limits).split('\n')
    expect(lines).toHaveLength(Object.keys(LEDGER).length)
    expect(lines.find((line) => line.startsWith('body '))).toMatch(
      /^body +1048576 +bytes +a body that a parser reads +set by the app$/,
    )
    expect(lines.find((line) => line.startsWith('streams '))).toMatch(/ 100 +streams .* RFC 9113/)
  })

  it('are set once', () => {
    const { limits } = makeApp({ body: 1 })
    expect(() => limits.set({ body: 2 })).toThrow('they were set before')
    expect(limits.body).toBe(1)
  })

  it('cannot be set any more when the app listens', async () => {
    const app = express()
    const server = app.listen(0, '127.0.0.1')
    open.push(server)
    await once(server, 'listening')
    expect(() => app.limits.set({ body: 2 })).toThrow('the app is listening')
  })

  it.each([
    [{ bodies: 1 }, 'ARGUMENT_INVALID'],
    [{ bodies: undefined }, 'ARGUMENT_INVALID'],
    [{ body: -1 }, 'ARGUMENT_OUT_OF_RANGE'],
    [{ body: 'much' }, 'ARGUMENT_OUT_OF_RANGE'],
    [{ streams: 1.5 }, 'ARGUMENT_OUT_OF_RANGE'],
    [{ streams: '100' }, 'ARGUMENT_OUT_OF_RANGE'],
    [{ headersTimeout: 2 ** 31 }, 'ARGUMENT_OUT_OF_RANGE'],
    [{ headerBytes: Infinity }, 'ARGUMENT_OUT_OF_RANGE'],
  ])('refuse %j, and are then as they were', (values, code) => {
    const { limits } = express()
    expect(() => limits.set(values as never)).toThrow(expect.objectContaining({ code }))
    limits.set({ body: 7 })
    expect([limits.body, limits.streams]).toEqual([7, 100])
  })

  it('of a polluted prototype are none', () => {
    const limits = makeApp(Object.create({ body: 1 })).limits
    expect(limits.body).toBe(102_400)
  })

  it('of uploads are told to the package that keeps them, those that were set', () => {
    const [parent, child] = [makeApp({ uploadFiles: 2, uploadFileSize: '1mb' }), express()]
    parent.use(child)
    expect(child.limits.uploads).toEqual({ files: 2, fileSize: 1_048_576 })
    expect(express().limits.uploads).toEqual({})
  })

  it('hold for mounted apps that set none of their own', () => {
    const [parent, first, second] = [makeApp({ body: 7 }), express(), makeApp({ body: 8 })]
    parent.use(first).use(second)
    expect([first.limits.body, second.limits.body]).toEqual([7, 8])
  })

  it('are node’s where node has one', () => {
    const server = createServer()
    const { headersTimeout, requestTimeout, keepAliveTimeout } = server
    expect(express().limits).toMatchObject({ headersTimeout, requestTimeout, keepAliveTimeout })
  })

  it('stand in the docs as they are here', () => {
    const page = readFileSync(new URL('../../../../docs/limits.md', import.meta.url), 'utf8')
    const rows = Object.entries(LEDGER).map(
      ([name, { value, unit, bounds, source }]) =>
        `| \`${name}\` | ${value === Infinity ? 'none' : value.toLocaleString('en')} ${unit} | ${bounds} | ${source} |`,
    )
    expect(page.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows)
  })
})

describe('a limit that an app sets', () => {
  it('holds for parsers without one of their own', async () => {
    const app = makeApp({ body: 10, jsonDepth: 2, formParameters: 2, formDepth: 1 })
    app.post('/own', express.json({ limit: 100 }), (req, res) => void res.json(req.body))
    app.use(express.json(), express.urlencoded({ extended: true }), express.text())
    app.post('/', (req, res) => void res.json(req.body))
    const post = (path: string, type: string, body: string) =>
      request(app).post(path).set('Content-Type', type).send(body)
    const form = 'application/x-www-form-urlencoded'
    expect((await post('/', 'text/plain', 'x'.repeat(11))).status).toBe(413)
    expect((await post('/own', 'application/json', '{"abcdefgh":1}')).status).toBe(200)
    expect((await post('/', 'application/json', '[[1]]')).status).toBe(200)
    expect((await post('/', 'application/json', '[[[1]]]')).status).toBe(400)
    expect((await post('/', form, 'a=1&b=2')).status).toBe(200)
    expect((await post('/', form, 'a=1&b=2&c')).status).toBe(413)
    expect((await post('/', form, 'a[b][c]=1')).status).toBe(400)
  })

  it('cuts a query', async () => {
    const app = makeApp({ queryParameters: 2 })
    app.get('/', (req, res) => void res.json(req.query))
    expect((await request(app).get('/?a=1&b=2&c=3')).body).toEqual({ a: '1', b: '2' })
    app.set('query parser', 'extended')
    expect((await request(app).get('/?a[b]=1&b=2&c=3')).body).toEqual({ a: { b: '1' }, b: '2' })
  })

  it('refuses a target, before any layer', async () => {
    const app = makeApp({ url: 10 }).use((_req, res) => void res.send('seen'))
    expect((await request(app).get(`/${'x'.repeat(9)}`)).status).toBe(200)
    expect((await request(app).get(`/${'x'.repeat(10)}`)).status).toBe(414)
    expect((await request(express().set('env', 'test')).get(`/${'x'.repeat(10)}`)).status).toBe(404)
  })

  it('is set at the server that app.listen makes', async () => {
    const app = makeApp({
      headerFields: 5,
      sockets: 7,
      requestsPerSocket: 8,
      headersTimeout: 1000,
      requestTimeout: 2000,
      keepAliveTimeout: 3000,
      headerBytes: 2000,
    })
    const server = app.listen(0, '127.0.0.1')
    open.push(server)
    await once(server, 'listening')
    expect(server).toMatchObject({
      maxHeadersCount: 5,
      maxConnections: 7,
      maxRequestsPerSocket: 8,
      headersTimeout: 1000,
      requestTimeout: 2000,
      keepAliveTimeout: 3000,
    })
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.write(`GET / HTTP/1.1\r\nHost: a.test\r\nX-A: ${'x'.repeat(2000)}\r\n\r\n`)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 431 /)
  })

  it('is told to clients of HTTP/2', async () => {
    const server = makeApp({ streams: 7, frameBytes: 20_000 }).listen({ http2: true, port: 0 })
    open.push(server)
    await once(server, 'listening')
    const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    open.push(client)
    const [settings] = (await once(client, 'remoteSettings')) as [http2.Settings]
    expect(settings).toMatchObject({ maxConcurrentStreams: 7, maxFrameSize: 20_000 })
  })

  it('ends connections of HTTP/2 on which nothing happens', async () => {
    const server = makeApp({ sessionTimeout: 30 }).listen({ http2: true, port: 0 })
    open.push(server)
    await once(server, 'listening')
    const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const [code] = (await once(client, 'goaway')) as [number]
    expect(code).toBe(0)
  })

  it('closes a WebSocket, unless its route says otherwise', async () => {
    const app = express().set('env', 'test')
    app.ws('/', () => {})
    app.ws('/own', { maxPayload: 100 }, (socket) => socket.close(4000))
    app.limits.set({ messageBytes: 10, webSockets: 1 })
    const server = app.listen(0, '127.0.0.1')
    open.push(server)
    await once(server, 'listening')
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
    const first = new WebSocket(url)
    await once(first, 'open')
    const second = new WebSocket(url)
    const [refusal] = (await once(second, 'error')) as [Error]
    expect(refusal.message).toContain('503')
    first.send('x'.repeat(11))
    expect((await once(first, 'close'))[0]).toBe(1009)
    const third = new WebSocket(`${url}/own`)
    await once(third, 'open')
    third.send('x'.repeat(11))
    expect((await once(third, 'close'))[0]).toBe(4000)
  })

  it('cuts WebSockets that answer no ping, unless their route says otherwise', async () => {
    const app = express().set('env', 'test')
    app.ws('/', () => {})
    app.ws('/own', { pingInterval: 0 }, () => {})
    app.limits.set({ pingInterval: 40, pongTimeout: 20 })
    const server = app.listen(0, '127.0.0.1')
    open.push(server)
    await once(server, 'listening')
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
    const [silent, never] = ['', '/own'].map(
      (path) => new WebSocket(url + path, { autoPong: false }),
    )
    await Promise.all([once(silent!, 'open'), once(never!, 'open')])
    expect((await once(silent!, 'close'))[0]).toBe(1006)
    expect(never!.readyState).toBe(WebSocket.OPEN)
    never!.terminate()
  })

  it('of pongs is no longer than from ping to ping of a route', async () => {
    const app = express().set('env', 'test')
    app.ws('/', { pingInterval: 40 }, () => {})
    app.limits.set({ pongTimeout: 10_000 })
    const server = app.listen(0, '127.0.0.1')
    open.push(server)
    await once(server, 'listening')
    const silent = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      autoPong: false,
    })
    expect((await once(silent, 'close'))[0]).toBe(1006)
  })

  it('cuts off a slow reader of events', async () => {
    let stream: express.EventStream | undefined
    const app = makeApp({ eventBuffer: 10_000 })
    app.get('/', (_req, res) => void (stream = res.sse()))
    const server = app.listen(0, '127.0.0.1')
    open.push(server)
    await once(server, 'listening')
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
    await once(socket, 'readable')
    let sent = 0
    while (stream!.isOpen && sent++ < 10_000) void stream!.send('x'.repeat(10_000))
    expect(stream!.isOpen).toBe(false)
    socket.destroy()
  })

  it('is the grace of app.close()', async () => {
    const app = makeApp({ closeGrace: 0 }).get('/', () => {})
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
    await once(server, 'request')
    await app.close()
    expect(server.listening).toBe(false)
  })
})

describe('a limit that is undefined', () => {
  it('stays what it was', () => {
    const { limits } = makeApp({ body: undefined, streams: 7 })
    expect([limits.body, limits.streams]).toEqual([express().limits.body, 7])
  })
})
