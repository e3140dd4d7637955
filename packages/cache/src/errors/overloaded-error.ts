/** Why a request or call was refused: no place to wait, waited too long, or made room for a more urgent one. */
export type RefusalReason = 'full' | 'timeout' | 'displaced'

/** A request or call was refused, so that those who are let in are served in time. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError'
  readonly code = 'OVERLOADED'
  readonly status = 503
  readonly expose = false
  /** `full`, `timeout` or `displaced`. */
  readonly reason: RefusalReason
  /** After how many seconds another try makes sense. */
  readonly retryAfter: number

  constructor(reason: RefusalReason, retryAfter: number) {
    super(`Cannot take this in now (${reason}): try again in ${retryAfter} s`)
    this.reason = reason
    this.retryAfter = retryAfter
  }
}
