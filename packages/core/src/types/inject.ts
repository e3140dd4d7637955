import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'

/**
 * What a request without a port can carry.
 *
 * - As `fetch` sends it, with its Content-Type: `URLSearchParams`, `FormData`, a `Blob`.
 * - As it is: text, an `ArrayBuffer` and every view of one, a stream of Node's or of the web, an async
 *   iterable of chunks.
 * - As JSON: a plain object, a list, and what has a `toJSON`.
 */
export type InjectedBody =
  | string
  | ArrayBuffer
  | NodeJS.ArrayBufferView
  | URLSearchParams
  | FormData
  | Blob
  | Readable
  | ReadableStream<Uint8Array>
  | AsyncIterable<string | Uint8Array>
  | object

/** How requests without a port are sent. */
export interface InjectOptions {
  /** The headers, sent as they are. @default none */
  readonly headers?: OutgoingHttpHeaders | undefined
  /** The address the request seems to come from. @default '127.0.0.1' */
  readonly remoteAddress?: string | undefined
  /**
   * Whether it seems to come over TLS, so that `req.secure` is true and hardened sessions set their cookie.
   *
   * @default false
   */
  readonly secure?: boolean | undefined
  /**
   * Whether an answer that leads elsewhere in the app is followed, as `fetch` does: 20 times at most, a POST
   * as a GET where the status says so. One that leads to another host is what comes back.
   *
   * @default 'manual'
   */
  readonly redirect?: 'follow' | 'manual' | undefined
}

/** A request for `app.inject`. */
export interface InjectedRequest extends InjectOptions {
  /** @default 'GET' */
  readonly method?: string | undefined
  /** The target, sent as it is. @default '/' */
  readonly url?: string | undefined
  /**
   * What it carries.
   *
   * Errors: `ARGUMENT_INVALID` for what cannot be sent: a function, a number, a promise, a `Map`, a stream
   * that was read before, an object without JSON.
   *
   * @default nothing
   */
  readonly body?: InjectedBody | null | undefined
  /** Drops the connection when it aborts. */
  readonly signal?: AbortSignal | undefined
}

/** What came back from `app.inject`: status and headers at once, the body as it arrives. */
export interface InjectedResponse {
  /** The target that was answered: another one than was asked for when redirects were followed. */
  readonly url: string
  /** The status. */
  readonly status: number
  /** The text behind the status. */
  readonly statusText: string
  /** The headers, names in lower case. */
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: string[]
  /** The body as it arrives. */
  readonly body: Readable
  /** The whole body, as text. @example await reply.text() */
  text(): Promise<string>
  /** The whole body, parsed. @example await reply.json() */
  json(): Promise<any>
  /** The whole body. */
  bytes(): Promise<Buffer>
}

/** A client of an app without a port that keeps cookies from one request to the next, as a browser does. */
export interface InjectAgent {
  /**
   * Sends a request with the cookies it was given, and keeps those that come back.
   *
   * @example const reply = await agent.inject({ method: 'POST', url: '/login', body: { name: 'Ada' } })
   */
  inject(request?: InjectedRequest | string): Promise<InjectedResponse>
  /** The value of a cookie it would send to a path; undefined when there is none. @example agent.cookie('sid') */
  cookie(name: string, path?: string): string | undefined
}
