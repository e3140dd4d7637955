import { once } from 'node:events'
import http2 from 'node:http2'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import express from '@tokkyu/core'

import { ask, serve } from './client.ts'
import { EMPTY, frame, get, headers, onFrames, open, PING, post, text, uint32 } from './frames.ts'

/*
 * What RFC 9113 and RFC 7541 forbid, frame by frame, sent to an app and to node's own server in one run: the
 * app ends stream or connection with the same error, and an honest client is answered afterwards.
 */

/** A request with these fields in place of what one has, in HPACK without a table (RFC 7541 §6.2.2). */
function fields(id: number, ...pairs: [name: string, value: string][]): Buffer {
  const literals = pairs.map(([name, value]) =>
    Buffer.concat([Buffer.from([0]), text(name), text(value)]),
  )
  return frame(HEADERS, END_STREAM | END_HEADERS, Buffer.concat(literals), id)
}

const [
  DATA,
  HEADERS,
  PRIORITY,
  RST_STREAM,
  SETTINGS,
  PUSH,
  PING_TYPE,
  GOAWAY,
  WINDOW,
  CONTINUATION,
] = Array.from({ length: 10 }, (_, type) => type) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
]
const END_STREAM = 1
const END_HEADERS = 4
const PADDED = 8

const METHOD: [string, string] = [':method', 'GET']
const SCHEME: [string, string] = [':scheme', 'http']
const PATH: [string, string] = [':path', '/']
const AUTHORITY: [string, string] = [':authority', 'a.test']
const WHOLE = [METHOD, SCHEME, PATH, AUTHORITY]

/** Priority of a stream that depends on another (RFC 9113 §5.3, RFC 7540 §5.3.1). */
const dependsOn = (id: number): Buffer => Buffer.concat([uint32(id), Buffer.from([15])])
const setting = (id: number, value: number): Buffer =>
  frame(SETTINGS, 0, Buffer.concat([Buffer.from([0, id]), uint32(value)]), 0)
const block = (bytes: number[]): Buffer =>
  frame(
    HEADERS,
    END_STREAM | END_HEADERS,
    Buffer.concat([headers(0x82, '/'), Buffer.from(bytes)]),
    1,
  )

const WITHOUT_PREFACE = 'a request of HTTP/1.1 in place of the preface'

