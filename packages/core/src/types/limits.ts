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
  /** Milliseconds for a request's head and body; over HTTP/2 from its head on. Beyond: 408. @default 300_000 */
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
  /** Pieces that an unfinished frame of a WebSocket comes in; `maxBufferedChunks` wins. Beyond: closed with 1008. @default 16_384 */
  readonly messageChunks: number
  /** Bytes that wait for the reader of a WebSocket; `maxBuffered` wins. Beyond: closed with 1013. @default 1_048_576 */
  readonly socketBuffer: number
  /** WebSockets of an app; `maxConnections` wins. Beyond: 503. @default 16_384 */
  readonly webSockets: number
  /** WebSockets of an address; `maxConnectionsPerAddress` wins. Beyond: 503. @default 1024 */
  readonly webSocketsPerAddress: number
  /** Milliseconds from ping to ping of a WebSocket, 0 for none; the route's `pingInterval` wins. @default 30_000 */
  readonly pingInterval: number
  /** Milliseconds that a WebSocket may be silent after a ping; the route's `pongTimeout` wins. Beyond: cut. @default 20_000, at most `pingInterval` */
  readonly pongTimeout: number
  /** Pongs that wait for the reader of a WebSocket; `maxPendingPongs` wins. Beyond: cut. @default 16 */
  readonly pendingPongs: number
  /** Milliseconds for the client's answer when a WebSocket is closed; `closeTimeout` wins. Beyond: cut. @default 30_000 */
  readonly socketCloseTimeout: number
  /** Bytes that wait for one reader of server-sent events. Beyond: it is cut off. @default 1_048_576 */
  readonly eventBuffer: number
  /** Bytes of the body of an upload. This and those below, which `@tokkyu/upload` keeps, are the defaults of its option `limits`. @default 67_108_864, or more when `uploadFileSize`, `uploadFiles`, `uploadFields` or `uploadFieldSize` was raised */
  readonly uploadTotalBytes: number
  /** Parts of an upload: fields, files and empty inputs for files. @default 1000, or more when `uploadFields` or `uploadFiles` was raised */
  readonly uploadParts: number
  /** Files of an upload. @default 20 */
  readonly uploadFiles: number
  /** Fields of an upload that are no files. @default 1000 */
  readonly uploadFields: number
  /** Bytes of one file of an upload. @default 16_777_216 */
  readonly uploadFileSize: number
  /** Bytes of the value of one field of an upload. @default 1_048_576 */
  readonly uploadFieldSize: number
  /** Bytes of the name of a field of an upload. @default 256 */
  readonly uploadFieldNameSize: number
  /** Bytes of the name of a file of an upload. @default 1024 */
  readonly uploadFileNameSize: number
  /** Levels in the name of a field of an upload: `a[b][c]` has two. @default 8 */
  readonly uploadFieldNestingDepth: number
  /** Largest index in the name of a field of an upload: `a[3]` has 3. @default 1000 */
  readonly uploadFieldArrayIndexLimit: number
  /** Header fields of a part of an upload. @default 32 */
  readonly uploadHeaderPairs: number
  /** Bytes of the header fields of a part of an upload; busboy stops at the default. @default 16_384 */
  readonly uploadHeaderSize: number
  /** Milliseconds of an upload without a byte from the client. Beyond: 408. @default 30_000 */
  readonly uploadIdleTime: number
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
  /**
   * What was set of the limits of uploads, by this app or one that it is mounted on, under the names
   * that `@tokkyu/upload` has for them: the shape of its option `limits`.
   *
   * @example
   * app.limits.set({ uploadFiles: 2 })
   * app.limits.uploads // → { files: 2 }
   */
  readonly uploads: { readonly [name: string]: number }
  /** All limits as a table: name, value, unit, what it bounds, and where the number comes from. */
  toString(): string
}
