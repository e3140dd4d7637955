/** A store did not answer in time. It is told by `tokkyu.cache.store-failed`; callers go on without the store. */
export class StoreTimeoutError extends Error {
  override readonly name = 'StoreTimeoutError'
  readonly code = 'CACHE_STORE_TIMEOUT'
  readonly status = 503
  readonly expose = false
  /** How long the store was waited for, in milliseconds. */
  readonly timeout: number

  constructor(operation: string, timeout: number) {
    super(`Cannot ${operation} in the store: it did not answer within ${timeout} ms`)
    this.timeout = timeout
  }
}
