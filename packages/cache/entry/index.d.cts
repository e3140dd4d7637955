import {
  AdaptiveOptions,
  CacheKeyError,
  CacheOptionError,
  CacheStore,
  CallContext,
  CallOptions,
  CallTimeoutError,
  EntryOptions,
  IoredisClient,
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
  NodeRedisClient,
  OverloadedError,
  redisStore,
  RedisStoreOptions,
  RefusalReason,
  responseCache,
  ResponseCache,
  ResponseCacheOptions,
  singleFlight,
  SingleFlightOptions,
  StoreTimeoutError,
  TooManyWaitingError,
} from '../dist/names.js'

/**
 * Keeps answers for everybody, as RFC 9111 lets a shared cache; `responseCache` under the package's own
 * name.
 *
 * @throws {CacheOptionError} `CACHE_BAD_OPTION`, at once, for options that cannot be meant.
 * @example app.use(cache({ ttl: 60_000 }))
 */
declare function cache(options?: ResponseCacheOptions): ResponseCache
declare namespace cache {
  export {
    AdaptiveOptions,
    CacheKeyError,
    CacheOptionError,
    CacheStore,
    CallContext,
    CallOptions,
    CallTimeoutError,
    EntryOptions,
    IoredisClient,
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
    NodeRedisClient,
    OverloadedError,
    redisStore,
    RedisStoreOptions,
    RefusalReason,
    responseCache,
    ResponseCache,
    ResponseCacheOptions,
    singleFlight,
    SingleFlightOptions,
    StoreTimeoutError,
    TooManyWaitingError,
  }
}
export = cache