const CASES: Record<string, Buffer[]> = {
  // Frames
  'a frame of no kind': [frame(0xfa, 0, Buffer.alloc(8), 0), get(1, '/')],
  'flags that a frame does not have': [frame(PING_TYPE, 0xf0, Buffer.alloc(8), 0), get(1, '/')],
  'the reserved bit of a stream': [frame(WINDOW, 0, uint32(1), 2 ** 31)],
  'a frame larger than agreed on': [frame(DATA, 0, Buffer.alloc(16_385), 1)],
  'HEADERS larger than agreed on': [frame(HEADERS, 5, Buffer.alloc(16_385), 1)],
  'a frame of no kind larger than agreed on': [frame(0xfa, 0, Buffer.alloc(16_385), 0)],
  // DATA
  'DATA on the connection': [frame(DATA, 0, Buffer.from('x'), 0)],
  'DATA on a stream that is idle': [frame(DATA, 0, Buffer.from('x'), 5)],
  'DATA on a stream that has ended': [get(1, '/'), frame(DATA, 0, Buffer.from('x'), 1)],
  'DATA with more padding than bytes': [post(1), frame(DATA, PADDED, Buffer.from([9, 1]), 1)],
  'DATA between HEADERS and CONTINUATION': [
    frame(HEADERS, 0, headers(0x82, '/'), 1),
    frame(DATA, 0, EMPTY, 1),
  ],
  // HEADERS and CONTINUATION
  'HEADERS on the connection': [frame(HEADERS, 5, headers(0x82, '/'), 0)],
  'HEADERS on a stream of the server': [get(2, '/')],
  'HEADERS on a stream before one that was': [get(5, '/'), get(3, '/')],
  'HEADERS on a stream that has ended': [get(1, '/'), get(1, '/')],
  'HEADERS that do not end the body, twice': [post(1), post(1)],
  'HEADERS with more padding than bytes': [frame(HEADERS, 5 | PADDED, Buffer.from([9, 0x82]), 1)],
  'HEADERS of a stream that depends on itself': [
    frame(HEADERS, 0x25, Buffer.concat([dependsOn(1), headers(0x82, '/')]), 1),
  ],
  'CONTINUATION without HEADERS': [frame(CONTINUATION, 4, headers(0x82, '/'), 1)],
  'CONTINUATION behind HEADERS that ended': [post(1), frame(CONTINUATION, 4, EMPTY, 1)],
  'CONTINUATION of another stream': [
    frame(HEADERS, 0, headers(0x82, '/'), 1),
    frame(CONTINUATION, 4, EMPTY, 3),
  ],
  'PING between HEADERS and CONTINUATION': [frame(HEADERS, 0, headers(0x82, '/'), 1), PING],
  'a frame of no kind between HEADERS and CONTINUATION': [
    frame(HEADERS, 0, headers(0x82, '/'), 1),
    frame(0xfa, 0, EMPTY, 1),
  ],
  // PRIORITY, RST_STREAM
  'PRIORITY on the connection': [frame(PRIORITY, 0, dependsOn(1), 0)],
  'PRIORITY of four bytes': [frame(PRIORITY, 0, uint32(1), 1)],
  'PRIORITY of a stream on itself': [frame(PRIORITY, 0, dependsOn(3), 3)],
  'RST_STREAM on the connection': [frame(RST_STREAM, 0, uint32(8), 0)],
  'RST_STREAM on a stream that is idle': [frame(RST_STREAM, 0, uint32(8), 7)],
  'RST_STREAM of three bytes': [post(1), frame(RST_STREAM, 0, Buffer.alloc(3), 1)],
  // SETTINGS
  'SETTINGS on a stream': [frame(SETTINGS, 0, EMPTY, 1)],
  'SETTINGS of five bytes': [frame(SETTINGS, 0, Buffer.alloc(5), 0)],
  'SETTINGS that acknowledge and say something': [frame(SETTINGS, 1, Buffer.alloc(6), 0)],
  'SETTINGS_ENABLE_PUSH of 2': [setting(2, 2)],
  'SETTINGS_INITIAL_WINDOW_SIZE of 2^31': [setting(4, 2 ** 31)],
  'SETTINGS_MAX_FRAME_SIZE of 16,383': [setting(5, 16_383)],
  'SETTINGS_MAX_FRAME_SIZE of 2^24': [setting(5, 2 ** 24)],
  'a setting of no kind': [setting(0xfa, 1), get(1, '/')],
  // PUSH_PROMISE, PING, GOAWAY
  'PUSH_PROMISE of a client': [
    get(1, '/'),
    frame(PUSH, 4, Buffer.concat([uint32(2), headers(0x82, '/')]), 1),
  ],
  'PING on a stream': [frame(PING_TYPE, 0, Buffer.alloc(8), 1)],
  'PING of six bytes': [frame(PING_TYPE, 0, Buffer.alloc(6), 0)],
  'GOAWAY on a stream': [frame(GOAWAY, 0, Buffer.alloc(8), 1)],
  'GOAWAY of four bytes': [frame(GOAWAY, 0, uint32(0), 0)],
  // WINDOW_UPDATE
  'WINDOW_UPDATE of 0 on the connection': [frame(WINDOW, 0, uint32(0), 0)],
  'WINDOW_UPDATE of 0 on a stream': [post(1), frame(WINDOW, 0, uint32(0), 1)],
  'WINDOW_UPDATE of three bytes': [frame(WINDOW, 0, Buffer.alloc(3), 0)],
  'WINDOW_UPDATE on a stream that is idle': [frame(WINDOW, 0, uint32(1), 9)],
  'a window of the connection beyond 2^31-1': [frame(WINDOW, 0, uint32(2 ** 31 - 1), 0)],
  'a window of a stream beyond 2^31-1': [post(1), frame(WINDOW, 0, uint32(2 ** 31 - 1), 1)],
  'a window of a stream beyond 2^31-1 by SETTINGS': [
    post(1),
    frame(WINDOW, 0, uint32(2 ** 31 - 65_536), 1),
    setting(4, 2 ** 31 - 1),
  ],
  // HPACK
  'an index of no field': [block([0x80])],
  'an index beyond the tables': [block([0xff, 0x7f])],
  'a table larger than agreed on': [
    frame(
      HEADERS,
      5,
      Buffer.concat([Buffer.from([0x3f, 0xe2, 0xff, 0x03]), headers(0x82, '/')]),
      1,
    ),
  ],
  'a change of the table behind the fields': [block([0x20])],
  'a string longer than the block': [block([0x00, 0x7f, 0x61])],
  'Huffman padding of more than seven bits': [block([0x00, 0x01, 0x61, 0x82, 0xff, 0xff])],
  'Huffman padding of zeros': [block([0x00, 0x01, 0x61, 0x81, 0x00])],
  'EOS in a Huffman string': [block([0x00, 0x01, 0x61, 0x84, 0xff, 0xff, 0xff, 0xff])],
  // Fields (RFC 9113 §8.2, §8.3)
  'a field name in upper case': [fields(1, ...WHOLE, ['X-A', '1'])],
  'an empty field name': [fields(1, ...WHOLE, ['', '1'])],
  'a field name with a blank': [fields(1, ...WHOLE, ['x a', '1'])],
  'a field value with a line break': [fields(1, ...WHOLE, ['x-a', 'a\r\nb: c'])],
  'a field value with NUL': [fields(1, ...WHOLE, ['x-a', 'a\0b'])],
  'a field value that begins with a blank': [fields(1, ...WHOLE, ['x-a', ' 1'])],
  Connection: [fields(1, ...WHOLE, ['connection', 'keep-alive'])],
  'Keep-Alive': [fields(1, ...WHOLE, ['keep-alive', '1'])],
  'Proxy-Connection': [fields(1, ...WHOLE, ['proxy-connection', 'close'])],
  'Transfer-Encoding': [fields(1, ...WHOLE, ['transfer-encoding', 'chunked'])],
  Upgrade: [fields(1, ...WHOLE, ['upgrade', 'h2c'])],
  'TE other than trailers': [fields(1, ...WHOLE, ['te', 'gzip'])],
  'TE: trailers': [fields(1, ...WHOLE, ['te', 'trailers'])],
  'no :method': [fields(1, SCHEME, PATH, AUTHORITY)],
  'no :scheme': [fields(1, METHOD, PATH, AUTHORITY)],
  'no :path': [fields(1, METHOD, SCHEME, AUTHORITY)],
  'an empty :path': [fields(1, METHOD, SCHEME, [':path', ''], AUTHORITY)],
  'two of :method': [fields(1, METHOD, ...WHOLE)],
  'two of :path': [fields(1, PATH, ...WHOLE)],
  'a pseudo-header of answers': [fields(1, [':status', '200'], ...WHOLE)],
  'a pseudo-header of no kind': [fields(1, [':a', '1'], ...WHOLE)],
  'a pseudo-header behind fields': [fields(1, METHOD, SCHEME, ['x-a', '1'], PATH, AUTHORITY)],
  'a pseudo-header in trailers': [post(1), fields(1, PATH)],
  'extended CONNECT that was not offered': [
    fields(1, [':method', 'CONNECT'], [':protocol', 'websocket'], SCHEME, PATH, AUTHORITY),
  ],
  'a length that the body exceeds': [
    frame(
      HEADERS,
      4,
      fields(1, [':method', 'POST'], SCHEME, PATH, AUTHORITY, ['content-length', '1']).subarray(9),
      1,
    ),
    frame(DATA, 1, Buffer.from('xx'), 1),
  ],
  'a length that the body falls short of': [
    frame(
      HEADERS,
      4,
      fields(1, [':method', 'POST'], SCHEME, PATH, AUTHORITY, ['content-length', '3']).subarray(9),
      1,
    ),
    frame(DATA, 1, Buffer.from('xx'), 1),
  ],
  'two lengths': [fields(1, ...WHOLE, ['content-length', '0'], ['content-length', '1'])],
  [WITHOUT_PREFACE]: [Buffer.from('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')],
}

