import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/* What a client of HTTP/2 writes that speaks frames by hand (RFC 9113 §4.1). */

export const EMPTY = Buffer.alloc(0)
export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

export function frame(type: number, flags: number, payload: Buffer, id: number): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(id, 5)
  return Buffer.concat([head, payload])
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export const SETTINGS = frame(4, 0, EMPTY, 0)
export const PING = frame(6, 0, Buffer.alloc(8), 0)

export const text = (value: string): Buffer =>
  Buffer.from([value.length, ...Buffer.from(value, 'latin1')])

/** Headers of a request to a.test, in HPACK without a table of its own (RFC 7541 §6). */
export function headers(method: number, path: string): Buffer {
  return Buffer.concat([
    Buffer.from([method, 0x86, 0x04]),
    text(path),
    Buffer.from([0x41]),
    text('a.test'),
  ])
}

export const get = (id: number, path: string): Buffer => frame(1, 5, headers(0x82, path), id)
export const post = (id: number, path = '/'): Buffer => frame(1, 4, headers(0x83, path), id)
/** HEADERS that do not end, and what goes on for ever behind them. */
export const openHeaders = (id: number): Buffer => frame(1, 0, headers(0x82, '/'), id)
export const continuation = (id: number): Buffer =>
  frame(9, 0, Buffer.concat([Buffer.from([0, 3]), Buffer.from('x-a'), Buffer.from([1, 0x61])]), id)

/** A connection that has said its preface and its settings, whose errors are nobody's. */
export async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {}).resume()
  await once(socket, 'connect')
  socket.write(PREFACE)
  socket.write(SETTINGS)
  return socket
}

/** A frame that came. */
export interface Frame {
  readonly type: number
  readonly flags: number
  readonly id: number
  readonly payload: Buffer
}

/** Cuts what comes into frames, and hands each over. */
export function onFrames(socket: Socket, take: (frame: Frame) => void): void {
  let rest = EMPTY
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 9 && rest.length >= 9 + rest.readUIntBE(0, 3)) {
      const end = 9 + rest.readUIntBE(0, 3)
      const [type, flags, id] = [rest[3]!, rest[4]!, rest.readUInt32BE(5)]
      take({ type, flags, id, payload: rest.subarray(9, end) })
      rest = rest.subarray(end)
    }
  })
}
