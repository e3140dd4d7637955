/** A head that cannot be trusted, nor where the next request starts: the connection ends with the answer. */
abstract class UntrustedHeadError extends Error {
  abstract readonly code: string
  abstract readonly status: number
  readonly expose: boolean = true
  /** Headers of the answer. */
  readonly headers = { Connection: 'close' }
}

/** A request that does not say clearly which host it is for. */
export class HostError extends UntrustedHeadError {
  override readonly name = 'HostError'
  readonly code = 'HOST_INVALID'
  readonly status = 400

  constructor(reason: string) {
    super(`Cannot tell the host of this request: ${reason}`)
  }
}

/** A request whose end cannot be told. */
export class FramingError extends UntrustedHeadError {
  override readonly name = 'FramingError'
  readonly code = 'FRAMING_INVALID'
  readonly status = 501
  override readonly expose = false

  constructor(coding: string) {
    super(
      `Cannot read a body in the transfer coding ${JSON.stringify(coding)}: only "chunked" is known`,
    )
  }
}

/** A request with more header fields than the server keeps. */
export class TooManyHeadersError extends UntrustedHeadError {
  override readonly name = 'TooManyHeadersError'
  readonly code = 'HEADERS_TOO_MANY'
  readonly status = 431
  /** Fields that are kept. */
  readonly limit: number

  constructor(limit: number) {
    super(`Cannot read the header of this request: it has more than ${limit} fields`)
    this.limit = limit
  }
}

/** A request line that names no version of HTTP. */
export class VersionError extends UntrustedHeadError {
  override readonly name = 'VersionError'
  readonly code = 'HTTP_VERSION_INVALID'
  readonly status = 400

  constructor() {
    super('Cannot answer this request: its request line names no version of HTTP')
  }
}

/** A request target that has no canonical form. */
export class TargetError extends Error {
  override readonly name = 'TargetError'
  readonly code = 'TARGET_INVALID'
  readonly status = 400
  readonly expose = true
  /** The target as the client sent it. */
  readonly target: string

  constructor(target: string, reason: string) {
    super(`Cannot accept the target ${JSON.stringify(target)}: ${reason}`)
    this.target = target
  }
}

/** A request whose target is longer than the app allows. */
export class UrlTooLongError extends Error {
  override readonly name = 'UrlTooLongError'
  readonly code = 'URL_TOO_LONG'
  readonly status = 414
  readonly expose = true
  /** Characters that are allowed. */
  readonly limit: number

  constructor(limit: number) {
    super(`Cannot accept a target of more than ${limit} characters`)
    this.limit = limit
  }
}
