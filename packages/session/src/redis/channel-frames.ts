// A frame says who sent it, in text of one length: 12 characters for the process, 10 digits to the base of 36 for the
// number of the message, `t` for text or `b` for bytes. Then comes the message.
const ORIGIN_SIZE = 12
const COUNT_SIZE = 10
const HEAD_SIZE = ORIGIN_SIZE + COUNT_SIZE + 1

/** A message as it goes over Redis. */
export function framed(origin: string, count: number, message: string | Buffer): Buffer {
  const kind = typeof message === 'string' ? 't' : 'b'
  const head = origin + count.toString(36).padStart(COUNT_SIZE, '0') + kind
  return Buffer.concat([Buffer.from(head), Buffer.from(message as string)])
}

/**
 * Takes frames, and delivers their messages.
 *
 * Leaves out what this process sent, and what came again, as a client may send twice after a lost connection.
 */
export function receiver(
  own: string,
  deliver: (message: string | Buffer) => void,
): (frame: Buffer) => void {
  const last = new Map<string, string>()
  return (frame) => {
    const head = frame.toString('latin1', 0, HEAD_SIZE)
    const origin = head.slice(0, ORIGIN_SIZE)
    const count = head.slice(ORIGIN_SIZE, -1)
    if (head.length < HEAD_SIZE || origin === own || count <= (last.get(origin) ?? '')) return
    last.delete(origin)
    last.set(origin, count)
    if (last.size > MOST_ORIGINS) last.delete(last.keys().next().value as string)
    const message = frame.subarray(HEAD_SIZE)
    deliver(head.endsWith('t') ? message.toString() : message)
  }
}

/** Processes that publish in one channel, those that have ended among them. */
const MOST_ORIGINS = 1_000
