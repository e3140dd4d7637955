/** A piece of this length and more stays where it came, until all is there… */
const LONG_PIECE = 4096
/** … unless it is less than this part of the memory that would stay with it. */
const LEAST_SHARE = 1 / 4
const SMALLEST_BLOCK = 64
const NOTHING = Buffer.alloc(0)

/**
 * Bytes that come in pieces and will be one. They take memory as they come, whatever was announced: short pieces
 * are gathered in a block that grows, long ones are kept, and copied once when all are there.
 */
export class Pieces {
  #pieces: Buffer[] = []
  /** Short pieces that came after the last of those above. */
  #block: Buffer = NOTHING
  #blockBytes = 0

  /** How many bytes there are. */
  length = 0

  /** The bytes at the beginning, as far as they lie together. */
  get first(): Buffer {
    return this.#pieces[0] ?? this.#block
  }

  add(piece: Buffer): void {
    this.length += piece.length
    if (piece.length < LONG_PIECE || piece.length < LEAST_SHARE * piece.buffer.byteLength) {
      this.#gather(piece)
      return
    }
    this.#cut()
    this.#pieces.push(piece)
  }

  /** All bytes as one; afterwards there are none. */
  take(): Buffer {
    this.#cut()
    const [only] = this.#pieces
    const all = only && this.#pieces.length === 1 ? only : joined(this.#pieces, this.length)
    this.#pieces = []
    this.length = 0
    return all
  }

  #gather(piece: Buffer): void {
    const length = this.#blockBytes + piece.length
    if (length > this.#block.length) {
      const block = Buffer.allocUnsafeSlow(Math.max(SMALLEST_BLOCK, 2 * this.#block.length, length))
      this.#block.copy(block, 0, 0, this.#blockBytes)
      this.#block = block
    }
    this.#blockBytes += piece.copy(this.#block, this.#blockBytes)
  }

  #cut(): void {
    if (this.#blockBytes === 0) return
    this.#pieces.push(this.#block.subarray(0, this.#blockBytes))
    this.#block = NOTHING
    this.#blockBytes = 0
  }
}

/** `Buffer.concat` may take memory of Node's pool, all of which a message that stays would keep. */
function joined(pieces: readonly Buffer[], length: number): Buffer {
  const all = Buffer.allocUnsafeSlow(length)
  let at = 0
  for (const piece of pieces) at += piece.copy(all, at)
  return all
}
