/** Where messages go. */
export interface MessageSink {
  /** Sends a message; `sent` is called when there is room for the next, or when nobody wants any more. */
  send: (message: Uint8Array, sent: () => void) => void
  readonly isOpen: boolean
}

/**
 * Sends all messages of an iterable, each when the one before has gone, until nobody wants more.
 *
 * @param stopped - resolves when nobody wants more: an iterable that waits for something is told at once
 */
export async function sendAll<T>(
  messages: AsyncIterable<T> | Iterable<T>,
  encode: (message: T) => Uint8Array,
  sink: MessageSink,
  onStop: (stop: () => void) => void,
): Promise<void> {
  const iterator = iteratorOf(messages)
  onStop(() => {
    // Not waited for: a generator that waits answers when it no longer does.
    void Promise.resolve(iterator.return?.()).catch(() => {})
  })
  for (;;) {
    const { done, value } = await iterator.next()
    if (done) return
    if (!sink.isOpen) break
    await sendOne(encode(value), sink)
  }
  await iterator.return?.()
}

function iteratorOf<T>(messages: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in messages
    ? messages[Symbol.asyncIterator]()
    : messages[Symbol.iterator]()
}

/** Most messages go at once, and cost no promise. */
function sendOne(message: Uint8Array, sink: MessageSink): Promise<void> | undefined {
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
