import { once } from 'node:events'
import { connect, createServer, type ClientHttp2Session } from 'node:http2'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect as connectSocket, type AddressInfo, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { json } from '../../src/body/index.ts'
import { until } from '../resources.ts'

const calls: unknown[] = []
const parse = json({ limit: 1024 })
const server = createServer((request, response) => {
  // The compatibility API of node:http2 has the shape of node:http.
  const req = request as unknown as IncomingMessage & { body?: unknown }
  const res = response as unknown as ServerResponse
  parse(req, res, (error) => {
    calls.push(error)
    res.statusCode = (error as { status?: number } | undefined)?.status ?? 200
    res.end(JSON.stringify(req.body ?? null))
  })
})

let client: ClientHttp2Session
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
afterAll(() => {
  client.close()
  server.close()
})

async function post(body: Buffer | string, headers = {}): Promise<[number, unknown]> {
  calls.length = 0
  const stream = client.request({
    ':method': 'POST',
    'content-type': 'application/json',
    ...headers,
  })
  stream.end(body)
  const [reply] = (await once(stream, 'response')) as [Record<string, unknown>]
  let text = ''
  for await (const chunk of stream.setEncoding('utf8')) text += String(chunk)
  return [Number(reply[':status']), JSON.parse(text)]
}

describe('a body over HTTP/2', () => {
  it('needs no Content-Length (RFC 9113 §8.1.1)', async () => {
    expect(await post('{"a":1}')).toEqual([200, { a: 1 }])
  })

  it('may be compressed', async () => {
    const headers = { 'content-encoding': 'gzip' }
    expect(await post(gzipSync('{"a":1}'), headers)).toEqual([200, { a: 1 }])
  })

  it('is limited', async () => {
    expect(await post(`"${'x'.repeat(2000)}"`)).toEqual([413, null])
    expect(calls).toEqual([expect.objectContaining({ type: 'entity.too.large' })])
  })

  it.each([
    ['is reset', (socket: Socket) => socket.write(frame(0x03, 0, Buffer.from([0, 0, 0, 8])))],
    ['is cut off with its connection', (socket: Socket) => socket.destroy()],
    ['is left half sent', (socket: Socket) => socket.end()],
  ])('that %s is not taken for complete', async (_way, leave) => {
    calls.length = 0
    const socket = connectSocket((server.address() as AddressInfo).port, '127.0.0.1')
    socket.on('error', () => {}).resume()
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    socket.write(frame(0x04, 0, Buffer.alloc(0), 0))
    socket.write(frame(0x01, 0x04, HEADERS))
    socket.write(frame(0x00, 0, Buffer.from('[1]')))
    await new Promise((resolve) => setTimeout(resolve, 50))
    leave(socket)
    await until(() => calls.length > 0, 'noticed')
    expect(calls).toEqual([expect.objectContaining({ type: 'request.aborted' })])
    socket.destroy()
  })

  it('is none when the headers end the request', async () => {
    const stream = client.request({ ':path': '/' })
    const [reply] = (await once(stream, 'response')) as [Record<string, unknown>]
    expect(reply[':status']).toBe(200)
    stream.close()
  })
})

/** `POST /` of JSON, in HPACK without a table of its own (RFC 7541 §6). */
const HEADERS = Buffer.concat([
  Buffer.from([0x83, 0x86, 0x84, 0x41, 6]),
  Buffer.from('a.test'),
  Buffer.from([0x0f, 0x10, 16]),
  Buffer.from('application/json'),
])

/** One frame (RFC 9113 §4.1), on the first stream unless told otherwise. */
function frame(type: number, flags: number, payload: Buffer, stream = 1): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
