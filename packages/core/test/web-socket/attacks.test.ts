import { setTimeout as sleep } from 'node:timers/promises'

import { afterEach, describe, expect, it } from 'vitest'

import express, { type Express, type WebSocketOptions } from '@tokkyu/core'
import { until } from '../resources.ts'
import { BINARY, CLOSE, frame, framesIn, PING, PONG, TEXT } from './frames.ts'
import { endAll, handshakeText, listen, raw, type RawClient } from './serving.ts'

afterEach(endAll)

/** Echoes messages, and says of each whether it was bytes. */
function echoing(options: WebSocketOptions = {}): Express {
  const app = express().set('env', 'test')
  app.get('/page', (_req, res) => res.send('a page'))
  return app.ws('/echo', options, (socket) => {
    socket.on('message', (data, isBinary) => {
      void socket.send(isBinary ? data : data.toString())
    })
  })
}

/** A client whose handshake is done. */
async function open(app: Express, path = '/echo'): Promise<RawClient> {
  const client = raw(await listen(app))
  client.socket.write(handshakeText(path))
  await until(() => client.text().includes('\r\n\r\n'), 'the handshake')
  expect(client.text()).toMatch(/^HTTP\/1\.1 101 /)
  return client
}

/** With which code the server closes after these bytes. */
async function closedWith(bytes: Buffer, options: WebSocketOptions = {}): Promise<unknown> {
  const client = await open(echoing(options))
  client.socket.write(bytes)
  await until(() => framesIn(client.heard()).some(({ opcode }) => opcode === CLOSE), 'a close')
  client.socket.end(frame({ opcode: CLOSE, payload: Buffer.from([3, 232]) }))
  await client.closed
  return framesIn(client.heard()).find(({ opcode }) => opcode === CLOSE)!.code
}

describe('a client that breaks the protocol is closed', () => {
  it.each([
    ['a frame without a mask', 1002, [{ opcode: TEXT, payload: 'x', masked: false }]],
    ['a bit that no extension has taken', 1002, [{ opcode: TEXT, payload: 'x', rsv: 4 }]],
    ['a compressed frame that was not agreed on', 1002, [{ opcode: TEXT, payload: 'x', rsv: 4 }]],
    ['an opcode that is reserved', 1002, [{ opcode: 3, payload: 'x' }]],
    ['a continuation of nothing', 1002, [{ opcode: 0, payload: 'x' }]],
    [
      'a message inside of another',
      1002,
      [
        { opcode: TEXT, payload: 'x', fin: false },
        { opcode: TEXT, payload: 'y' },
      ],
    ],
    ['a ping in fragments', 1002, [{ opcode: PING, payload: 'x', fin: false }]],
    ['a ping of more than 125 bytes', 1002, [{ opcode: PING, payload: 'x'.repeat(126) }]],
    ['a close of one byte', 1002, [{ opcode: CLOSE, payload: 'x' }]],
    [
      'a close with a code that may not be sent',
      1002,
      [{ opcode: CLOSE, payload: Buffer.from([3, 237]) }],
    ],
    ['text that is no UTF-8', 1007, [{ opcode: TEXT, payload: Buffer.from([0xc3, 0x28]) }]],
    ['half a surrogate pair', 1007, [{ opcode: TEXT, payload: Buffer.from([0xed, 0xa0, 0x80]) }]],
    [
      'text whose character breaks off with its last fragment',
      1007,
      [
        { opcode: TEXT, payload: Buffer.from([0xc3]), fin: false },
        { opcode: 0, payload: '' },
      ],
    ],
    [
      'a reason that is no UTF-8',
      1007,
      [{ opcode: CLOSE, payload: Buffer.from([3, 232, 0xc3, 0x28]) }],
    ],
  ] as const)('for %s: %i', async (_what, code, frames) => {
    expect(await closedWith(Buffer.concat(frames.map(frame)))).toBe(code)
  })

  it('without ending the process or reporting an error of the app', async () => {
    const app = echoing()
    const errors: unknown[] = []
    app.use((error: unknown, _req: unknown, _res: unknown, next: (error: unknown) => void) => {
      errors.push(error)
      next(error)
    })
    const client = await open(app)
    client.socket.write(frame({ opcode: 3 }))
    await until(() => framesIn(client.heard()).length > 0, 'a close')
    expect(errors).toEqual([])
  })
})

