import cache from './index.cjs'

export default cache
export const {
  CacheKeyError,
  CacheOptionError,
  CallTimeoutError,
  memoize,
  memoryStore,
  NobodyWaitsError,
  singleFlight,
  StoreTimeoutError,
  TooManyWaitingError,
} = cache
