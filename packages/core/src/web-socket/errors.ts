/** A handshake that is refused before there is a socket: the client gets an ordinary answer. */
abstract class HandshakeRefusedError extends Error {
  abstract readonly code: string
  abstract readonly status: number
  readonly expose: boolean = true
  /** Headers of the answer. */
  readonly headers: Readonly<Record<string, string>> = {}
}

/** A request for a WebSocket that lacks what RFC 6455 §4.2.1 asks for. */
export class HandshakeError extends HandshakeRefusedError {
  override readonly name = 'HandshakeError'
  readonly code = 'WEBSOCKET_HANDSHAKE_INVALID'
  readonly status = 400

  constructor(reason: string) {
    super(`Cannot open a WebSocket: ${reason}`)
  }
}

/** A client that speaks another version of the protocol; it is told which one is spoken (RFC 6455 §4.4). */
export class WebSocketVersionError extends HandshakeRefusedError {
  override readonly name = 'WebSocketVersionError'
  readonly code = 'WEBSOCKET_VERSION_UNKNOWN'
  readonly status = 426
  /** Which protocol, and which version of it, would be understood. */
  override readonly headers = { Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' }

  constructor(version: string | undefined) {
    super(`Cannot open a WebSocket in version ${JSON.stringify(version ?? '')}: only 13 is spoken`)
  }
}

/** A page of another origin that may not open a socket here. */
export class OriginError extends HandshakeRefusedError {
  override readonly name = 'OriginError'
  readonly code = 'WEBSOCKET_ORIGIN_REFUSED'
  readonly status = 403
  /** The origin of the page. */
  readonly origin: string

  constructor(origin: string) {
    super(
      `Cannot open a WebSocket for a page of ${JSON.stringify(origin)}: see the option "origin"`,
    )
    this.origin = origin
  }
}

/** As many sockets are open as may be, of the app or of one address; or the app is closing. */
export class SocketsExhaustedError extends HandshakeRefusedError {
  override readonly name = 'SocketsExhaustedError'
  readonly code = 'WEBSOCKET_TOO_MANY'
  readonly status = 503
  override readonly expose = false
  /** When it may be worth another try, in seconds. */
  override readonly headers = { 'Retry-After': '30' }

  constructor(reason: string) {
    super(`Cannot open another WebSocket: ${reason}`)
  }
}

/** What was sent cannot arrive any more. */
export class SocketClosedError extends Error {
  override readonly name = 'SocketClosedError'
  readonly code = 'WEBSOCKET_CLOSED'
  readonly status = 500
  readonly expose = false

  readonly #socket: object

  constructor(socket: object) {
    super('Cannot send: the WebSocket is closed, or was before the message had left')
    this.#socket = socket
  }

  /** Whether it is of this socket. */
  isOf(socket: object): boolean {
    return this.#socket === socket
  }
}

/** The handler of a socket has rejected, or thrown, without saying what was wrong. */
export class SocketHandlerError extends Error {
  override readonly name = 'SocketHandlerError'
  readonly code = 'WEBSOCKET_HANDLER_FAILED'
  readonly status = 500
  readonly expose = false

  constructor() {
    super('Cannot go on with the WebSocket: its handler failed, and gave no reason')
  }
}

/** An adapter of channels could not do what it was asked to. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError'
  readonly code = 'CHANNEL_UNAVAILABLE'
  readonly status = 503
  readonly expose = false
  /** The name of the channel. */
  readonly channel: string

  constructor(channel: string, what: string, cause: unknown) {
    super(`Cannot ${what} the channel ${JSON.stringify(channel)}: the adapter failed`, { cause })
    this.channel = channel
  }
}
