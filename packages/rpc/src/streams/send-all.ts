import type { Leaver } from '../channel/callable.ts'
import type { Outgoing } from '../wire/outgoing.ts'

/** Where messages go. */
export interface MessageSink {
  /** Sends a message; `sent` is called when there is room for the next, or when nobody wants any more. */
  send: (message: Outgoing, sent: () => void) => void
  readonly isOpen: boolean
  /** Says who leaves when nobody wants more. */
  onStop: (sending: Leaver) => void
}

/** What kept messages from going. */
export interface Failure {
  readonly error: unknown
}

/** Whose messages are sent. */
export interface MessageOwner<T> {
  encode: (message: T) => Outgoing
  /** All messages have gone, or something has kept them from it. */
  ended: (failure: Failure | undefined) => void
}

/**
 * Sends all messages of an iterable, each when the one before has gone, until nobody wants more. An iterable
 * that waits for something is told of that.
 *
 * @throws what making the iterator throws
 */
export function sendAll<T>(
  messages: AsyncIterable<T> | Iterable<T>,
  owner: MessageOwner<T>,
  sink: MessageSink,
): void {
  const sending = new Sending(iteratorOf(messages), owner, sink)
  sink.onStop(sending)
  sending.goOn()
}

/**
 * An iterable on its way out. It goes on from promises only, so that the iterable runs in the asynchronous
 * context that it was begun in; while it waits it costs no more than one of them.
 */
class Sending<T> implements Leaver {
  readonly #iterator: AsyncIterator<T> | Iterator<T>
  readonly #owner: MessageOwner<T>
  readonly #sink: MessageSink

  constructor(iterator: AsyncIterator<T> | Iterator<T>, owner: MessageOwner<T>, sink: MessageSink) {
    this.#iterator = iterator
    this.#owner = owner
    this.#sink = sink
  }

  /** Sends what there is at once, and the rest when it comes and there is room for it. */
  goOn(): void {
    try {
      for (;;) {
        const result = this.#iterator.next()
        if (isPromise(result)) {
          result.then(
            (come) => this.#goOnWith(come),
            (error: unknown) => this.#owner.ended({ error }),
          )
          return
        }
        if (!this.#take(result)) return
      }
    } catch (error) {
      this.#owner.ended({ error })
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
      this.#owner.ended({ error })
      return
    }
    this.goOn()
  }

  /** Sends one; says whether there is room for the next. */
  #take({ done, value }: IteratorResult<T>): boolean {
    if (done) {
      this.#owner.ended(undefined)
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
      this.#owner.ended({ error })
      return
    }
    this.#owner.ended(undefined)
  }

  /** A message that its schema does not fit ends the stream, and the iterable hears of it. */
  #encoded(message: T): Outgoing {
    try {
      return this.#owner.encode(message)
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
