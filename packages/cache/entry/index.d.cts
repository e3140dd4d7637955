import {
  CacheKeyError,
  CacheOptionError,
  CacheStore,
  CallContext,
  CallOptions,
  CallTimeoutError,
  EntryOptions,
  Lease,
  limit,
  limitConcurrency,
  LimitConcurrencyOptions,
  LimitOptions,
  memoize,
  Memoized,
  MemoizeOptions,
  memoryStore,
  MemoryStore,
  MemoryStoreOptions,
  Middleware,
  NobodyWaitsError,
  OverloadedError,
  RefusalReason,
  singleFlight,
  SingleFlightOptions,
  StoreTimeoutError,
  TooManyWaitingError,
} from '../dist/names.js'

/**
 * Makes many calls at once into one; `singleFlight` under the package's own name.
 *
 * @throws {CacheOptionError} `CACHE_BAD_OPTION`, at once, for options that cannot be meant.
 * @example const user = cache((id: string) => database.user(id))
 */
declare function cache<Input, Result>(
  fn: (input: Input, context: CallContext) => Result | PromiseLike<Result>,
  options?: SingleFlightOptions<Input>,
): (input: Input, call?: CallOptions) => Promise<Result>
declare namespace cache {
  export {
    CacheKeyError,
    CacheOptionError,
    CacheStore,
    CallContext,
    CallOptions,
    CallTimeoutError,
    EntryOptions,
    Lease,
    limit,
    limitConcurrency,
    LimitConcurrencyOptions,
    LimitOptions,
    memoize,
    Memoized,
    MemoizeOptions,
    memoryStore,
    MemoryStore,
    MemoryStoreOptions,
    Middleware,
    NobodyWaitsError,
    OverloadedError,
    RefusalReason,
    singleFlight,
    SingleFlightOptions,
    StoreTimeoutError,
    TooManyWaitingError,
  }
}
export = cache
