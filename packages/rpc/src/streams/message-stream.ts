import type { Taker } from '../channel/message-receiver.ts'

/** Where the messages of a stream come from. */
export interface MessageSource<T> {
  /** Asks for the next message; nothing when there will be none. */
  take: (taker: Taker) => void
  decode: (bytes: Buffer) => T
  /** Resolves when the stream has ended well, and rejects with what ended it otherwise. */
  finished: () => Promise<void>
  /** Nobody wants the rest. */
  abandon: () => void
}

/** The messages of one direction of a call. Each is asked for when the one before was used. */
export class MessageStream<T> implements AsyncIterableIterator<T> {
  readonly #source: MessageSource<T>
  /** The answer to the last `next()`: the next one waits for it. */
  #last: Promise<unknown> | undefined
  #done = false

  constructor(source: MessageSource<T>) {
    this.#source = source
  }

  next(): Promise<IteratorResult<T>> {
    const next = this.#last ? this.#last.then(() => this.#ask()) : this.#ask()
    const settled = next.then(
      () => {
        if (this.#last === settled) this.#last = undefined
      },
      () => {},
    )
    this.#last = settled
    return next
  }

  // oxlint-disable-next-line typescript/promise-function-async
  return(): Promise<IteratorResult<T>> {
    this.#done = true
    this.#source.abandon()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async #ask(): Promise<IteratorResult<T>> {
    if (this.#done) return { done: true, value: undefined }
    const bytes = await new Promise<Buffer | undefined>((resolve) => {
      this.#source.take(resolve)
    })
    if (bytes !== undefined) return { done: false, value: this.#source.decode(bytes) }
    this.#done = true
    await this.#source.finished()
    return { done: true, value: undefined }
  }
}
