/**
 * Gathers chunks of a body into one Buffer.
 *
 * Chunks are copied together as they come: kept one by one, each byte of a body that is sent byte
 * by byte would cost the server some hundred.
 */
export class ByteCollector {
  #bytes: Buffer = EMPTY
  #length = 0
  readonly #expected: number

  /** @param expected - bytes that were announced, already checked against the limit. */
  constructor(expected = 0) {
    this.#expected = expected
  }

  get length(): number {
    return this.#length
  }

  push(chunk: Buffer): void {
    const length = this.#length + chunk.length
    // A body of one chunk, the usual case, is not copied at all.
    if (this.#length === 0) this.#bytes = chunk
    else {
      if (length > this.#bytes.length) this.#grow(length)
      chunk.copy(this.#bytes, this.#length)
    }
    this.#length = length
  }

  take(): Buffer {
    return this.#bytes.length === this.#length ? this.#bytes : this.#bytes.subarray(0, this.#length)
  }

  #grow(needed: number): void {
    const size = Math.max(needed, this.#expected, 2 * this.#length, SMALLEST)
    const larger = Buffer.allocUnsafeSlow(size)
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}

const EMPTY = Buffer.alloc(0)
const SMALLEST = 1024
