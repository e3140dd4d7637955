import type { Duplex } from 'node:stream'

import { CHUNK_BYTES } from '../wire/frame.ts'
import { FrameWriter } from '../wire/frame-writer.ts'

/** Bytes of messages that are laid out for one write; what is beyond them waits for its turn. */
const ROUND_BYTES = 131_072

/** Has more to send than fits at once. */
export interface Waiting {
  /** Sends the next part; says whether there is another that could go at once. */
  sendNext: () => boolean
}

/**
 * What leaves on a connection: all frames of a tick in one write.
 *
 * While the socket takes no more, frames that open, end and steer calls still go out, and messages wait.
 * Those that wait send a part each in turn, so that a large one holds up none.
 */
export class Outbox {
  readonly frames = new FrameWriter()
  readonly #socket: Duplex
  readonly #longest: number
  readonly #unsentBytes: number
  readonly #overflow: () => void
  #waiting: Waiting[] = []
  /** Hear when the frames that wait here have been written. */
  #written: (() => void)[] | undefined
  #scheduled = false
  #blocked = false
  #ended = false

  /**
   * @param longest - bytes of a part of a message, where no other waits
   * @param overflow - called when the other side leaves more than `unsentBytes` unread
   */
  constructor(socket: Duplex, longest: number, unsentBytes: number, overflow: () => void) {
    this.#socket = socket
    this.#longest = longest
    this.#unsentBytes = unsentBytes
    this.#overflow = overflow
    socket.on('drain', () => {
      this.#blocked = false
      if (this.#waiting.length === 0) return
      // Now rather than with the write: whoever is told that its message has gone can bring the next.
      this.#takeTurns()
      this.touch()
    })
  }

  /** Whether a message must wait for its turn. */
  get isBusy(): boolean {
    return this.#blocked || this.#waiting.length > 0 || this.frames.length >= ROUND_BYTES
  }

  /** How many bytes the next part of a message may have. */
  get partBytes(): number {
    return this.#waiting.length === 0 ? this.#longest : CHUNK_BYTES
  }

  /** Says that frames were written, which leave at the end of this tick. */
  touch(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(flush, this)
  }

  /** Puts one in the line of those that wait for their turn to send. */
  wait(one: Waiting): void {
    this.#waiting.push(one)
    if (!this.#blocked) this.touch()
  }

  /** Says what to do when the frames that there are have been written, or cannot be. */
  afterWrite(written: () => void): void {
    ;(this.#written ??= []).push(written)
  }

  /** Sends what there is, at once. */
  flush(): void {
    this.#scheduled = false
    if (this.#ended) return
    if (!this.#blocked) this.#takeTurns()
    if (this.frames.length > 0) this.#write(this.frames.take())
    if (this.#waiting.length > 0 && !this.#blocked) this.touch()
  }

  /** Sends what there is, and then nothing more. */
  end(): void {
    this.#waiting = []
    this.flush()
    this.#ended = true
    this.#socket.end()
  }

  /** Sends nothing more. */
  stop(): void {
    this.#ended = true
    this.#waiting = []
  }

  /**
   * What they bring leaves in the same tick, behind the promises that they wait by: a stream then takes no turn
   * of the event loop for each message. How long that can go on is bounded by its window.
   */
  #telling(written: readonly (() => void)[]): () => void {
    return () => {
      for (const each of written) each()
      queueMicrotask(() => process.nextTick(flush, this))
    }
  }

  #takeTurns(): void {
    const line = this.#waiting
    while (line.length > 0 && this.frames.length < ROUND_BYTES) {
      const one = line.shift()!
      if (one.sendNext()) line.push(one)
    }
  }

  #write(pieces: readonly Uint8Array[]): void {
    const socket = this.#socket
    if (socket.destroyed || socket.writableEnded) return
    const tell = this.#written && this.#telling(this.#written)
    this.#written = undefined
    if (pieces.length === 1) this.#blocked = !socket.write(pieces[0], tell)
    else {
      socket.cork()
      for (const piece of pieces.slice(0, -1)) socket.write(piece)
      this.#blocked = !socket.write(pieces.at(-1), tell)
      socket.uncork()
    }
    if (this.#blocked && socket.writableLength > this.#unsentBytes) this.#overflow()
  }
}

function flush(outbox: Outbox): void {
  outbox.flush()
}
