/** So many callers wait already that another one is turned away. */
export class TooManyWaitingError extends Error {
  override readonly name = 'TooManyWaitingError'
  readonly code = 'CACHE_TOO_MANY_WAITING'
  readonly status = 503
  readonly expose = false
  /** How many callers may wait for one call. */
  readonly maxWaiting: number

  constructor(maxWaiting: number) {
    super(`Cannot wait for this call: ${maxWaiting} callers wait already`)
    this.maxWaiting = maxWaiting
  }
}

/** A call took longer than `timeout`. Its signal is aborted, and the next caller begins a new one. */
export class CallTimeoutError extends Error {
  override readonly name = 'CallTimeoutError'
  readonly code = 'CACHE_CALL_TIMEOUT'
  readonly status = 503
  readonly expose = false
  /** How long a call may take, in milliseconds. */
  readonly timeout: number

  constructor(timeout: number) {
    super(`Cannot wait for this call any longer: it took more than ${timeout} ms`)
    this.timeout = timeout
  }
}

/** Why the signal of a call is aborted when no caller waits for it any more. */
export class NobodyWaitsError extends Error {
  override readonly name = 'NobodyWaitsError'
  readonly code = 'CACHE_NOBODY_WAITS'
  readonly status = 503
  readonly expose = false

  constructor() {
    super('Every caller that waited for this call has gone away')
  }
}
