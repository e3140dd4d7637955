import cache from './index.cjs'

export default cache
export const {
  CacheKeyError,
  CacheOptionError,
  CallTimeoutError,
  memoryStore,
  NobodyWaitsError,
  singleFlight,
  TooManyWaitingError,
} = cache
