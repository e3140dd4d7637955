/**
 * What every body parser hands to `next`. Names, types, statuses and fields are body-parser's, so
 * that an error handler written for it keeps working.
 */
export abstract class BodyError extends Error {
  /** The condition, stable across releases. The same word as `type`, unless Node has its own. */
  abstract readonly code: string
  /** body-parser's word for the condition. */
  abstract readonly type: string
  abstract readonly status: number

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    // As http-errors has it, so that `{ ...error }` and JSON.stringify show the message.
    Object.defineProperty(this, 'message', { enumerable: true })
  }

  get statusCode(): number {
    return this.status
  }

  /** Whether the message may be shown to the client. */
  get expose(): boolean {
    return this.status < 500
  }
}

/** The body is larger than `limit`, on the wire or once inflated. */
export class BodyTooLargeError extends BodyError {
  override readonly name = 'PayloadTooLargeError'
  readonly code = 'entity.too.large'
  readonly type = 'entity.too.large'
  readonly status = 413
  readonly limit: number
  /** Bytes that `Content-Length` announced, where that was enough to refuse. */
  declare readonly expected?: number
  declare readonly length?: number
  /** Bytes counted when the limit was passed. */
  declare readonly received?: number

  constructor(limit: number, size: { expected: number } | { received: number }) {
    super('request entity too large')
    this.limit = limit
    Object.assign(this, 'expected' in size ? { ...size, length: size.expected } : size)
  }
}

/** The client went away before its body was complete. */
export class BodyAbortedError extends BodyError {
  override readonly name = 'BadRequestError'
  readonly code = 'ECONNABORTED'
  readonly type = 'request.aborted'
  readonly status = 400
  readonly expected: number | undefined
  readonly length: number | undefined
  readonly received: number

  constructor(expected: number | undefined, received: number, cause?: unknown) {
    super('request aborted', cause === undefined ? {} : { cause })
    this.expected = expected
    this.length = expected
    this.received = received
  }
}

/** The body is longer or shorter than `Content-Length` said. */
export class BodyLengthError extends BodyError {
  override readonly name = 'BadRequestError'
  readonly code = 'request.size.invalid'
  readonly type = 'request.size.invalid'
  readonly status = 400
  readonly expected: number
  readonly length: number
  readonly received: number

  constructor(expected: number, received: number) {
    super('request size did not match content length')
    this.expected = expected
    this.length = expected
    this.received = received
  }
}

/** The `charset` of the request is one that cannot be decoded, or not allowed for its type. */
export class UnsupportedCharsetError extends BodyError {
  override readonly name = 'UnsupportedMediaTypeError'
  readonly code = 'charset.unsupported'
  readonly type = 'charset.unsupported'
  readonly status = 415
  readonly charset: string

  constructor(charset: string) {
    super(`unsupported charset "${charset.toUpperCase()}"`)
    this.charset = charset
  }
}

/** The `Content-Encoding` of the request is unknown, or switched off. */
export class UnsupportedEncodingError extends BodyError {
  override readonly name = 'UnsupportedMediaTypeError'
  readonly code = 'encoding.unsupported'
  readonly type = 'encoding.unsupported'
  readonly status = 415
  readonly encoding: string

  constructor(encoding: string, message = `unsupported content encoding "${encoding}"`) {
    super(message)
    this.encoding = encoding
  }
}

/** No parser is set up for the `Content-Type` of the request. */
export class UnsupportedTypeError extends BodyError {
  override readonly name = 'UnsupportedMediaTypeError'
  readonly code = 'content.type.unsupported'
  readonly type = 'content.type.unsupported'
  readonly status = 415
  readonly contentType: string

  constructor(contentType: string) {
    super(`unsupported content type "${contentType}"`)
    this.contentType = contentType
  }
}

