import type { Taker } from '../channel/message-receiver.ts'

/** Where the messages of a stream come from. */
export interface MessageSource<T> {
  /** Asks for the next message; nothing when there will be none. */
  take(taker: Taker): void
  decode(bytes: Buffer): T
  /** Resolves when the stream has ended well, and rejects with what ended it otherwise. */
  finished(): Promise<void>
  /** Nobody wants the rest. */
  abandon(): void
}

/**
 * The messages of one direction of a call. Each is asked for when the one before was used.
 *
 * Thousands of streams may be open and silent, each with a `next()` that waits: it costs one promise.
 */
export class MessageStream<T> implements AsyncIterableIterator<T> {
  readonly #source: MessageSource<T>
  #isAsking = false
  /** Further `next()`s while one is under way: each is asked when the one before has its answer. */
  #line: (() => void)[] | undefined
  #done = false

  constructor(source: MessageSource<T>) {
    this.#source = source
  }

  // oxlint-disable-next-line typescript/promise-function-async
  next(): Promise<IteratorResult<T>> {
    return new Promise((resolve, reject) => {
      if (this.#isAsking) (this.#line ??= []).push(() => this.#ask(resolve, reject))
      else this.#ask(resolve, reject)
    })
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

  #ask(resolve: (result: IteratorResult<T>) => void, reject: (error: unknown) => void): void {
    if (this.#done) {
      resolve({ done: true, value: undefined })
      this.#answerNext()
      return
    }
    this.#isAsking = true
    this.#source.take((bytes) => {
      if (bytes === undefined) {
        this.#done = true
        this.#source
          .finished()
          .then(() => resolve({ done: true, value: undefined }), reject)
          .finally(() => this.#answerNext())
        return
      }
      try {
        resolve({ done: false, value: this.#source.decode(bytes) })
      } catch (error) {
        reject(error)
      }
      this.#answerNext()
    })
  }

  #answerNext(): void {
    this.#isAsking = false
    this.#line?.shift()?.()
  }
}
