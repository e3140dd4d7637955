import { STATUS_CODES } from 'node:http'

/** An error that knows how it is answered. */
export class HttpError extends Error {
  override name = 'HttpError'
  readonly code: string
  /** The status of the answer. */
  readonly status: number
  /** Whether the client may read the message: so for 4xx. */
  readonly expose: boolean

  constructor(
    status: number,
    code: string,
    message?: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message ?? STATUS_CODES[status] ?? String(status), options)
    this.status = status
    this.code = code
    this.expose = status < 500
  }

  /** The name body-parser and http-errors give the same number. */
  get statusCode(): number {
    return this.status
  }
}
