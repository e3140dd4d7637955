/** The bounds of an app: numbers, whose defaults and sources `String(app.limits)` prints. */
export interface LimitValues {
  /** Bytes of a request's head: its first line and its header fields. Beyond: 431. @default 16_384 */
  readonly headerBytes: number
  /** Header fields of a request; over HTTP/2 at most 128 unless it is set. Beyond: 431. @default 1000 */
  readonly headerFields: number
  /** Characters of a request's target. Beyond: 414. @default Infinity: as many as `headerBytes` lets through */
  readonly url: number
  /** Parameters of a query that are read; those beyond are left out. @default 1000 */
  readonly queryParameters: number
  /** Bytes of a body that a parser reads, inflated. Beyond: 413. @default 102_400 */
  readonly body: number
  /** Levels of nesting in a JSON body. Beyond: 400. @default 1000 */
  readonly jsonDepth: number
  /** Parameters of a form. Beyond: 413. @default 1000 */
  readonly formParameters: number
  /** Levels of nesting in the keys of an extended form. Beyond: 400. @default 32 */
  readonly formDepth: number
  /** Connections of a server at a time. Beyond: closed at once. @default Infinity */
  readonly sockets: number
  /** Requests of a connection of HTTP/1, the last of which ends it. @default Infinity */
  readonly requestsPerSocket: number
  /** Milliseconds for a request's head. Beyond: 408. @default 60_000 */
  readonly headersTimeout: number
  /** Milliseconds for a request's head and body over HTTP/1. Beyond: 408. @default 300_000 */
  readonly requestTimeout: number
  /** Milliseconds that a connection of HTTP/1 is kept without a request. @default 5000 */
  readonly keepAliveTimeout: number
  /** Milliseconds that a connection of HTTP/2 is kept without a byte. @default 60_000 */
  readonly sessionTimeout: number
  /** Streams of a connection of HTTP/2 at a time; the client waits with more. @default 100 */
  readonly streams: number
  /** Bytes of a frame of HTTP/2 that are taken. Beyond: the connection ends. @default 16_384 */
  readonly frameBytes: number
  /** Bytes of a message of a WebSocket; its route's `maxPayload` wins. Beyond: closed with 1009. @default 1_048_576 */
  readonly messageBytes: number
  /** Frames of a message of a WebSocket; `maxFragments` wins. Beyond: closed with 1008. @default 1024 */
  readonly messageFragments: number
  /** Bytes that wait for the reader of a WebSocket; `maxBuffered` wins. Beyond: closed with 1013. @default 1_048_576 */
  readonly socketBuffer: number
  /** WebSockets of an app; `maxConnections` wins. Beyond: 503. @default 16_384 */
  readonly webSockets: number
  /** WebSockets of an address; `maxConnectionsPerAddress` wins. Beyond: 503. @default 1024 */
  readonly webSocketsPerAddress: number
  /** Bytes that wait for one reader of server-sent events. Beyond: it is cut off. @default 1_048_576 */
  readonly eventBuffer: number
  /** Milliseconds that `app.close()` waits for what is being answered. @default 10_000 */
  readonly closeGrace: number
}

/** `app.limits`: every bound in one place. */
export interface Limits extends LimitValues {
  /**
   * Sets limits, once, before the app listens. An amount of bytes may be text such as `'1mb'`; `Infinity`
   * is no limit, where there can be none. What is `undefined` stays as it is.
   *
   * @throws {TypeError} `ARGUMENT_INVALID` for a name that is no limit, and for a second call.
   * @throws {RangeError} `ARGUMENT_OUT_OF_RANGE` for a value that is no limit.
   * @example app.limits.set({ body: '1mb', streams: 50 })
   */
  set(values: { readonly [Name in keyof LimitValues]?: number | string | undefined }): void
  /** All limits as a table: name, value, unit, what it bounds, and where the number comes from. */
  toString(): string
}
