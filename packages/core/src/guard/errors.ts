/** A request that does not say clearly which host it is for. */
export class HostError extends Error {
  override readonly name = 'HostError'
  readonly code = 'HOST_INVALID'
  readonly status = 400
  readonly expose = true
  /** What cannot be told whether the next request starts where it should: the connection ends. */
  readonly headers = { Connection: 'close' }

  constructor(reason: string) {
    super(`Cannot tell the host of this request: ${reason}`)
  }
}

/** A request whose end cannot be told. */
export class FramingError extends Error {
  override readonly name = 'FramingError'
  readonly code = 'FRAMING_INVALID'
  readonly status = 501
  readonly expose = false
  /** Where the next request starts cannot be told either: the connection ends. */
  readonly headers = { Connection: 'close' }

  constructor(coding: string) {
    super(
      `Cannot read a body in the transfer coding ${JSON.stringify(coding)}: only "chunked" is known`,
    )
  }
}

/** A request with more header fields than the server keeps. */
export class TooManyHeadersError extends Error {
  override readonly name = 'TooManyHeadersError'
  readonly code = 'HEADERS_TOO_MANY'
  readonly status = 431
  readonly expose = true
  /** Headers of the answer: the connection ends. */
  readonly headers = { Connection: 'close' }
  /** Fields that are kept. */
  readonly limit: number

  constructor(limit: number) {
    super(`Cannot read the header of this request: it has more than ${limit} fields`)
    this.limit = limit
  }
}

/** A request line that names no version of HTTP. */
export class VersionError extends Error {
  override readonly name = 'VersionError'
  readonly code = 'HTTP_VERSION_INVALID'
  readonly status = 400
  readonly expose = true
  /** Headers of the answer: the connection ends. */
  readonly headers = { Connection: 'close' }

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
