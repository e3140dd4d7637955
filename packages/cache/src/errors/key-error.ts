/** The key of a call or an entry is no string; two calls could be taken for one another. */
export class CacheKeyError extends TypeError {
  override readonly name = 'CacheKeyError'
  readonly code = 'CACHE_BAD_KEY'
  readonly status = 500
  readonly expose = false

  constructor(key: unknown) {
    super(`Cannot use a key of type ${typeof key}: give an option "key" that makes a string`)
  }
}
