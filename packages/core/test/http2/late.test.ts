import { once } from 'node:events'
import type { Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import express from '@tokkyu/core'

import { serve } from './client.ts'
import { EMPTY, frame, get, onFrames, open, PING, post } from './frames.ts'

const DATA = 0
const HEADERS = 1
const RST_STREAM = 3
const GOAWAY = 7
const END_STREAM = 1

const byte = (id: number): Buffer => frame(DATA, 0, Buffer.from('x'), id)

/** A connection on which a client writes now, and then the same again and again. */
async function drip(port: number, first: Buffer, then: Buffer): Promise<Socket> {
  const socket = await open(port)
  socket.write(first)
  const dripping = setInterval(() => socket.write(then), 5)
  socket.once('close', () => clearInterval(dripping))
  onTestFinished(() => void socket.destroy())
  return socket
}

/** How one stream ends: what came on it, and the code of the reset. */
function endOf(socket: Socket, id: number): Promise<{ text: string; code: number }> {
  const pieces: Buffer[] = []
  return new Promise((resolve) => {
    onFrames(socket, ({ type, id: of, payload }) => {
      if (of !== id) return
      if (type === DATA) pieces.push(payload)
      if (type !== RST_STREAM) return
      resolve({ text: Buffer.concat(pieces).toString(), code: payload.readUInt32BE() })
    })
  })
}

function makeApp(limits: Parameters<express.Express['limits']['set']>[0]): express.Express {
  const app = express().set('env', 'test')
  app.limits.set(limits)
  return app
}

describe('a body that comes byte by byte over HTTP/2', () => {
  it('is answered with 408, and others on the connection as ever', async () => {
    const app = makeApp({ requestTimeout: 100 })
    app.get('/', (_req, res) => void res.send('hello'))
    const read = new Promise((resolve) => {
      app.post('/', express.raw({ type: () => true }))
      app.use(((error, req, _res, next) => {
        resolve({ code: (error as { type: string }).type, isAborted: req.signal.aborted })
        next(error)
      }) as express.ErrorRequestHandler)
    })
    const { port } = await serve(app)
    const socket = await drip(port, post(1), byte(1))
    expect(await endOf(socket, 1)).toEqual({ text: 'Request Timeout\n', code: 0 })
    expect(await read).toMatchObject({ code: 'request.aborted' })
    const honest = new Promise<string>((resolve) => {
      onFrames(socket, ({ type, id, payload }) => {
        if (type === DATA && id === 3) resolve(payload.toString())
      })
    })
    socket.write(get(3, '/'))
    expect(await honest).toBe('hello')
  })

  it('never looks whole to whoever reads it, and aborts req.signal', async () => {
    const app = makeApp({ requestTimeout: 50 })
    const read = new Promise((resolve) => {
      app.post('/', async (req) => {
        const { signal } = req
        const ended = await req.toArray().then(
          () => 'whole',
          (error: Error & { code: string }) => error.code,
        )
        if (!signal.aborted) await once(signal, 'abort')
        resolve(ended)
      })
    })
    const { port } = await serve(app)
    await drip(port, post(1), byte(1))
    expect(await read).toBe('ERR_STREAM_PREMATURE_CLOSE')
  })

  it('has its answer given up where that has begun', async () => {
    const app = makeApp({ requestTimeout: 50 })
    app.post('/', (req, res) => void req.pipe(res))
    const { port } = await serve(app)
    const socket = await drip(port, post(1), byte(1))
    expect((await endOf(socket, 1)).code).toBe(2)
  })

  it('is not late once it has come, however long the answer takes', async () => {
    const app = makeApp({ requestTimeout: 20 })
    app.post('/', express.raw({ type: () => true }), (_req, res) => {
      setTimeout(() => res.send('late'), 60)
    })
    const { post: ask } = await serve(app)
    expect(await ask('/', 'body')).toMatchObject({ status: 200, text: 'late' })
  })
})

describe('a head that never ends over HTTP/2', () => {
  it('has its connection closed', async () => {
    const { port } = await serve(makeApp({ headersTimeout: 50 }))
    const begun = frame(HEADERS, 4, Buffer.alloc(16_000), 1).subarray(0, 9)
    const socket = await drip(port, begun, Buffer.from([0x82])) // `:method: GET`, again and again
    await once(socket, 'close')
    expect(socket.destroyed).toBe(true)
  })

  it('is not what a client does that pings, or waits for its answer', async () => {
    const app = makeApp({ headersTimeout: 50 })
    const asked: express.Response[] = []
    app.get('/', (_req, res) => void asked.push(res))
    app.get('/now', (_req, res) => void res.send('now'))
    const { port } = await serve(app)
    const pinging = await drip(port, EMPTY, PING)
    // WINDOW_UPDATE says nothing that node tells.
    const waiting = await drip(port, get(1, '/'), frame(8, 0, Buffer.from([0, 0, 0, 1]), 0))
    const farewells: number[] = []
    for (const socket of [pinging, waiting])
      onFrames(socket, ({ type }) => void (type === GOAWAY && farewells.push(type)))
    await new Promise((resolve) => setTimeout(resolve, 200))
    const answered = [pinging, waiting].map(
      (socket, at) =>
        new Promise((resolve) => {
          onFrames(socket, ({ type, flags, payload }) => {
            if (type === DATA && payload.length > 0)
              resolve([payload.toString(), flags & END_STREAM, at])
          })
        }),
    )
    asked[0]!.send('hello')
    pinging.write(get(1, '/now'))
    expect(await Promise.all(answered)).toEqual([
      ['now', 1, 0],
      ['hello', 1, 1],
    ])
    expect(farewells).toEqual([])
  })
})
