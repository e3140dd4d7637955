import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { once } from 'node:events'
import { constants, createDeflateRaw, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { json, raw, text } from '../../src/body/index.ts'
import { parsingServer, statusOf } from './parsing-server.ts'

const head = (...lines: string[]): string =>
  ['POST / HTTP/1.1', 'Host: a.test', ...lines, '', ''].join('\r\n')

const TYPE = 'Content-Type: application/octet-stream'

const expecting = (length: number, ...lines: string[]): string =>
  head(TYPE, `Content-Length: ${length}`, 'Expect: 100-continue', ...lines)

/** `Transfer-Encoding: chunked` in one chunk. */
const chunked = (bytes: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`${bytes.length.toString(16)}\r\n`),
    bytes,
    Buffer.from('\r\n0\r\n\r\n'),
  ])

describe('a limit', () => {
  it.each([
    ['with Content-Length', [head(TYPE, 'Content-Length: 1025'), Buffer.alloc(1025)]],
    ['in one chunk', [head(TYPE, 'Transfer-Encoding: chunked'), chunked(Buffer.alloc(1025))]],
    [
      'in chunks of a byte',
      [
        head(TYPE, 'Transfer-Encoding: chunked'),
        ...Array.from({ length: 1025 }, () => '1\r\nx\r\n'),
        '0\r\n\r\n',
      ],
    ],
    [
      'compressed',
      [
        head(TYPE, 'Content-Encoding: gzip', 'Transfer-Encoding: chunked'),
        chunked(gzipSync(Buffer.alloc(1025))),
      ],
    ],
  ])('stops a body that is one byte too long, %s', async (_name, pieces) => {
    await using server = await parsingServer(raw({ limit: 1024 }))
    const socket = server.dial()
    for (const piece of pieces) socket.write(piece)
    expect(await statusOf(socket)).toBe(413)
    expect(server.calls).toEqual([
      expect.objectContaining({ type: 'entity.too.large', limit: 1024 }),
    ])
  })

  it('stops a body by its announced length, before the first byte of it', async () => {
    await using server = await parsingServer(raw({ limit: 1024 }))
    expect(await statusOf(server.dial(head(TYPE, 'Content-Length: 1025')))).toBe(413)
    expect(server.calls).toEqual([
      expect.objectContaining({ status: 413, expected: 1025, length: 1025 }),
    ])
  })

  it('is told when the body has passed, or no more of it comes', async () => {
    await using server = await parsingServer(raw({ limit: 1024 }))
    const silent = server.dial(head(TYPE, 'Content-Length: 4000'))
    const slow = server.dial(head(TYPE, 'Content-Length: 4000'))
    slow.write(Buffer.alloc(2000))
    setTimeout(() => slow.write(Buffer.alloc(2000)), 50)
    const answered: string[] = []
    await Promise.all([
      statusOf(silent).then((status) => answered.push(`silent ${status}`)),
      statusOf(slow).then((status) => answered.push(`slow ${status}`)),
    ])
    expect(answered).toEqual(['slow 413', 'silent 413'])
  })

  it('leaves the connection to the next request', async () => {
    await using server = await parsingServer(raw({ limit: 4 }))
    const socket = server.dial(head(TYPE, 'Content-Length: 5') + 'too l')
    expect(await statusOf(socket)).toBe(413)
    await using again = await parsingServer(raw({ limit: 4 }))
    const pair = again.dial(
      `${head(TYPE, 'Content-Length: 5')}12345${head(TYPE, 'Content-Length: 3', 'Connection: close')}123`,
    )
    let replies = ''
    for await (const chunk of pair) replies += String(chunk)
    expect(replies.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200'])
  })

  it('is no invitation to send for ever', async () => {
    await using server = await parsingServer(raw({ limit: 1024 }))
    const socket = server.dial(head(TYPE, 'Transfer-Encoding: chunked'))
    const megabyte = Buffer.concat([
      Buffer.from('100000\r\n'),
      Buffer.alloc(0x100000),
      Buffer.from('\r\n'),
    ])
    let sent = 0
    const pour = (): void => {
      while (!socket.destroyed && sent < 64 && socket.write(megabyte)) sent++
    }
    socket.on('drain', pour).resume()
    pour()
    await new Promise((resolve) => socket.on('close', resolve))
    // Who never stops may not hear the answer: it goes down with the connection.
    expect(server.calls).toEqual([expect.objectContaining({ type: 'entity.too.large' })])
    // What the buffers of the network hold is sent as well.
    expect(sent).toBeLessThan(40)
  })

  it('is told before the body is sent to who asks first (RFC 9110 §10.1.1)', async () => {
    // At once, then: not after a time of silence, which now never comes.
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    let continued = false
    const server = createServer()
    server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => {
      const ask = res.writeContinue.bind(res)
      res.writeContinue = () => {
        continued = true
        ask()
      }
      raw({ limit: 1024 })(req, res, (error) => {
        res.statusCode = error === undefined ? 200 : (error as { status: number }).status
        res.end()
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo

    const tooLong = connect(port, '127.0.0.1').on('error', () => {})
    tooLong.write(expecting(1025))
    let refusal = ''
    for await (const chunk of tooLong) refusal += String(chunk)
    // Whether the body will follow nobody knows, so nothing else may.
    expect(refusal).toMatch(/^HTTP\/1\.1 413 [^]*\r\nConnection: close\r\n/)
    expect(continued).toBe(false)

    const unknown = connect(port, '127.0.0.1').on('error', () => {})
    unknown.write(expecting(4, 'Content-Encoding: lzma'))
    expect(await statusOf(unknown)).toBe(415)
    expect(continued).toBe(false)

    const fitting = connect(port, '127.0.0.1')
    fitting.write(expecting(4))
    fitting.once('data', () => fitting.write('1234'))
    expect(await statusOf(fitting)).toBe(100)
    expect(continued).toBe(true)
    vi.useRealTimers()
    server.closeAllConnections()
    server.close()
  })
})

describe('a decompression bomb', () => {
  it('is refused at the chunk that passes the limit', async () => {
    await using server = await parsingServer(raw({ limit: '100kb' }))
    const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20))
    const before = process.memoryUsage().rss
    const socket = server.dial(
      head(TYPE, 'Content-Encoding: gzip', `Content-Length: ${bomb.length}`),
    )
    socket.write(bomb)
    expect(await statusOf(socket)).toBe(413)
    const [error] = server.calls as [{ received: number }]
    // One chunk of zlib's at most beyond it, of 64 MiB.
    expect(error.received).toBeLessThan(200 * 1024)
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * 2 ** 20)
  })

  it('of nested gzip is inflated once', async () => {
    await using server = await parsingServer(raw({ limit: '1mb' }))
    const inner = gzipSync(Buffer.alloc(20 * 2 ** 20))
    const reply = await server.post(gzipSync(inner), {
      'content-type': 'application/octet-stream',
      'content-encoding': 'gzip',
    })
    expect(reply).toMatchObject({ status: 200, result: { data: { length: inner.length } } })
  })

  it('of nothing at all does not run for ever', async () => {
    // Empty stored blocks inflate to no byte, so that no count of inflated bytes ever grows.
    const empty = await emptyBlocks(4 * 2 ** 20)
    await using server = await parsingServer(raw({ limit: 1024 }))
    const socket = server.dial(
      head(TYPE, 'Content-Encoding: deflate', 'Transfer-Encoding: chunked'),
    )
    socket.write(chunked(empty))
    expect(await statusOf(socket)).toBe(413)
    expect(server.calls).toEqual([expect.objectContaining({ type: 'entity.too.large' })])
  })

  it('behind a complete body is not inflated', async () => {
    await using server = await parsingServer(text())
    const bytes = Buffer.concat([deflateSync('fine'), Buffer.alloc(1000, 0xff)])
    const reply = await server.post(bytes, {
      'content-type': 'text/plain',
      'content-encoding': 'deflate',
    })
    expect(reply).toEqual({ status: 200, result: 'fine' })
  })
})

async function emptyBlocks(size: number): Promise<Buffer> {
  const deflate = createDeflateRaw()
  const chunks: Buffer[] = [Buffer.from('789c', 'hex')]
  deflate.on('data', (chunk: Buffer) => chunks.push(chunk))
  deflate.flush(constants.Z_FULL_FLUSH)
  await once(deflate, 'data')
  deflate.destroy()
  const block = chunks.pop() as Buffer
  return Buffer.concat([...chunks, ...Array.from({ length: size / block.length }, () => block)])
}

describe('a Content-Type', () => {
  it.each([
    ['application/json', 200, { a: 1 }],
    ['application/json\t;charset=utf-8', 200, { a: 1 }],
    [' application/json', 200, { a: 1 }],
    ['APPLICATION/JSON', 200, { a: 1 }],
    ['application/json garbage', 200, undefined],
    ['application/json, text/plain', 200, undefined],
    ['application/json\u00a0', 200, undefined],
    ['application/json; charset=utf-8; charset=utf-7', 200, { a: 1 }],
    ['application/json; charset="utf-8', 200, { a: 1 }],
    ['application/json; utf-8', 200, { a: 1 }],
    ['application/json; charset: utf-8', 200, { a: 1 }],
    ['application/json; charset=', 200, { a: 1 }],
    ['application/json; charset=utf-7', 415, expect.anything()],
    ['application/json; charset=utf-8 x', 415, expect.anything()],
  ])('%j is answered %d', async (type, status, result) => {
    await using server = await parsingServer(json())
    const body = '{"a":1}'
    const socket = server.dial()
    socket.write(
      Buffer.from(
        head(`Content-Type: ${type}`, `Content-Length: ${body.length}`, 'Connection: close'),
        'latin1',
      ),
    )
    socket.write(body)
    let reply = ''
    for await (const chunk of socket) reply += String(chunk)
    const [, sent = ''] = reply.split('\r\n\r\n')
    const { body: parsed, error } = JSON.parse(
      sent.replaceAll(/^[\da-f]+\r\n|\r\n.*$/gs, ''),
    ) as Record<string, unknown>
    expect([Number(reply.slice(9, 12)), error ?? parsed]).toEqual([status, result])
  })
})

describe('framing', () => {
  it.each([
    ['a length that is understated', head(TYPE, 'Content-Length: 2') + 'abcd'],
    ['two lengths', head(TYPE, 'Content-Length: 2', 'Content-Length: 3') + 'abc'],
    [
      'a length and chunks',
      head(TYPE, 'Content-Length: 2', 'Transfer-Encoding: chunked') + '0\r\n\r\n',
    ],
    ['a length with a sign', head(TYPE, 'Content-Length: +2') + 'ab'],
    ['a length in hex', head(TYPE, 'Content-Length: 0x2') + 'ab'],
    ['a negative length', head(TYPE, 'Content-Length: -2') + 'ab'],
    ['a vast chunk', `${head(TYPE, 'Transfer-Encoding: chunked')}fffffffffffffffff\r\nab`],
    [
      'a chunk without its CRLF',
      `${head(TYPE, 'Transfer-Encoding: chunked')}2\r\nabcd\r\n0\r\n\r\n`,
    ],
    ['chunks twice', `${head(TYPE, 'Transfer-Encoding: chunked, chunked')}0\r\n\r\n`],
    ['another coding', `${head(TYPE, 'Transfer-Encoding: gzip')}0\r\n\r\n`],
  ])('by %s never makes a body of more than was framed', async (_name, bytes) => {
    await using server = await parsingServer(raw())
    const socket = server.dial(bytes)
    socket.end()
    const chunks: Buffer[] = []
    for await (const chunk of socket) chunks.push(chunk as Buffer)
    const replies =
      Buffer.concat(chunks)
        .toString()
        .match(/HTTP\/1\.1 \d{3}/g) ?? []
    expect(replies.at(-1)).toBe('HTTP/1.1 400')
    expect(server.calls.length).toBeLessThanOrEqual(1)
  })

  it('by trailers that repeat it changes nothing', async () => {
    await using server = await parsingServer(raw())
    const socket = server.dial(
      `${head(TYPE, 'Transfer-Encoding: chunked', 'Connection: close')}2\r\nab\r\n0\r\nContent-Encoding: gzip\r\n\r\n`,
    )
    expect(await statusOf(socket)).toBe(200)
  })
})
