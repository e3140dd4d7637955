import type { Buffer } from 'node:buffer'
import { Readable } from 'node:stream'

/** Told when a stream has as much as it wants, and when it wants more (or never will again). */
export interface FlowControl {
  hold(stream: FileStream): void
  release(stream: FileStream): void
}

// Two of the chunks that a socket is read in: the first does not have to stop the second.
const READ_AHEAD = 128 * 1024

/** The bytes of one file on their way to whoever stores them. */
export class FileStream extends Readable {
  /** Set when the file outgrew `limits.fileSize` and what came after was cut off. */
  truncated = false
  readonly #flow: FlowControl

  constructor(flow: FlowControl, highWaterMark: number | undefined) {
    super({ highWaterMark: highWaterMark ?? READ_AHEAD })
    this.#flow = flow
    // Errors are delivered once, by the request; a stream nobody listens to must not throw them.
    this.on('error', () => {})
  }

  write(bytes: Buffer): void {
    // A destroyed stream takes nothing and will never ask for more.
    if (!this.destroyed && !this.push(bytes)) this.#flow.hold(this)
  }

  override _read(): void {
    this.#flow.release(this)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#flow.release(this)
    done(error)
  }
}
