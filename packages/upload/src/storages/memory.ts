import { Buffer } from 'node:buffer'
import type { StorageEngine } from './engine.ts'

// Up to here a client is believed when it announces how much will come. Memory that is never written
// to is not used either, but it is counted against the process.
const MAX_RESERVE = 2 * 1024 * 1024

/** Keeps each file as `file.buffer`. `limits` bound what a request can make it hold. */
export function memoryStorage(): StorageEngine {
  return {
    _handleFile(req, file, callback) {
      const content = new GrowingBuffer(Number(req.headers['content-length']))
      file.stream
        .on('data', (chunk: Buffer) => content.append(chunk))
        .on('error', callback)
        .on('end', () => {
          const buffer = content.take()
          callback(null, { buffer, size: buffer.length })
        })
    },
    _removeFile(_req, file, callback) {
      delete (file as Partial<typeof file>).buffer
      callback(null)
    },
  }
}

/**
 * Bytes that arrive in pieces. From the second one on they are copied at once to where they are to
 * stay, if their number was announced: a piece that is let go while it is still in the processor's
 * cache costs less than one that is kept until all are there.
 */
class GrowingBuffer {
  readonly #announced: number
  readonly #pieces: Buffer[] = []
  #reserved: Buffer | undefined
  #used = 0

  constructor(announced: number) {
    this.#announced = announced <= MAX_RESERVE ? announced : 0
  }

  append(bytes: Buffer): void {
    if (this.#pieces.length === 1 && this.#announced > 0) this.#reserve()
    // More than was announced can only come through a `streamHandler`.
    if (this.#pieces.length > 0 || this.#room() < bytes.length) this.#pieces.push(bytes)
    else this.#used += bytes.copy(this.#reserved as Buffer, this.#used)
  }

  take(): Buffer {
    const first = this.#reserved?.subarray(0, this.#used) ?? Buffer.alloc(0)
    if (this.#pieces.length > 0) return Buffer.concat([first, ...this.#pieces])
    // Not more than an eighth may lie idle behind a file that was not all of the request.
    return this.#room() > this.#used / 8 ? Buffer.from(first) : first
  }

  #reserve(): void {
    if (this.#reserved || (this.#pieces[0]?.length ?? 0) > this.#announced) return
    this.#reserved = Buffer.allocUnsafeSlow(this.#announced)
    for (const piece of this.#pieces.splice(0)) this.#used = piece.copy(this.#reserved)
  }

  #room(): number {
    return (this.#reserved?.length ?? 0) - this.#used
  }
}
