import { once } from 'node:events'
import { createServer as createTlsServer } from 'node:https'
import type { Server } from 'node:net'

import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'

import express, { type Express, type ServerWebSocket, type WebSocketOptions } from '@tokkyu/core'
import { LOCALHOST_CERTIFICATE } from '../localhost-certificate.ts'
import { until } from '../resources.ts'
import { frame, framesIn, PING, TEXT } from './frames.ts'
import {
  dial,
  dialed,
  endAll,
  handshakeText,
  listen,
  listening,
  portOf,
  raw,
  refusal,
} from './serving.ts'

afterEach(endAll)

function greeting(options: WebSocketOptions = {}): Express {
  const app = express().set('env', 'test')
  return app.ws('/chat', options, (socket) => void socket.send('hello'))
}

async function statusOf(server: Server, headers: Record<string, string>): Promise<number> {
  const client = dial(server, '/chat', { headers })
  const opened = once(client, 'open').then(() => 101)
  const refused = once(client, 'unexpected-response').then(
    ([, response]) => (response as { statusCode: number }).statusCode,
  )
  opened.catch(() => {})
  refused.catch(() => {})
  return Promise.race([opened, refused])
}

describe('the option origin', () => {
  const host = 'example.com:8080'

  it.each([
    ['http://example.com:8080', 101],
    ['https://example.com:8080', 101],
    ['http://EXAMPLE.com:8080', 101],
    ['http://example.com', 403],
    ['http://evil.example', 403],
    ['http://example.com:8080.evil.example', 403],
    ['http://evil.example/?example.com:8080', 403],
    ['http://example.com:8080@evil.example', 403],
    ['http://sub.example.com:8080', 403],
    ['null', 403],
    ['file://', 403],
    ['', 403],
  ])('lets in pages of the host itself alone: %s is %i', async (origin, status) => {
    expect(await statusOf(await listen(greeting()), { host, origin })).toBe(status)
  })

  it('lets in clients that are no browsers, and send none', async () => {
    expect(await statusOf(await listen(greeting()), { host })).toBe(101)
  })

  it('knows the port that a scheme implies', async () => {
    const server = await listen(greeting())
    expect(await statusOf(server, { host: 'example.com:443', origin: 'https://example.com' })).toBe(
      101,
    )
    expect(await statusOf(server, { host: 'example.com', origin: 'http://example.com:80' })).toBe(
      101,
    )
    expect(await statusOf(server, { host: 'example.com:80', origin: 'https://example.com' })).toBe(
      403,
    )
  })

  it('over TLS lets in no page that came without it', async () => {
    const app = greeting().set('trust proxy', true)
    const server = await listen(app)
    const headers = { host: 'example.com', 'x-forwarded-proto': 'https' }
    expect(await statusOf(server, { ...headers, origin: 'http://example.com' })).toBe(403)
    expect(await statusOf(server, { ...headers, origin: 'https://example.com' })).toBe(101)
  })

  it('goes by the host that a trusted proxy names, and no other', async () => {
    const headers = {
      host: 'inner',
      'x-forwarded-host': 'example.com',
      origin: 'https://example.com',
    }
    expect(await statusOf(await listen(greeting().set('trust proxy', true)), headers)).toBe(101)
    expect(await statusOf(await listen(greeting()), headers)).toBe(403)
  })

  it.each<[string, WebSocketOptions['origin'], string[], string[]]>([
    ['any', 'any', ['https://evil.example', 'null'], []],
    [
      'one',
      'https://app.example',
      ['https://app.example'],
      [`http://${host}`, 'http://app.example'],
    ],
    [
      'a list',
      ['https://app.example', /^https:\/\/\w+\.example\.org$/g],
      ['https://app.example', 'https://a.example.org', 'https://b.example.org'],
      ['https://a.example.org.evil.example'],
    ],
    [
      'a function',
      async (origin, req) => origin.endsWith(String(req.headers['x-team'])),
      ['https://red'],
      ['https://blue'],
    ],
  ])('may be %s', async (_what, origin, good, bad) => {
    const server = await listen(greeting({ origin }))
    for (const each of good) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await statusOf(server, { host, origin: each, 'x-team': 'red' })).toBe(101)
    }
    for (const each of bad) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await statusOf(server, { host, origin: each, 'x-team': 'red' })).toBe(403)
    }
  })

  it('keeps a page of another origin from the middleware of the route', async () => {
    let runs = 0
    const app = express().set('env', 'test')
    app.ws(
      '/chat',
      (_req, _res, next) => {
        runs++
        next()
      },
      (socket) => socket.close(),
    )
    expect(await statusOf(await listen(app), { host, origin: 'http://evil.example' })).toBe(403)
    expect(runs).toBe(0)
  })
})

