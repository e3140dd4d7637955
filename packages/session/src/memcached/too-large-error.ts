import { SessionError } from '../session/errors.ts'

/** A session outgrew what its store takes; the state stored before is still there. */
export class SessionTooLargeError extends SessionError {
  override readonly name = 'SessionTooLargeError'
  readonly code = 'SESSION_TOO_LARGE'
  readonly status = 500
  /** Bytes of the session, its cookie included. */
  readonly size: number
  /** Bytes that the store takes at most. */
  readonly limit: number

  constructor(size: number, limit: number) {
    super(`Cannot set the session: it has ${size} bytes, its store takes at most ${limit}`)
    this.size = size
    this.limit = limit
  }
}
