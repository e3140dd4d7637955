/** Bytes before each message that waits: its length. */
const LENGTH_BYTES = 4
const [SMALLEST_BLOCK, LARGEST_BLOCK] = [256, 16_384]

/**
 * The messages of a stream that the application has not taken, in their order, the last of them perhaps
 * still coming.
 *
 * They lie in few blocks of memory rather than in a buffer each: 65,000 messages of one byte fit into a
 * window of 64 KiB, and as buffers of their own would take a hundred times that.
 */
export class MessageQueue {
  #blocks: Buffer[] = []
  /** Where the first message begins in the first block, and where the last block is filled up to. */
  #head = 0
  #tail = 0
  /** All bytes in the blocks. */
  #stored = 0
  /** Of the first message: its size, when it is known, and how much the queue holds of it. */
  #firstSize = -1

  /** Messages that wait without content. */
  empties = 0

  get isEmpty(): boolean {
    return this.#stored === 0 && this.#firstSize < 0
  }

  /** Adds a message of `size` bytes with the first of them. */
  begin(size: number, data: Buffer): void {
    if (size === 0) this.empties++
    const length = Buffer.allocUnsafe(LENGTH_BYTES)
    length.writeUInt32LE(size)
    this.#store(length)
    this.#store(data)
  }

  /** Adds further bytes of the last message. */
  extend(data: Buffer): void {
    this.#store(data)
  }

  /** The size of the first message, whole or not; nothing when there is none. */
  firstSize(): number | undefined {
    if (this.#firstSize < 0) {
      if (this.#stored === 0) return undefined
      this.#firstSize = this.#read(LENGTH_BYTES).readUInt32LE()
    }
    return this.#firstSize
  }

  /** The first message, if it is whole. */
  takeMessage(): Buffer | undefined {
    const size = this.firstSize()
    if (size === undefined || size > this.#stored) return undefined
    this.#firstSize = -1
    if (size === 0) this.empties--
    return this.#read(size)
  }

  /** What there is of the first message, which is not whole; the rest will not pass the queue. */
  takePart(): Buffer {
    this.#firstSize = -1
    return this.#read(this.#stored)
  }

  #store(data: Buffer): void {
    let at = 0
    while (at < data.length) {
      let block = this.#blocks.at(-1)
      if (!block || this.#tail === block.length) {
        block = Buffer.allocUnsafeSlow(
          Math.min(LARGEST_BLOCK, Math.max(SMALLEST_BLOCK, 2 * this.#stored, data.length - at)),
        )
        this.#blocks.push(block)
        this.#tail = 0
      }
      const copied = data.copy(block, this.#tail, at)
      this.#tail += copied
      this.#stored += copied
      at += copied
    }
  }

  #read(length: number): Buffer {
    const parts: Buffer[] = []
    let missing = length
    while (missing > 0) {
      const block = this.#blocks[0]!
      const end = this.#blocks.length === 1 ? this.#tail : block.length
      const part = block.subarray(this.#head, Math.min(end, this.#head + missing))
      parts.push(part)
      missing -= part.length
      this.#head += part.length
      if (this.#head === end) {
        this.#blocks.shift()
        this.#head = 0
        if (this.#blocks.length === 0) this.#tail = 0
      }
    }
    this.#stored -= length
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
  }
}
