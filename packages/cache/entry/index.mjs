import cache from './index.cjs'

export default cache
export const {
  CacheKeyError,
  CacheOptionError,
  CallTimeoutError,
  limit,
  limitConcurrency,
  memoize,
  memoryStore,
  NobodyWaitsError,
  OverloadedError,
  redisStore,
  responseCache,
  singleFlight,
  StoreTimeoutError,
  TooManyWaitingError,
} = cache
