import { Readable, Stream } from 'node:stream'

import { ArgumentError } from '../errors/argument-error.ts'
import type { EventsFrom } from '../types/events.ts'
import type { OpenEventStream } from './event-stream.ts'

/** The source as it is read: what comes next, and a way to say that nobody reads any more. */
interface Reader {
  next(): PromiseLike<IteratorResult<unknown>> | IteratorResult<unknown>
  stop(): void
}

/**
 * Sends what a source yields, as fast as the client reads, and ends the stream with it.
 *
 * When the stream is over first, the source is told to stop; what it says to that is nobody's concern.
 *
 * @throws what the source throws or rejects with, and for values that are no events.
 */
export async function sendAll(events: OpenEventStream, source: EventsFrom): Promise<void> {
  const reader = readerOf(source)
  events.onOver(() => reader.stop())
  const decoder = new TextDecoder()
  try {
    while (events.isOpen) {
      const { done, value } = await reader.next()
      if (done || !events.isOpen) break
      const event =
        value instanceof Uint8Array ? decoder.decode(value, { stream: true }) : (value as string)
      if (event !== '' || value === '') await events.send(event)
    }
  } catch (error) {
    if (!events.isOpen) return
    reader.stop()
    throw error
  }
  const rest = decoder.decode()
  if (rest !== '') void events.send(rest)
  events.end()
}

/** @throws {ArgumentError} for what cannot be read from. */
function readerOf(source: EventsFrom): Reader {
  if (source instanceof ReadableStream) {
    // Its own iterator cannot be told to stop while it waits; a reader can.
    const reader = source.getReader()
    return {
      next: () => reader.read() as Promise<IteratorResult<unknown>>,
      stop: quietly(() => reader.cancel()),
    }
  }
  if (source instanceof Stream) {
    const readable =
      source instanceof Readable
        ? source
        : new Readable({ objectMode: true }).wrap(source as unknown as NodeJS.ReadableStream)
    const iterator = readable[Symbol.asyncIterator]()
    return { next: () => iterator.next(), stop: () => void readable.destroy() }
  }
  const { [Symbol.asyncIterator]: asynchronous, [Symbol.iterator]: plain } = Object(
    source,
  ) as Partial<AsyncIterable<unknown> & Iterable<unknown>>
  const begin = (asynchronous ?? plain) as (() => AsyncIterator<unknown>) | undefined
  if (typeof begin !== 'function' || typeof source === 'string') {
    throw new ArgumentError(
      `Cannot send events from a ${typeof source}: an iterable, a stream or an EventLog is needed`,
    )
  }
  const iterator = begin.call(source)
  return { next: () => iterator.next(), stop: quietly(() => iterator.return?.()) }
}

function quietly(stop: () => unknown): () => void {
  return () => {
    Promise.resolve()
      .then(stop)
      .catch(() => {})
  }
}
