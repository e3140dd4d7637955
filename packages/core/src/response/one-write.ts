import type { ServerResponse } from 'node:http'

import { countPieces, defineSendPiece, headOf, sendPieceOf } from '../node-internals.ts'
import { below } from './below.ts'
import { leftAsList } from './implied-headers.ts'

/**
 * On Node 20 and 22 `res.end(text)` sends two pieces, headers with the text and then an empty one
 * that carries the callback, so that the socket is asked for a `writev`. Held back and sent together
 * they are one plain write: 0.93 of the CPU of bare node:http for a short text. Newer lines do this
 * themselves, and there holding back would keep the answer for ever; so the way of this runtime is
 * found out by asking it, and without the method everything works the same, only slower.
 */
const held = Symbol('the first piece of an answer')

/** Not holding, about to end with text, or the piece that is held. */
type Held = undefined | 'text' | 'bytes' | { readonly data: string; readonly encoding: string }

interface Holding extends ServerResponse {
  [held]?: Held
  chunkedEncoding: boolean
}

const endsInTwoPieces = countPieces() === 2

/**
 * Ends the response with text that leaves in one write with the headers.
 *
 * Node writes headers that go with text in the text's encoding, and others in latin1, one byte a character.
 * `as` says which of the two a header beyond ASCII shall leave in.
 */
export function endInOneWrite(res: ServerResponse, text: string, as: 'text' | 'bytes'): void {
  if (text !== '') (res as Holding)[held] = as
  res.end(text)
}

/** Gives `response` the way of sending that `endInOneWrite` needs. */
export function installOneWrite(response: ServerResponse): void {
  defineSendPiece<Holding>(response, function send(data, encoding, callback, byteLength) {
    const before = this[held]
    const pass = sendPieceOf(below()).bind(this)
    if (before === undefined) return pass(data, encoding, callback, byteLength)
    this[held] = undefined
    if (typeof before === 'object') {
      // The second piece: empty, it goes with the first; anything else goes behind it.
      if (data === '') return pass(before.data, before.encoding, callback)
      pass(before.data, before.encoding)
    } else if (typeof data === 'string' && data !== '') {
      if (before === 'bytes' && !leftAsList(this) && NOT_ASCII.test(headOf(this) ?? ''))
        return pass(Buffer.from(data, encoding as BufferEncoding), undefined, callback)
      if (endsInTwoPieces && !this.chunkedEncoding) {
        this[held] = { data, encoding: encoding as string }
        return true
      }
    }
    return pass(data, encoding, callback, byteLength)
  })
}

const NOT_ASCII = /[^\0-\x7f]/
