import type { Outgoing } from '../wire/outgoing.ts'

/** Where messages go. */
export interface MessageSink {
  /** Sends a message; `sent` is called when there is room for the next, or when nobody wants any more. */
  send: (message: Outgoing, sent: () => void) => void
  readonly isOpen: boolean
  /** Says what to do when nobody wants more. */
  onStop: (stop: () => void) => void
}

/** Hears that all messages have gone, or of what has kept them from it. */
export type SendAllEnded = (failure: { readonly error: unknown } | undefined) => void

/**
 * Sends all messages of an iterable, each when the one before has gone, until nobody wants more. An iterable
 * that waits for something is told of that.
 *
 * @throws what making the iterator throws
 */
export function sendAll<T>(
  messages: AsyncIterable<T> | Iterable<T>,
  encode: (message: T) => Outgoing,
  sink: MessageSink,
  ended: SendAllEnded,
): void {
  const sending = new Sending(iteratorOf(messages), encode, sink, ended)
  sink.onStop(() => sending.leave())
  sending.goOn()
}

/**
 * An iterable on its way out. It goes on from promises only, so that the iterable runs in the asynchronous
 * context that it was begun in; while it waits it costs no more than one of them.
 */
class Sending<T> {
  readonly #iterator: AsyncIterator<T> | Iterator<T>
  readonly #encode: (message: T) => Outgoing
  readonly #sink: MessageSink
  readonly #ended: SendAllEnded

  constructor(
    iterator: AsyncIterator<T> | Iterator<T>,
    encode: (message: T) => Outgoing,
    sink: MessageSink,
    ended: SendAllEnded,
  ) {
    this.#iterator = iterator
    this.#encode = encode
    this.#sink = sink
    this.#ended = ended
  }

  /** Sends what there is at once, and the rest when it comes and there is room for it. */
  goOn(): void {
    try {
      for (;;) {
        const result = this.#iterator.next()
        if (isPromise(result)) {
          result.then(
            (come) => this.#goOnWith(come),
            (error: unknown) => this.#ended({ error }),
          )
          return
        }
        if (!this.#take(result)) return
      }
    } catch (error) {
      this.#ended({ error })
    }
  }

  /** Not waited for: a generator that waits for something answers when it no longer does. */
  leave(): void {
    void (async () => this.#iterator.return?.())().catch(() => {})
  }

  #goOnWith(result: IteratorResult<T>): void {
    try {
      if (!this.#take(result)) return
    } catch (error) {
      this.#ended({ error })
      return
    }
    this.goOn()
  }

  /** Sends one; says whether there is room for the next. */
  #take({ done, value }: IteratorResult<T>): boolean {
    if (done) {
      this.#ended(undefined)
      return false
    }
    if (!this.#sink.isOpen) {
      void this.#end()
      return false
    }
    const gone = sendOne(this.#encoded(value), this.#sink)
    void gone?.then(() => this.goOn())
    return gone === undefined
  }

  async #end(): Promise<void> {
    try {
      await this.#iterator.return?.()
    } catch (error) {
      this.#ended({ error })
      return
    }
    this.#ended(undefined)
  }

  /** A message that its schema does not fit ends the stream, and the iterable hears of it. */
  #encoded(message: T): Outgoing {
    try {
      return this.#encode(message)
    } catch (error) {
      this.leave()
      throw error
    }
  }
}

function isPromise<T>(
  result: Promise<IteratorResult<T>> | IteratorResult<T>,
): result is Promise<IteratorResult<T>> {
  return typeof (result as Partial<Promise<unknown>>).then === 'function'
}

function iteratorOf<T>(messages: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in messages
    ? messages[Symbol.asyncIterator]()
    : messages[Symbol.iterator]()
}

/** Most messages go at once, and cost no promise. */
function sendOne(message: Outgoing, sink: MessageSink): Promise<void> | undefined {
  let gone = false
  let resolve: (() => void) | undefined
  sink.send(message, () => {
    gone = true
    resolve?.()
  })
  if (gone) return undefined
  return new Promise((done) => {
    resolve = done
  })
}
