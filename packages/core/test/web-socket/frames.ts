/** A frame as a client sends it, by RFC 6455 §5.2; each part may be wrong. */
export interface Frame {
  readonly opcode: number
  readonly payload?: Buffer | string
  readonly fin?: boolean
  readonly masked?: boolean
  /** Bits RSV1 to RSV3. */
  readonly rsv?: number
  /** The length that the frame claims. */
  readonly length?: number
}

export const TEXT = 1
export const BINARY = 2
export const CLOSE = 8
export const PING = 9
export const PONG = 10

export function frame({
  opcode,
  payload = '',
  fin = true,
  masked = true,
  rsv = 0,
  length,
}: Frame): Buffer {
  const body = Buffer.from(payload)
  const size = length ?? body.length
  const head = Buffer.alloc(size < 126 ? 2 : size < 65_536 ? 4 : 10)
  head[0] = (fin ? 0x80 : 0) + rsv * 16 + opcode
  const mask = masked ? 0x80 : 0
  if (size < 126) head[1] = mask + size
  else if (size < 65_536) {
    head[1] = mask + 126
    head.writeUInt16BE(size, 2)
  } else {
    head[1] = mask + 127
    head.writeBigUInt64BE(BigInt(size), 2)
  }
  if (!masked) return Buffer.concat([head, body])
  const key = Buffer.from([1, 2, 3, 4])
  return Buffer.concat([head, key, body.map((byte, at) => byte ^ key[at % 4]!)])
}

/** The frames in what a server has sent behind the head of its 101; one that is not whole is left out. */
export function framesIn(
  bytes: Buffer,
): { opcode: number; payload: Buffer; code?: number; text: string }[] {
  const frames = []
  let rest = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)
  while (rest.length >= 2) {
    const opcode = rest[0]! % 16
    let length = rest[1]! % 128
    let start = 2
    if (length === 126) {
      length = rest.readUInt16BE(2)
      start = 4
    } else if (length === 127) {
      length = Number(rest.readBigUInt64BE(2))
      start = 10
    }
    if (rest.length < start + length) break
    const payload = rest.subarray(start, start + length)
    const isClose = opcode === CLOSE && length >= 2
    frames.push({
      opcode,
      payload,
      text: (isClose ? payload.subarray(2) : payload).toString(),
      ...(isClose && { code: payload.readUInt16BE(0) }),
    })
    rest = rest.subarray(start + length)
  }
  return frames
}
