import type { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'

/** What a WebSocket can send: text, or bytes. */
export type WebSocketData = string | ArrayBufferLike | ArrayBufferView

/** A message that came: text as a string, bytes as a Buffer. */
export type WebSocketMessage = string | Buffer

type MessageListener = (data: Buffer, isBinary: boolean) => void
type CloseListener = (code: number, reason: Buffer) => void
type AnyListener = (...args: any[]) => void

/**
 * The server's end of a WebSocket, as the handler of `app.ws` gets it: the object of the package `ws`, with
 * iteration, JSON and back-pressure. What comes before the handler listens or iterates is kept for it.
 *
 * @example
 *   app.ws('/echo', async (socket) => {
 *     for await (const message of socket) await socket.send(message)
 *   })
 */
export interface ServerWebSocket extends EventEmitter {
  /** The state of a connection that is being made; none that a handler gets has it. */
  readonly CONNECTING: 0
  /** The state in which messages can be sent. */
  readonly OPEN: 1
  /** The state of a connection that is being closed. */
  readonly CLOSING: 2
  /** The state of a connection that is closed. */
  readonly CLOSED: 3
  /** One of the four states. */
  readonly readyState: 0 | 1 | 2 | 3
  /** The subprotocol that was agreed on; empty without one. */
  readonly protocol: string
  /** The extensions that were agreed on; empty without any. */
  readonly extensions: string
  /** Bytes that were sent and wait in this process for the client to take them. */
  readonly bufferedAmount: number
  /** Whether {@link pause} was called. */
  readonly isPaused: boolean

  /**
   * Sends a message.
   *
   * @returns what can be awaited: it resolves when there is room for more, and rejects with
   *   `WEBSOCKET_CLOSED` when the socket is closed before that. Nobody has to await it; but who sends on
   *   while more than `maxBuffered` bytes wait has the socket closed with 1013.
   * @example await socket.send('hello')
   */
  send(data: WebSocketData, done?: (error?: Error) => void): PromiseLike<void>
  send(
    data: WebSocketData,
    options: { binary?: boolean | undefined; compress?: boolean | undefined },
    done?: (error?: Error) => void,
  ): PromiseLike<void>
  /** Sends a value as JSON, in a message of text; otherwise as {@link send}. @example socket.sendJson({ id: 7 }) */
  sendJson(value: unknown): PromiseLike<void>
  /**
   * Begins to close: the client is told, and has 30 s to agree.
   *
   * @param code - 1000, or 3000 to 4999; those of RFC 6455 §7.4.1 have meanings of their own.
   * @example socket.close(4001, 'the room is full')
   */
  close(code?: number, reason?: string | Buffer): void
  /** Cuts the connection. */
  terminate(): void
  /** Sends a ping; the server does so by itself as well, see `pingInterval`. */
  ping(data?: WebSocketData): void
  /** Sends a pong that nobody asked for. */
  pong(data?: WebSocketData): void
  /** Stops reading; the client's messages wait outside. */
  pause(): void
  /** Reads on. */
  resume(): void

  /** A message came: bytes, and whether they are such or text. */
  on(event: 'message', listener: MessageListener): this
  /** The connection is closed; 1006 where nobody said why. */
  on(event: 'close', listener: CloseListener): this
  /** The client has broken the protocol or a limit; `close` follows. */
  on(event: 'error', listener: (error: Error) => void): this
  /** A ping or a pong came. */
  on(event: 'ping' | 'pong', listener: (data: Buffer) => void): this
  on(event: string | symbol, listener: AnyListener): this
  /** The same, the next time only. */
  once(event: 'message', listener: MessageListener): this
  once(event: 'close', listener: CloseListener): this
  once(event: 'error', listener: (error: Error) => void): this
  once(event: 'ping' | 'pong', listener: (data: Buffer) => void): this
  once(event: string | symbol, listener: AnyListener): this

  /** The messages as they come, until the socket is closed; while they wait, the client is not read. */
  [Symbol.asyncIterator](): AsyncIterableIterator<WebSocketMessage>
}

/** Which pages may open a socket; asked with the value of `Origin` and the request. */
export type OriginCheck = (origin: string, req: IncomingMessage) => boolean | PromiseLike<boolean>

/** What is allowed on the sockets of a route. Every limit has a default that holds without a word. */
export interface WebSocketOptions {
  /**
   * The pages that may open a socket. Browsers send cookies with a handshake from any site, and no CORS
   * stands in between: what is not checked here can be used in the name of whoever is signed in.
   *
   * - `'same'`: pages of the host that the handshake is for; over TLS only such as came over TLS.
   * - `'any'`: all of them.
   * - Origins as text (`'https://example.com'`), expressions or a function; the app's own is not among them
   *   unless it fits.
   *
   * Clients that send no `Origin` are no browsers, and are not asked. Others get 403.
   *
   * @default 'same'
   */
  readonly origin?:
    | 'same'
    | 'any'
    | (string & {})
    | RegExp
    | readonly (string | RegExp)[]
    | OriginCheck
    | undefined
  /**
   * Subprotocols the route speaks; the first that the client asks for and that is among them is agreed on.
   *
   * @default none
   */
  readonly protocols?: readonly string[] | undefined
  /**
   * The largest message that is read; a larger one closes with 1009.
   *
   * - Unit: bytes, 1 to 2 GiB, of all fragments together and after decompression.
   *
   * @default 1_048_576
   */
  readonly maxPayload?: number | undefined
  /**
   * The fragments a message may come in; more close with 1008.
   *
   * @default 1024
   */
  readonly maxFragments?: number | undefined
  /**
   * The pieces, as they came from the network, that an unfinished frame may be kept in; more close with 1008.
   *
   * @default 16_384
   */
  readonly maxBufferedChunks?: number | undefined
  /**
   * Pongs to the client's own pings that may wait for it; with more, the connection is cut.
   *
   * @default 16
   */
  readonly maxPendingPongs?: number | undefined
  /**
   * What may wait for a client that reads slowly. Sending on above it closes with 1013, and what is sent after
   * that is dropped. One message may be larger than it.
   *
   * - Unit: bytes.
   *
   * @default 1_048_576
   */
  readonly maxBuffered?: number | undefined
  /**
   * How often a ping is sent, by which dead connections are found and proxies see that a live one is in use.
   *
   * - Unit: milliseconds; 0 sends none.
   *
   * @default 30_000
   */
  readonly pingInterval?: number | undefined
  /**
   * How long a client may say nothing at all after a ping before its connection is cut.
   *
   * - Unit: milliseconds, at most `pingInterval`.
   *
   * @default 20_000, or `pingInterval` when that is less
   */
  readonly pongTimeout?: number | undefined
  /**
   * How long a client may take to agree to a close before its connection is cut.
   *
   * - Unit: milliseconds.
   *
   * @default 30_000
   */
  readonly closeTimeout?: number | undefined
  /**
   * Open sockets of the whole app up to which this route takes more; then 503 with `Retry-After`.
   *
   * @default 16_384
   */
  readonly maxConnections?: number | undefined
  /**
   * The same of one client's address: `req.ip`, of IPv6 the first 64 bits. Behind a proxy, set `trust proxy`.
   *
   * @default 1024
   */
  readonly maxConnectionsPerAddress?: number | undefined
  /**
   * Compresses messages (permessage-deflate) where the client can, with the options of the package `ws`.
   * Off: it keeps about 250 KiB for each connection that has sent and received once, where 11 KiB do.
   *
   * @default false
   */
  readonly compression?: boolean | Readonly<Record<string, unknown>> | undefined
}

/** What came from, or goes to, other processes through a {@link ChannelAdapter}. */
export type ChannelMessage = string | Buffer

/**
 * Brings what is published in a channel to the other processes of an app.
 *
 * What the app relies on:
 *
 * - `publish` hands a message to every *other* process that is subscribed, and never to its own: members there
 *   have it already. It resolves when the message is handed over, and rejects when it could not be.
 * - Once `subscribe` has resolved, what others publish from then on is delivered, until `unsubscribe` is
 *   called: at most once each, text as text and bytes as bytes, and what one process published in the order
 *   in which it did. A message may be lost where the connection is; none may come twice, or changed.
 * - `deliver` never throws, and may be called before `subscribe` has resolved.
 * - A channel is subscribed to once at a time; it may be again after `unsubscribe`.
 */
export interface ChannelAdapter {
  /** Hands a message to every other process. */
  publish(channel: string, message: ChannelMessage): void | PromiseLike<void>
  /** Begins to deliver what other processes publish. */
  subscribe(channel: string, deliver: (message: ChannelMessage) => void): void | PromiseLike<void>
  /** Ends what `subscribe` has begun. */
  unsubscribe(channel: string): void | PromiseLike<void>
}

/** Sockets that get the same messages: a room. It is there as long as it has members. */
export interface Channel {
  /** The name. */
  readonly name: string
  /** Members in this process. */
  readonly size: number
  /**
   * Makes a socket a member until it leaves or closes.
   *
   * @returns what resolves when messages of other processes reach it, too. Where they cannot, it rejects, and
   *   the socket is closed with 1013, so that no client waits for messages in vain.
   * @example await app.channel('news').join(socket)
   */
  join(socket: ServerWebSocket): Promise<void>
  /** Ends a membership. @example app.channel('news').leave(socket) */
  leave(socket: ServerWebSocket): void
  /** Whether a socket is a member. @example app.channel('news').has(socket) */
  has(socket: ServerWebSocket): boolean
  /**
   * Sends a message to all members but `except`: those in this process at once, in the order in which they
   * joined, and those of others through the adapter.
   *
   * @returns what resolves when the adapter has taken it, and rejects when it could not; at once without one.
   * @example app.channel('news').publish('it rains', { except: socket })
   */
  publish(
    message: string | Uint8Array,
    options?: { except?: ServerWebSocket | undefined },
  ): Promise<void>
  /** The same, with a value that is sent as JSON. @example app.channel('news').publishJson({ weather: 'rain' }) */
  publishJson(value: unknown, options?: { except?: ServerWebSocket | undefined }): Promise<void>
}
