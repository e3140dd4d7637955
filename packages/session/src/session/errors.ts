/** Something about sessions failed at run time; `code` says what. */
export abstract class SessionError extends Error {
  abstract readonly code: string
  abstract readonly status: number
  readonly expose: boolean = false
}

/** The store cannot be reached, or did not answer in time. Nothing was adopted or thrown away. */
export class StoreUnavailableError extends SessionError {
  override readonly name = 'StoreUnavailableError'
  readonly code = 'SESSION_STORE_UNAVAILABLE'
  readonly status = 503
  /** `get`, `set`, `touch` or `destroy`. */
  readonly operation: string

  constructor(operation: string, reason: string, options?: { readonly cause?: unknown }) {
    super(`Cannot ${operation} the session: its store ${reason}`, options)
    this.operation = operation
  }
}

/**
 * A session changed between read and write.
 *
 * A store calls back with it when `ifVersion` does not hold; the client meets it, as a 503, only
 * when every retry lost, or when it wrote under an id that had been rotated away.
 */
export class SessionConflictError extends SessionError {
  override readonly name = 'SessionConflictError'
  readonly code = 'SESSION_CONFLICT'
  readonly status = 503

  constructor(message = 'Cannot write the session: it has changed since it was read') {
    super(message)
  }
}

/** The session is not, or no longer, in the store. */
export class SessionNotFoundError extends SessionError {
  override readonly name = 'SessionNotFoundError'
  readonly code = 'SESSION_NOT_FOUND'
  readonly status = 500

  constructor() {
    super('failed to load session')
  }
}

/** A request, or an object that stands for one, has no session that this could be done with. */
export class SessionMissingError extends SessionError {
  override readonly name = 'SessionMissingError'
  readonly code = 'SESSION_MISSING'
  readonly status = 500
}

/** Whether a store's error means that it cannot be reached, rather than that it is broken. */
export function isUnavailable(error: unknown): boolean {
  const { code, name, status } = Object(error) as {
    code?: unknown
    name?: unknown
    status?: unknown
  }
  return status === 503 || NETWORK_CODES.has(code) || CLIENT_ERRORS.has(name)
}

const NETWORK_CODES = new Set<unknown>([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'NR_CLOSED', // redis 3
  'PROTOCOL_CONNECTION_LOST', // mysql
])

/** Names under which the usual clients report a lost server. */
const CLIENT_ERRORS = new Set<unknown>([
  'ClientClosedError', // redis 4 and later
  'ClientOfflineError',
  'ConnectionTimeoutError',
  'SocketClosedUnexpectedlyError',
  'MaxRetriesPerRequestError', // ioredis
  'MongoNetworkError',
  'MongoServerSelectionError',
])
