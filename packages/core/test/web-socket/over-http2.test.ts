import { once } from 'node:events'
import http2, { type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2'
import { describe, expect, it, onTestFinished } from 'vitest'
import express, { type Express, type ServerWebSocket } from '@tokkyu/core'
import session from '@tokkyu/session'

import { serve } from '../http2/client.ts'
import { CLOSE, frame, framesIn, PONG, PING, TEXT } from './frames.ts'

/** A handshake over HTTP/2: an extended CONNECT (RFC 8441 §5). */
async function connectTo(client: ClientHttp2Session, path: string, headers: object = {}) {
  if (client.remoteSettings?.enableConnectProtocol !== true) await once(client, 'remoteSettings')
  while (!client.remoteSettings.enableConnectProtocol) await once(client, 'remoteSettings')
  const stream = client.request(
    {
      ':method': 'CONNECT',
      ':protocol': 'websocket',
      ':path': path,
      'sec-websocket-version': '13',
      ...headers,
    },
    { endStream: false },
  )
  onTestFinished(() => void stream.destroy())
  stream.on('error', () => {})
  return new Tunnel(stream)
}

/** The client's end of the stream. */
class Tunnel {
  readonly stream: ClientHttp2Stream
  readonly head: Promise<http2.IncomingHttpHeaders>
  readonly ended: Promise<unknown>
  #bytes = Buffer.from('\r\n\r\n') // where frames begin

  constructor(stream: ClientHttp2Stream) {
    this.stream = stream
    this.head = once(stream, 'response').then(([headers]) => headers as http2.IncomingHttpHeaders)
    this.ended = new Promise((resolve) => stream.once('close', resolve))
    stream.on('data', (piece: Buffer) => (this.#bytes = Buffer.concat([this.#bytes, piece])))
  }

  get frames() {
    return framesIn(this.#bytes)
  }

  get text(): string {
    return this.#bytes.subarray(4).toString()
  }

  send(payload: string): void {
    this.stream.write(frame({ opcode: TEXT, payload }))
  }

  async frame(at: number) {
    while (this.frames.length <= at) {
      // oxlint-disable-next-line no-await-in-loop -- it is the waiting
      await Promise.race([
        once(this.stream, 'data'),
        this.ended.then(() => Promise.reject(new Error('closed'))),
      ])
    }
    return this.frames[at]!
  }
}

function makeApp(): Express {
  return express().set('env', 'test')
}

function sessionOf(req: unknown) {
  return (req as { session: { n?: number; save(): Promise<void> } }).session
}

describe('a WebSocket over HTTP/2', () => {
  it('is served by the same route, behind the same middleware', async () => {
    const app = makeApp()
    app.use((_req, res, next) => void next(void res.set('X-Before', 'yes')), express.text())
    app.ws('/rooms/:id', { protocols: ['v1'] }, async (socket, req) => {
      for await (const message of socket)
        await socket.sendJson([req.method, req.params.id, req.query, req.hostname, message])
    })
    const { client, get } = await serve(app)
    const tunnel = await connectTo(client, '/rooms/7?a=1', {
      'sec-websocket-protocol': 'v0, v1',
      'sec-websocket-extensions': 'permessage-deflate',
    })
    expect(await tunnel.head).toMatchObject({
      ':status': 200,
      'x-before': 'yes',
      'sec-websocket-protocol': 'v1',
    })
    expect(await tunnel.head).not.toHaveProperty('sec-websocket-extensions')
    tunnel.send('hello')
    expect(JSON.parse((await tunnel.frame(0)).text)).toEqual([
      'WS',
      '7',
      { a: '1' },
      '127.0.0.1',
      'hello',
    ])
    expect((await get('/rooms/7')).status).toBe(404) // beside it, on the same connection
    tunnel.stream.write(frame({ opcode: CLOSE, payload: Buffer.from([0x0f, 0xa1]) }))
    expect(await tunnel.frame(1)).toMatchObject({ opcode: CLOSE, code: 4001 })
    tunnel.stream.end()
    await tunnel.ended
    expect(tunnel.stream.rstCode).toBe(0)
  })

  it('keeps what comes with its first byte, and before its handshake is answered', async () => {
    const app = makeApp()
    app.ws(
      '/',
      (_req, _res, next) => void setTimeout(next, 20),
      async (socket) => {
        for await (const message of socket) await socket.send(message)
      },
    )
    const { client } = await serve(app)
    const tunnel = await connectTo(client, '/')
    for (const text of ['a', 'b', 'c']) tunnel.send(text)
    await tunnel.frame(2)
    expect(tunnel.frames.map(({ text }) => text)).toEqual(['a', 'b', 'c'])
  })

  it('is refused by an ordinary answer', async () => {
    const app = makeApp()
    app.ws(
      '/',
      (_req, res) => void res.status(401).send('who are you?'),
      () => {},
    )
    const { client } = await serve(app)
    const refused = await connectTo(client, '/')
    expect((await refused.head)[':status']).toBe(401)
    await refused.ended
    expect(refused.text).toBe('who are you?')
    expect((await (await connectTo(client, '/none')).head)[':status']).toBe(404)
    const old = await connectTo(client, '/', { 'sec-websocket-version': '8' })
    expect(await old.head).toMatchObject({ ':status': 426, 'sec-websocket-version': '13' })
  })

  it('is refused to the pages of others', async () => {
    const app = makeApp()
    let opened = 0
    app.ws('/', () => void opened++)
    const { client, port } = await serve(app)
    const attack = await connectTo(client, '/', { origin: 'https://evil.example' })
    expect((await attack.head)[':status']).toBe(403)
    expect(opened).toBe(0)
    const own = await connectTo(client, '/', { origin: `http://127.0.0.1:${port}` })
    expect((await own.head)[':status']).toBe(200)
  })

  it('reads its session, begins one, and saves it later', async () => {
    const app = makeApp().use(session({ secret: 'a secret of thirty-two characters' }))
    app.ws(
      '/',
      (req, _res, next) => {
        const kept = sessionOf(req)
        kept.n ??= 0
        next()
      },
      async (socket, req) => {
        const kept = sessionOf(req)
        kept.n!++
        await kept.save()
        await socket.sendJson(kept.n)
      },
    )
    const { client } = await serve(app)
    const first = await connectTo(client, '/')
    expect((await first.frame(0)).text).toBe('1')
    const [cookie] = (await first.head)['set-cookie']!
    const second = await connectTo(client, '/', { cookie: cookie!.split(';')[0] })
    expect((await second.frame(0)).text).toBe('2')
  })

  it('is counted, and cut when its client answers no ping', async () => {
    const app = makeApp()
    app.ws('/', { maxConnections: 1, pingInterval: 40, pongTimeout: 20 }, () => {})
    const { client } = await serve(app)
    const alive = await connectTo(client, '/')
    expect((await alive.head)[':status']).toBe(200)
    alive.stream.on('data', () => alive.stream.write(frame({ opcode: PONG })))
    expect((await (await connectTo(client, '/')).head)[':status']).toBe(503)
    await alive.frame(4)
    expect(alive.frames.every(({ opcode }) => opcode === PING)).toBe(true)
    alive.stream.removeAllListeners('data').resume()
    await alive.ended
    const next = await connectTo(client, '/')
    expect((await next.head)[':status']).toBe(200)
  })

  it('is held to what a message may be', async () => {
    const app = makeApp()
    app.ws('/', { maxPayload: 10 }, () => {})
    const { client } = await serve(app)
    const attack = await connectTo(client, '/')
    attack.send('x'.repeat(11))
    expect(await attack.frame(0)).toMatchObject({ opcode: CLOSE, code: 1009 })
    const unmasked = await connectTo(client, '/')
    unmasked.stream.write(frame({ opcode: TEXT, payload: 'x', masked: false }))
    expect(await unmasked.frame(0)).toMatchObject({ opcode: CLOSE, code: 1002 })
  })

  it('closes a slow reader with 1013', async () => {
    const app = makeApp()
    const closing = new Promise<ServerWebSocket>((resolve) => {
      app.ws('/', { maxBuffered: 100_000 }, async (socket) => {
        while (socket.readyState === socket.OPEN) {
          void socket.send(Buffer.alloc(20_000))
          // oxlint-disable-next-line no-await-in-loop -- what can leave leaves meanwhile
          await new Promise(setImmediate)
        }
        resolve(socket)
      })
    })
    const { client } = await serve(app)
    const slow = await connectTo(client, '/')
    await slow.head
    slow.stream.pause()
    const { bufferedAmount } = await closing
    expect(bufferedAmount).toBeLessThan(200_000)
    slow.stream.resume()
    while (slow.frames.at(-1)?.opcode !== CLOSE) {
      // oxlint-disable-next-line no-await-in-loop -- it is the waiting
      await once(slow.stream, 'data')
    }
    expect(slow.frames.at(-1)).toMatchObject({ code: 1013 })
  })

  it('closes with 1011 when its handler fails, which is told once', async () => {
    const app = makeApp()
    const told: unknown[] = []
    app.ws('/', (socket) => {
      socket.on('message', () => {
        throw new Error('broken')
      })
    })
    app.ws('/at-once', () => {
      throw new Error('broken at once')
    })
    app.use(((error, _req, _res, next) => {
      told.push((error as Error).message)
      next(error)
    }) as express.ErrorRequestHandler)
    const { client } = await serve(app)
    const failed = await connectTo(client, '/at-once')
    expect(await failed.frame(0)).toMatchObject({ opcode: CLOSE, code: 1011 })
    expect(told).toEqual(['broken at once'])
  })

  it('is closed by app.close(), which tells it', async () => {
    const app = makeApp()
    app.ws('/', () => {})
    const { client } = await serve(app)
    const tunnel = await connectTo(client, '/')
    await tunnel.head
    const closing = app.close()
    expect(await tunnel.frame(0)).toMatchObject({ opcode: CLOSE, code: 1001 })
    tunnel.stream.end(frame({ opcode: CLOSE, payload: Buffer.from([0x03, 0xe9]) }))
    await closing
  })

  it('aborts req.signal when its client goes', async () => {
    const app = makeApp()
    const aborted = new Promise((resolve) => {
      app.ws('/', (_socket, req) => req.signal.addEventListener('abort', resolve))
    })
    const { client } = await serve(app)
    const tunnel = await connectTo(client, '/')
    await tunnel.head
    tunnel.stream.close(http2.constants.NGHTTP2_CANCEL)
    expect(await aborted).toBeInstanceOf(Event)
  })

  it('is served on a server of the program’s own that the app is attached to', async () => {
    const app = makeApp()
    app.ws('/', (socket) => void socket.send('hello'))
    const server = http2.createServer(app as never)
    app.attach(server as never)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = http2.connect(`http://127.0.0.1:${(server.address() as { port: number }).port}`)
    onTestFinished(() => {
      client.destroy()
      server.close()
    })
    expect((await (await connectTo(client, '/')).frame(0)).text).toBe('hello')
  })
})

describe('an extended CONNECT', () => {
  it('for another protocol is answered with 501', async () => {
    const app = makeApp()
    app.ws('/', () => {})
    const { client } = await serve(app)
    const tunnel = await connectTo(client, '/', { ':protocol': 'connect-udp' })
    expect((await tunnel.head)[':status']).toBe(501)
  })

  it('is not offered beside others who listen for upgrades, which do not hear of it', async () => {
    const app = makeApp()
    app.ws('/', () => {})
    const { client, server } = await serve(app)
    const early = await connectTo(client, '/')
    server.on('upgrade', () => {})
    const beside = http2.connect(`http://127.0.0.1:${(server.address() as { port: number }).port}`)
    onTestFinished(() => beside.destroy())
    await once(beside, 'remoteSettings')
    await new Promise((resolve) => beside.ping(resolve))
    expect(beside.remoteSettings.enableConnectProtocol).toBe(false)
    expect((await early.head)[':status']).toBe(200)
  })
})
