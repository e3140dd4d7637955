/**
 * A close frame of RFC 6455 §5.5.1, unmasked, as a server sends it.
 *
 * WebSocket libraries write whole frames, so that one may be added between two of theirs.
 */
export function closeFrame(code: number, reason: string): Buffer {
  const text = Buffer.from(reason)
  const frame = Buffer.alloc(4 + text.length)
  frame[0] = 0x88
  frame[1] = 2 + text.length
  frame.writeUInt16BE(code, 2)
  text.copy(frame, 4)
  return frame
}