describe('the option protocols', () => {
  it('has the first agreed on that the client names and the route speaks', async () => {
    const app = express().set('env', 'test')
    app.ws('/chat', { protocols: ['v1', 'v2'] }, (socket) => void socket.send(socket.protocol))
    const server = await listen(app)
    expect(await dial(server, '/chat', { protocols: ['v3', 'v2', 'v1'] }).next()).toBe('v2')
    expect(await dial(server, '/chat').next()).toBe('')
  })

  it('agrees on none that is not in it', async () => {
    const client = raw(await listen(greeting()))
    client.socket.write(handshakeText('/chat', { 'Sec-WebSocket-Protocol': 'v1' }))
    await until(() => client.text().includes('hello'), 'a message')
    expect(client.text()).not.toMatch(/sec-websocket-protocol/i)
  })
})

describe('compression', () => {
  const offer = { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' }

  it('is off', async () => {
    const client = raw(await listen(greeting()))
    client.socket.write(handshakeText('/chat', offer))
    await until(() => client.text().includes('hello'), 'a message')
    expect(client.text()).not.toMatch(/sec-websocket-extensions/i)
  })

  it('is agreed on where the route asks for it, and limited all the same', async () => {
    const app = express().set('env', 'test')
    app.ws('/zip', { compression: { threshold: 0 }, maxPayload: 1000 }, (socket) => {
      socket.on('message', (data) => void socket.send(`${data.length} of ${socket.extensions}`))
    })
    const server = await listen(app)
    const options = { perMessageDeflate: { threshold: 0 } }
    const client = await dialed(server, '/zip', options)
    client.send('x'.repeat(1000))
    expect(await client.next()).toBe('1000 of permessage-deflate')
    client.send('x'.repeat(1001)) // a few bytes on the wire
    expect((await client.ended).code).toBe(1009)
  })
})

describe('a client that reads slowly', () => {
  it('is closed with 1013 when more than maxBuffered waits for it, and not a byte more is kept', async () => {
    let socket!: ServerWebSocket
    const app = express().set('env', 'test')
    app.ws('/feed', { maxBuffered: 100_000, closeTimeout: 200 }, (opened) => void (socket = opened))
    const client = raw(await listen(app))
    client.socket.write(handshakeText('/feed'))
    await until(() => socket !== undefined, 'the socket')
    client.socket.pause()
    const piece = 'x'.repeat(50_000)
    for (let at = 0; at < 2000 && socket.readyState === socket.OPEN; at++) void socket.send(piece)
    expect(socket.readyState).not.toBe(socket.OPEN)
    expect(socket.bufferedAmount).toBeLessThan(300_000)
    await once(socket, 'close') // cut, as it does not read its close either
  })

  it('may be sent one message that is larger', async () => {
    const app = express().set('env', 'test')
    app.ws('/large', { maxBuffered: 1000 }, (socket) => void socket.send('x'.repeat(5_000_000)))
    expect((await dial(await listen(app), '/large').next()).length).toBe(5_000_000)
  })
})

describe('pings', () => {
  it('are sent, and a client that says nothing is cut', async () => {
    const app = express().set('env', 'test')
    let ended: unknown
    app.ws('/chat', { pingInterval: 60, pongTimeout: 30 }, (socket) => {
      socket.on('close', (code) => (ended = code))
    })
    const client = raw(await listen(app))
    client.socket.write(handshakeText('/chat'))
    await client.closed
    expect(framesIn(client.heard())[0]!.opcode).toBe(PING)
    await until(() => ended !== undefined, 'the close')
    expect(ended).toBe(1006)
  })

  it('spare a client that answers, and one in the middle of a large message', async () => {
    const app = express().set('env', 'test')
    let ended = 0
    app.ws('/chat', { pingInterval: 40, pongTimeout: 40 }, (socket) => {
      socket.on('close', () => void ended++)
    })
    const server = await listen(app)
    await dialed(server, '/chat')
    const slow = raw(server)
    slow.socket.write(handshakeText('/chat'))
    const message = frame({ opcode: TEXT, payload: 'x'.repeat(60) })
    for (const byte of message) {
      slow.socket.write(Buffer.from([byte]))
      // oxlint-disable-next-line no-await-in-loop -- slowly
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(ended).toBe(0)
  })

  it('spare clients whose pongs wait while the process is busy', async () => {
    const app = express().set('env', 'test')
    let ended = 0
    app.ws('/chat', { pingInterval: 50, pongTimeout: 50 }, (socket) => {
      socket.on('close', () => void ended++)
    })
    const client = await dialed(await listen(app), '/chat')
    for (let round = 0; round < 4; round++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await once(client, 'ping') // the pong is on its way
      const end = performance.now() + 150
      while (performance.now() < end);
    }
    expect(ended).toBe(0)
  })

  it('work over TLS', async () => {
    const app = express().set('env', 'test')
    let ended = 0
    let beats = 0
    app.ws('/chat', { pingInterval: 40, pongTimeout: 20 }, (socket) => {
      socket.on('close', () => void ended++)
      socket.on('pong', () => void beats++)
    })
    const server = app.attach(createTlsServer(LOCALHOST_CERTIFICATE, app))
    server.listen(0, '127.0.0.1')
    await listening(server)
    const origin = `https://localhost:${portOf(server)}`
    const client = new WebSocket(`wss://localhost:${portOf(server)}/chat`, {
      rejectUnauthorized: false,
      origin,
    })
    await until(() => beats > 2, 'pongs', 20_000)
    expect(ended).toBe(0)
    client.terminate()
  })
})

describe('the number of sockets', () => {
  it('of an app is limited by refusing, and nobody who is there is cut', async () => {
    const server = await listen(greeting({ maxConnections: 2 }))
    const clients = [await dialed(server, '/chat'), await dialed(server, '/chat')]
    const answer = await refusal(server, '/chat')
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '30'])
    expect(clients.map(({ readyState }) => readyState)).toEqual([1, 1])
    clients[0]!.close()
    await clients[0]!.ended
    await dialed(server, '/chat')
  })

  it('of one address is limited, by the network for IPv6', async () => {
    const app = greeting({ maxConnectionsPerAddress: 1 }).set('trust proxy', true)
    const server = await listen(app)
    const from = (address: string) => statusOf(server, { 'x-forwarded-for': address })
    expect(await from('192.0.2.1')).toBe(101)
    expect(await from('192.0.2.1')).toBe(503)
    expect(await from('192.0.2.2')).toBe(101)
    expect(await from('2001:db8:0:7::1')).toBe(101)
    expect(await from('2001:db8:0:7:ffff::2')).toBe(503)
    expect(await from('2001:db8:0:8::1')).toBe(101)
    expect(await from('::ffff:192.0.2.3')).toBe(101)
    expect(await from('::ffff:192.0.2.4')).toBe(101)
  })

  it('counts those whose handshake is not out yet, and forgets them when it fails', async () => {
    let go!: () => void
    const app = express().set('env', 'test')
    app.use((req, res, next) => {
      const fails = req.query['fails'] !== undefined
      const held = new Promise<void>((resolve, reject) => {
        go = () => (fails ? reject(Object.assign(new Error('no'), { status: 500 })) : resolve())
      })
      if (req.query['held']) res.beforeHeaders(() => held)
      else held.catch(() => {})
      next()
    })
    app.ws('/chat', { maxConnections: 1 }, (socket) => void socket.send('hello'))
    const server = await listen(app)
    const waiting = refusal(server, '/chat?held=1&fails=1')
    await until(() => go !== undefined, 'the hook')
    const fail = go
    expect((await refusal(server, '/chat')).status).toBe(503)
    fail()
    expect((await waiting).status).toBe(500)
    expect(await dial(server, '/chat').next()).toBe('hello')
  })
})

