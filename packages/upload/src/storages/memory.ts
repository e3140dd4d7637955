import { Buffer } from 'node:buffer'
import type { StorageEngine } from '../types.ts'

// Up to here a client is believed when it says how much will come; memory that is not written to is
// not used either, but it is counted against us.
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
 * Bytes that arrive in pieces. They are copied at once to where they are to stay, if that much was
 * announced: a piece that is let go while it is still in the processor's cache costs a third less
 * time than one that is kept until all are there.
 */
class GrowingBuffer {
  readonly #reserved: Buffer | undefined
  readonly #rest: Buffer[] = []
  #size = 0

  constructor(announced: number) {
    if (announced <= MAX_RESERVE) this.#reserved = Buffer.allocUnsafeSlow(announced)
  }

  append(bytes: Buffer): void {
    const fits =
      this.#rest.length === 0 && this.#size + bytes.length <= (this.#reserved?.length ?? 0)
    if (fits) this.#size += bytes.copy(this.#reserved as Buffer, this.#size)
    else this.#rest.push(bytes)
  }

  take(): Buffer {
    const first = this.#reserved?.subarray(0, this.#size)
    if (first === undefined || this.#rest.length > 0) {
      return Buffer.concat(first ? [first, ...this.#rest] : this.#rest)
    }
    // Not more than an eighth may lie idle behind a file that was not all of the request.
    return first.length < first.buffer.byteLength * 0.875 ? Buffer.from(first) : first
  }
}
