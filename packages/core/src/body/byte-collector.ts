import type { Decode } from './charset.ts'

/**
 * Gathers the chunks of a body, which become one Buffer or one text.
 *
 * Small chunks are copied together as they come: kept one by one, each byte of a body that is sent byte by byte
 * would cost the server some hundred. Large ones stay as they are until the end.
 */
export class ByteCollector {
  #length = 0
  readonly #expected: number
  /** What is complete, in order. A body of one chunk, the usual case, needs no list. */
  #pieces: Buffer[] | undefined
  /** The last piece, of which the first `#filled` bytes count. */
  #last: Buffer = EMPTY
  #filled = 0

  /** @param expected - bytes that were announced, already checked against the limit. */
  constructor(expected = 0) {
    this.#expected = expected
  }

  get length(): number {
    return this.#length
  }

  push(chunk: Buffer): void {
    if (this.#length === 0) this.#last = chunk
    else if (this.#filled < LARGE && chunk.length < LARGE) return this.#append(chunk)
    else {
      this.#pieces ??= []
      this.#pieces.push(this.#lastPiece())
      this.#last = chunk
    }
    this.#filled = chunk.length
    this.#length += chunk.length
  }

  /** A body of one chunk is that chunk, not copied. */
  take(): Buffer {
    const last = this.#lastPiece()
    return this.#pieces === undefined ? last : Buffer.concat([...this.#pieces, last], this.#length)
  }

  /** The text of all bytes, by a decoder that keeps none of them. */
  decode(decode: Decode): string {
    if (this.#pieces === undefined) return decode(this.#lastPiece())
    const whole = workspaceOf(this.#length)
    let at = 0
    for (const piece of this.#pieces) at += piece.copy(whole, at)
    this.#last.copy(whole, at, 0, this.#filled)
    return decode(whole)
  }

  #lastPiece(): Buffer {
    return this.#filled === this.#last.length ? this.#last : this.#last.subarray(0, this.#filled)
  }

  #append(chunk: Buffer): void {
    const filled = this.#filled + chunk.length
    if (filled > this.#last.length) this.#grow(filled)
    chunk.copy(this.#last, this.#filled)
    this.#filled = filled
    this.#length += chunk.length
  }

  #grow(needed: number): void {
    const rest = this.#expected - this.#length + this.#filled
    const size = Math.max(needed, Math.min(rest, 2 * LARGE), 2 * this.#filled, SMALLEST)
    const larger = Buffer.allocUnsafeSlow(size)
    this.#last.copy(larger, 0, 0, this.#filled)
    this.#last = larger
  }
}

/**
 * Memory for bytes that nobody has seen before or sees afterwards. New memory for each body of a megabyte is a
 * tenth of the whole request, and has V8 collect five times as often.
 */
function workspaceOf(size: number): Buffer {
  if (size > MOST_KEPT) return Buffer.allocUnsafeSlow(size)
  if (size > workspace.length) workspace = Buffer.allocUnsafeSlow(Math.min(2 * size, MOST_KEPT))
  return workspace.subarray(0, size)
}

const EMPTY = Buffer.alloc(0)
const SMALLEST = 1024

/** Chunks of this length are not copied until the end: 16 KiB. What node reads at once has up to 64. */
const LARGE = 2 ** 14

/** Bytes that a process keeps to decode in: 2 MiB. */
const MOST_KEPT = 2 ** 21
let workspace = EMPTY
