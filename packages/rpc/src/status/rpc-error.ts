import { type StatusCode, statusCodes } from '../errors/status-code.ts'
import { Metadata, type MetadataInit } from './metadata.ts'

/** What else there is to say about a failed call. */
export interface RpcErrorOptions {
  /**
   * Trailers that go to the caller, or came from the server.
   *
   * @default none
   */
  readonly metadata?: MetadataInit | undefined
  /** Stays in this process. @default none */
  readonly cause?: unknown
  /**
   * Whether a handler may have seen the call.
   *
   * @default true
   */
  readonly reached?: boolean | undefined
}

/**
 * A call that failed in one of gRPC's sixteen ways. Thrown by a handler, its code, details and metadata
 * reach the caller; the caller's error has the same three. Cause and stack never leave the process.
 *
 * @example
 * throw new RpcError('NOT_FOUND', 'There is no book 7')
 */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: StatusCode
  /** What happened, for people. */
  readonly details: string
  /** Trailers: those that its handler gave along, as its caller has them; empty when there were none. */
  readonly metadata: Metadata
  /** False when it is certain that no handler has seen the call: whoever repeats it does no harm. */
  readonly reached: boolean
  readonly status: number
  readonly expose: boolean

  constructor(code: StatusCode, details = '', options: RpcErrorOptions = {}) {
    super(
      details === '' ? code : details,
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.code = code
    this.details = details
    this.metadata = Metadata.from(options.metadata)
    this.reached = options.reached ?? true
    this.status = statusCodes[code].status
    this.expose = this.status < 500
  }
}
