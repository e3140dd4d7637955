import type { Stream } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'

/** One event of a stream; text alone is an event that has nothing but its data. */
export interface ServerEvent {
  /** The name that listeners wait for. @default 'message', by the client */
  readonly event?: string | undefined
  /** What the client sends as `Last-Event-ID` when it comes back. */
  readonly id?: string | number | undefined
  /** Text as it is, anything else as JSON. */
  readonly data?: unknown
  /** Milliseconds after which the client comes back when the connection breaks. */
  readonly retry?: number | undefined
  /** What clients skip. */
  readonly comment?: string | undefined
}

/** A stream of events to one client, as `res.sse` begins it. */
export interface EventStream {
  /** The id of the last event that a client which comes back has seen: its word, not to be trusted. */
  readonly lastEventId: string | undefined
  /** Whether events still reach the client. */
  readonly isOpen: boolean
  /** Aborts when the stream is over: the client has gone, the app closes, or it was ended. */
  readonly signal: AbortSignal
  /**
   * Sends an event.
   *
   * @returns a promise for the moment the connection takes more: true then, false when the stream is over,
   *   as it also is for what is sent afterwards. Nobody has to wait, but a client that reads so slowly
   *   that more than `maxBuffered` bytes wait for it is cut off.
   * @throws {TypeError} `ARGUMENT_INVALID` for a name or an id with a line break, and for data that is no JSON.
   * @example await events.send({ event: 'price', id: 7, data: { symbol: 'TOK', price: 41 } })
   */
  send(event: ServerEvent | string): Promise<boolean>
  /** Sends what clients skip, and what stands between sees. @example events.comment('still here') */
  comment(text: string): Promise<boolean>
  /** Ends the stream; the client comes back after its `retry`, unless it is then answered 204. */
  end(): void
}

/** How a stream of events is kept alive, and how clients come back to it. */
export interface EventStreamOptions {
  /**
   * Milliseconds without an event after which a comment is sent, so that nothing in between takes the
   * connection for dead; 0 for none.
   *
   * @default 15_000
   */
  readonly heartbeat?: number | undefined
  /**
   * Milliseconds after which the client comes back when the connection breaks. Each client is told a
   * number of its own between half of it and one and a half, so that they do not come back all at once;
   * `false` leaves it to the client.
   *
   * @default 2000
   */
  readonly retry?: number | false | undefined
  /** Bytes that may wait for a client that reads slowly; beyond, it is cut off. @default `app.limits.eventBuffer`: 1_048_576 */
  readonly maxBuffered?: number | undefined
  /**
   * Called before the kept events are sent, when a client comes back to a log that does not
   * know (any more) what it has seen last: it may have missed some.
   *
   * @default nobody is told
   */
  readonly onGap?: ((events: EventStream) => void) | undefined
}

type Yielded = ServerEvent | string | Uint8Array

/** What events are read from: one for each value, and one for each piece of a stream of bytes. */
export type EventsFrom = AsyncIterable<Yielded> | Iterable<Yielded> | Stream | ReadableStream

/** Who follows a history; it is handed each event as it stands on the wire. */
export interface Follower {
  /** Sends an event; nobody waits for it. */
  write(text: Buffer): unknown
  /** Ends the stream. */
  end(): void
}

/** Events that were and that will be, as `EventLog` keeps them. */
export interface EventHistory {
  /** Whether no event will come any more. */
  readonly isEnded: boolean
  /**
   * What came after an event that a client has seen, as it stands on the wire.
   *
   * @returns `isWhole` false when the event is not known (any more): then all that is kept, and some may
   *   be missing. Without an id nothing, since there is nothing to come back to.
   */
  after(id: string | undefined): { readonly events: readonly Buffer[]; readonly isWhole: boolean }
  /** Hands each event from now on to `follower`, until the function that it returns is called. */
  follow(follower: Follower): () => void
}

/** What `res.sse` sends; a function is called with the stream, to begin where the client left off. */
export type SseSource =
  | EventsFrom
  | EventHistory
  | ((events: EventStream) => EventsFrom | PromiseLike<EventsFrom>)
