/** Where messages go. */
export interface MessageSink {
  /** Sends a message; `sent` is called when there is room for the next, or when nobody wants any more. */
  send: (message: Uint8Array, sent: () => void) => void
  readonly isOpen: boolean
}

/**
 * Sends all messages of an iterable, each when the one before has gone, until nobody wants more.
 *
 * @param onStop - takes what to do when nobody wants more: an iterable that waits for something is told
 */
export async function sendAll<T>(
  messages: AsyncIterable<T> | Iterable<T>,
  encode: (message: T) => Uint8Array,
  sink: MessageSink,
  onStop: (stop: () => void) => void,
): Promise<void> {
  const iterator = iteratorOf(messages)
  onStop(() => leave(iterator))
  for (;;) {
    const { done, value } = await iterator.next()
    if (done) return
    if (!sink.isOpen) break
    const bytes = encodedOrLeft(value, encode, iterator)
    await sendOne(bytes, sink)
  }
  await iterator.return?.()
}

/** Not waited for: a generator that waits for something answers when it no longer does. */
function leave(iterator: AsyncIterator<unknown> | Iterator<unknown>): void {
  void (async () => iterator.return?.())().catch(() => {})
}

/** A message that its schema does not fit ends the stream, and the iterable hears of it. */
function encodedOrLeft<T>(
  message: T,
  encode: (message: T) => Uint8Array,
  iterator: AsyncIterator<T> | Iterator<T>,
): Uint8Array {
  try {
    return encode(message)
  } catch (error) {
    leave(iterator)
    throw error
  }
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
