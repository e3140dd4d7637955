// oxlint-disable eslint/no-underscore-dangle -- the name is node's
import { IncomingMessage, ServerResponse } from 'node:http'

/**
 * The one file that leans on an undocumented part of node: `ServerResponse.prototype._send`.
 *
 * On Node 20 and 22 `res.end(text)` sends two pieces, headers with the text and then an empty one
 * that carries the callback, so that the socket is asked for a `writev`. Held back and sent together
 * they are one plain write: 0.93 of the CPU of bare node:http for a short text. Newer lines do this
 * themselves, and there holding back would keep the answer for ever; so the way of this runtime is
 * found out by asking it, and without the method everything works the same, only slower.
 */
const held = Symbol('the first piece of an answer')

/** Not holding, about to hold, or the piece that is held. */
type Held = undefined | true | { readonly data: string; readonly encoding: string }

interface Internals extends ServerResponse {
  [held]?: Held
  chunkedEncoding: boolean
  _send(data: unknown, encoding?: unknown, callback?: unknown, byteLength?: unknown): boolean
}

/** Whether `end(text)` comes in two pieces here. */
const endsInTwoPieces = countPieces() === 2

function countPieces(): number {
  let pieces = 0
  const probe = new ServerResponse(new IncomingMessage(undefined as never)) as Internals
  probe._send = () => {
    pieces++
    return true
  }
  probe.end('text')
  return pieces
}

/** Ends the response with text that leaves in one write with the headers. */
export function endInOneWrite(res: ServerResponse, text: string): void {
  if (endsInTwoPieces && text !== '') (res as Internals)[held] = true
  res.end(text)
}

/** Gives `response` the way of sending that `endInOneWrite` needs, where it helps. */
export function installOneWrite(response: ServerResponse): void {
  if (!endsInTwoPieces) return
  const native = ServerResponse.prototype as Internals
  const _send: Internals['_send'] = function send(
    this: Internals,
    data,
    encoding,
    callback,
    byteLength,
  ) {
    const before = this[held]
    if (before === undefined) return native._send.call(this, data, encoding, callback, byteLength)
    this[held] = undefined
    if (before !== true) {
      // The second piece: empty, it goes with the first; anything else goes behind it.
      if (data === '') return native._send.call(this, before.data, before.encoding, callback)
      native._send.call(this, before.data, before.encoding)
    } else if (typeof data === 'string' && data !== '' && !this.chunkedEncoding) {
      this[held] = { data, encoding: encoding as string }
      return true
    }
    return native._send.call(this, data, encoding, callback, byteLength)
  }
  Object.defineProperty(response, '_send', { configurable: true, writable: true, value: _send })
}