describe('an option that cannot be meant', () => {
  it.each<[string, object]>([
    ['a name that is none', { maxPayloads: 1 }],
    ['a limit that is no number', { maxPayload: '1mb' }],
    ['an origin that is none', { origin: 'example.com' }],
    ['an origin with a path', { origin: 'https://example.com/chat' }],
    ['an origin that is no text', { origin: [7] }],
    ['protocols that are no list', { protocols: 'v1' }],
    ['a protocol that is no token', { protocols: ['v 1'] }],
    ['compression that is no option', { compression: 'gzip' }],
  ])('throws a TypeError: %s', (_what, options) => {
    expect(() => greeting(options as WebSocketOptions)).toThrow(
      expect.objectContaining({ name: 'TypeError', code: 'ARGUMENT_INVALID' }),
    )
  })

  it.each<[string, WebSocketOptions]>([
    ['maxPayload', { maxPayload: 0 }],
    ['maxPayload', { maxPayload: 2 ** 31 }],
    ['maxFragments', { maxFragments: 1.5 }],
    ['maxBuffered', { maxBuffered: -1 }],
    ['pongTimeout', { pongTimeout: 31_000 }],
    ['pingInterval', { pingInterval: Number.NaN }],
    ['maxConnections', { maxConnections: Number.POSITIVE_INFINITY }],
  ])('throws a RangeError that names it: %s', (name, options) => {
    expect(() => greeting(options)).toThrow(
      expect.objectContaining({
        name: 'RangeError',
        message: expect.stringContaining(`"${name}"`),
      }),
    )
  })

  it('throws a TypeError without a handler, or with one that is none', () => {
    const app = express() as unknown as { ws(...given: unknown[]): void }
    expect(() => app.ws('/chat')).toThrow(TypeError)
    expect(() => app.ws('/chat', {})).toThrow(TypeError)
    expect(() => app.ws('/chat', 'handler')).toThrow(TypeError)
    expect(() => app.ws('/chat', 'middleware', () => {})).toThrow(TypeError)
  })

  it('is not what a polluted prototype has', async () => {
    // oxlint-disable-next-line no-extend-native -- the attack
    Object.defineProperty(Object.prototype, 'origin', { value: 'any', configurable: true })
    const app = greeting({ maxPayload: 10 })
    Reflect.deleteProperty(Object.prototype, 'origin')
    const headers = { host: 'a', origin: 'http://evil.example' }
    expect(await statusOf(await listen(app), headers)).toBe(403)
  })
})