/** What a server says to it: how the connection ends, or else the stream. */
interface Verdict {
  readonly goaway?: number
  readonly reset?: number
  readonly status?: string
}

/** What a server has said when it has nothing more to say: it has answered three PINGs, or ends the connection. */
async function verdictOf(port: number, name: string): Promise<Verdict> {
  const socket = name === WITHOUT_PREFACE ? await connected(port) : await open(port)
  const verdict: { -readonly [Key in keyof Verdict]: Verdict[Key] } = {}
  const isOver = new Promise<void>((resolve) => {
    let turns = 0
    socket.once('close', () => resolve())
    onFrames(socket, ({ type, flags, payload }) => {
      if (type === HEADERS) verdict.status = statusIn(payload)
      if (type === RST_STREAM) verdict.reset = payload.readUInt32BE(0)
      if (type === GOAWAY) verdict.goaway = payload.readUInt32BE(4)
      const isAnswer = type === PING_TYPE && flags === 1 && payload.equals(MARK)
      // Each takes a turn of the server, in which it does what it had begun.
      if (isAnswer && ++turns < 3) socket.write(MARKED)
      if (type === GOAWAY || turns === 3) resolve()
    })
  })
  for (const bytes of CASES[name]!) socket.write(bytes)
  socket.write(MARKED)
  await isOver
  socket.destroy()
  return verdict
}