/** A form has more parameters than `parameterLimit`. */
export class TooManyParametersError extends BodyError {
  override readonly name = 'PayloadTooLargeError'
  readonly code = 'parameters.too.many'
  readonly type = 'parameters.too.many'
  readonly status = 413
  readonly limit: number
  declare body?: string

  constructor(limit: number) {
    super('too many parameters')
    this.limit = limit
  }
}

/** A form is nested deeper than `depth`. */
export class FormTooDeepError extends BodyError {
  override readonly name = 'BadRequestError'
  readonly code = 'querystring.parse.rangeError'
  readonly type = 'querystring.parse.rangeError'
  readonly status = 400
  readonly limit: number
  declare body?: string

  constructor(limit: number) {
    super('The input exceeded the depth')
    this.limit = limit
  }
}

/** A JSON document is nested deeper than `depth`. */
export class JsonTooDeepError extends BodyError {
  override readonly name = 'BadRequestError'
  readonly code = 'entity.too.deep'
  readonly type = 'entity.too.deep'
  readonly status = 400
  readonly limit: number
  declare body?: string

  constructor(limit: number) {
    super(`JSON is nested deeper than ${limit} levels`)
    this.limit = limit
  }
}

/** A body carries a key that reaches for a prototype: `__proto__`, or `prototype` in `constructor`. */
export class PrototypeKeyError extends BodyError {
  override readonly name = 'BadRequestError'
  readonly code = 'entity.prototype.key'
  readonly type = 'entity.prototype.key'
  readonly status = 400
  readonly key: string
  declare body?: string

  constructor(key: string) {
    super(`body may not hold the key "${key}"`)
    this.key = key
  }
}

/** A JSON body cannot be parsed. A `SyntaxError`, as everybody's error handlers expect. */
export class JsonSyntaxError extends SyntaxError {
  override readonly name = 'SyntaxError'
  readonly code = 'entity.parse.failed'
  readonly type = 'entity.parse.failed'
  readonly status = 400
  readonly statusCode = 400
  readonly expose = true
  /** The text that could not be parsed. */
  declare body?: string
}

/** The request cannot be read because of what other code in this process did with it. */
export class BodyStreamError extends BodyError {
  override readonly name = 'InternalServerError'
  readonly code: 'stream.encoding.set' | 'stream.not.readable'
  readonly type: 'stream.encoding.set' | 'stream.not.readable'
  readonly status = 500

  constructor(type: 'stream.encoding.set' | 'stream.not.readable') {
    super(
      type === 'stream.encoding.set'
        ? 'stream encoding should not be set'
        : 'stream is not readable',
    )
    this.code = type
    this.type = type
  }
}

/** A callback threw something that is no error; it is the `cause`. */
class ThrownValueError extends Error {
  readonly code = 'THROWN_VALUE'
  readonly status = 500
  readonly expose = false

  constructor(thrown: unknown) {
    super(String(thrown), { cause: thrown })
  }
}

/** Fields that body-parser puts on errors that others threw. */
export interface ForeignErrorFields {
  status: number
  type?: string
  body?: unknown
}

/**
 * Puts status, type and body on an error that a callback or zlib threw, keeping the error itself:
 * it may be of a class that the application looks for. Its own `status` and `type` win.
 */
export function markError(thrown: unknown, fields: ForeignErrorFields): unknown {
  const error = (thrown instanceof Error ? thrown : new ThrownValueError(thrown)) as Error & {
    status?: number
    statusCode?: number
    expose?: boolean
    type?: string
  }
  const own = thrown instanceof Error ? (error.status ?? error.statusCode) : undefined
  const status = own !== undefined && own >= 400 && own < 600 ? own : fields.status
  const marks = {
    status,
    statusCode: status,
    expose: status < 500,
    ...('body' in fields ? { body: fields.body } : {}),
    ...(fields.type === undefined ? {} : { type: error.type ?? fields.type }),
  }
  for (const [name, value] of Object.entries(marks)) {
    // A frozen error stays as it is.
    Reflect.defineProperty(error, name, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    })
  }
  return error
}