describe('a message beyond a limit closes', () => {
  it('at maxPayload, before its bytes are there: 1009', async () => {
    expect(await closedWith(frame({ opcode: TEXT, length: 1_048_577 }))).toBe(1009)
    expect(await closedWith(frame({ opcode: TEXT, length: 11 }), { maxPayload: 10 })).toBe(1009)
  })

  it('at maxPayload, all fragments counted: 1009', async () => {
    const pieces = [
      frame({ opcode: TEXT, payload: 'x'.repeat(6), fin: false }),
      frame({ opcode: 0, payload: 'x'.repeat(5) }),
    ]
    expect(await closedWith(Buffer.concat(pieces), { maxPayload: 10 })).toBe(1009)
  })

  it('with a length that no number holds: 1009', async () => {
    const head = Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
    expect(await closedWith(head)).toBe(1009)
  })

  it('at maxFragments: 1008', async () => {
    const pieces = Array.from({ length: 1025 }, (_, at) =>
      frame({ opcode: at === 0 ? TEXT : 0, fin: false }),
    )
    expect(await closedWith(Buffer.concat(pieces))).toBe(1008)
  })

  it('that comes in more pieces than maxBufferedChunks: 1008', async () => {
    const client = await open(echoing({ maxBufferedChunks: 10 }))
    client.socket.setNoDelay()
    client.socket.write(frame({ opcode: BINARY, length: 1000 }))
    for (let at = 0; at < 200 && framesIn(client.heard()).length === 0; at++) {
      client.socket.write('x')
      // oxlint-disable-next-line no-await-in-loop -- each byte is to come alone
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    expect(framesIn(client.heard())[0]).toMatchObject({ opcode: CLOSE, code: 1008 })
  })

  it('and one at the limit does not', async () => {
    const client = await open(echoing({ maxPayload: 10 }))
    client.socket.write(frame({ opcode: TEXT, payload: '0123456789' }))
    await until(() => framesIn(client.heard()).length > 0, 'the echo')
    expect(framesIn(client.heard())[0]).toMatchObject({ opcode: TEXT, text: '0123456789' })
  })
})

describe('messages', () => {
  it('arrive whole at every split of their bytes, those of the handshake included', async () => {
    const server = await listen(echoing())
    const bytes = Buffer.concat([
      Buffer.from(handshakeText('/echo')),
      frame({ opcode: TEXT, payload: 'gr', fin: false }),
      frame({ opcode: PING, payload: 'p' }),
      frame({ opcode: 0, payload: 'üße' }),
      frame({ opcode: BINARY, payload: Buffer.from([0, 255]) }),
    ])
    await Promise.all(
      Array.from({ length: bytes.length - 1 }, async (_, index) => {
        const client = raw(server)
        client.socket.setNoDelay()
        client.socket.write(bytes.subarray(0, index + 1))
        await new Promise((resolve) => setTimeout(resolve, 5))
        client.socket.write(bytes.subarray(index + 1))
        await until(() => framesIn(client.heard()).length === 3, `an answer, split at ${index + 1}`)
        const frames = framesIn(client.heard())
        expect(frames.map(({ opcode }) => opcode)).toEqual([PONG, TEXT, BINARY])
        expect(frames[1]!.text).toBe('grüße')
        expect(frames[2]!.payload).toEqual(Buffer.from([0, 255]))
        client.socket.destroy()
      }),
    )
  })

  it('sent with the handshake wait for middleware and for a handler that takes its time', async () => {
    const app = express().set('env', 'test')
    app.ws(
      '/slow',
      async (_req, _res, next) => {
        await sleep(20)
        next()
      },
      async (socket) => {
        await sleep(20)
        socket.on('message', (data) => void socket.send(`heard ${data.toString()}`))
      },
    )
    const client = raw(await listen(app))
    const texts = Array.from({ length: 200 }, (_, at) => `message ${at}`)
    client.socket.write(
      Buffer.concat([
        Buffer.from(handshakeText('/slow')),
        ...texts.map((payload) => frame({ opcode: TEXT, payload })),
      ]),
    )
    await until(() => framesIn(client.heard()).length === 200, 'all messages')
    expect(framesIn(client.heard()).map(({ text }) => text)).toEqual(
      texts.map((text) => `heard ${text}`),
    )
  })
})

describe('after an upgrade', () => {
  it('a request in place of frames is no request', async () => {
    const client = await open(echoing())
    client.socket.write('GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await until(() => framesIn(client.heard()).length > 0, 'a close')
    expect(framesIn(client.heard())[0]!.opcode).toBe(CLOSE)
    expect(client.text()).not.toContain('a page')
  })

  it('that was refused, what follows on the connection is not answered', async () => {
    const client = raw(await listen(echoing()))
    client.socket.write(`${handshakeText('/none')}GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    await client.closed
    expect(client.text()).toMatch(/^HTTP\/1\.1 404 /)
    expect(client.text()).toMatch(/^Connection: close\r$/m)
    expect(client.text()).not.toContain('a page')
  })

  it('with a body, nothing of it is taken for a request or a frame', async () => {
    const client = raw(await listen(echoing()))
    const smuggled = 'GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const fields = { Connection: 'Upgrade, close', 'Content-Length': String(smuggled.length) }
    client.socket.write(handshakeText('/echo', fields) + smuggled)
    await client.closed
    expect(client.text()).toMatch(/^HTTP\/1\.1 404 /)
    expect(client.text()).not.toContain('a page')
  })

  it('to another protocol, with more fields than are kept, nothing behind is taken for a request', async () => {
    const app = echoing().get('/', (_req, res) => res.send('root'))
    const client = raw(await listen(app))
    const smuggled = 'GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const fields = Array.from({ length: 1200 }, (_, at) => `x${at}: 1\r\n`).join('')
    client.socket.write(
      `POST / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n${fields}` +
        `Content-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
    )
    await client.closed
    expect(client.text()).toMatch(/^HTTP\/1\.1 431 /)
    expect(client.text()).not.toContain('a page')
  })
})