const MARK = Buffer.from('tell me!')
const MARKED = frame(PING_TYPE, 0, MARK, 0)

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** The status of an answer; those with an index of their own are what is sent here (RFC 7541, appendix A). */
const statusIn = (payload: Buffer): string => STATUSES[payload[0]!] ?? payload.toString('hex')
const STATUSES: Record<number, string> = { 0x88: '200', 0x8c: '400', 0x8d: '404', 0x8e: '500' }

describe('frames that are forbidden', () => {
  const ports: Record<'ours' | 'bare', number> = { ours: 0, bare: 0 }
  const servers: { close(): void }[] = []
  beforeAll(async () => {
    const app = express().set('env', 'test')
    app.use((_req, res) => void res.end('hello'))
    const ours = app.listen({ http2: true, port: 0, host: '127.0.0.1' })
    const bare = http2.createServer((_req, res) => void res.end('hello')).listen(0, '127.0.0.1')
    servers.push(ours, bare)
    await Promise.all([once(ours, 'listening'), once(bare, 'listening')])
    ports.ours = (ours.address() as AddressInfo).port
    ports.bare = (bare.address() as AddressInfo).port
  })
  afterAll(() => {
    for (const server of servers) server.close()
  })

  it.each(Object.keys(CASES))('%s: the same error as from node’s own server', async (name) => {
    const [ours, bare] = [await verdictOf(ports.ours, name), await verdictOf(ports.bare, name)]
    expect(ours).toEqual(bare)
    const honest = http2.connect(`http://127.0.0.1:${ports.ours}`)
    expect(await ask(honest, { ':path': '/' })).toMatchObject({ status: 200, text: 'hello' })
    honest.destroy()
  })
})

describe('fields that no message may have', () => {
  it.each<[string, [name: string, value: string]]>([
    ['an empty name', ['', '1']],
    ['a name with a blank', ['x a', '1']],
    ['a name with a line break', ['x\r\na', '1']],
    ['a value with a line break', ['x-a', 'a\r\nb: c']],
    ['a value with a bare LF', ['x-a', 'a\nb: c']],
    ['a value with NUL', ['x-a', 'a\0b']],
  ])('never come to a handler: %s', async (_what, field) => {
    const app = express().set('env', 'test')
    const seen = new Promise<string[]>((resolve) => {
      app.use((req, res) => {
        resolve([...req.rawHeaders, ...Object.entries(req.headers).flat()].map(String))
        res.end()
      })
    })
    const { port } = await serve(app)
    const socket = await open(port)
    const isCut = new Promise<string[]>((resolve) => {
      onFrames(socket, ({ type }) => void (type === RST_STREAM && resolve([])))
    })
    socket.write(fields(1, ...WHOLE, field))
    const told = await Promise.race([seen, isCut])
    expect(told).not.toContain(field[0])
    expect(told.filter((each) => CONTROL.test(each))).toEqual([])
    socket.destroy()
  })
})

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\0\r\n]/
