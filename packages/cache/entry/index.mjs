import cache from './index.cjs'

export default cache
export const {
  CacheKeyError,
  CacheOptionError,
  CallTimeoutError,
  NobodyWaitsError,
  singleFlight,
  TooManyWaitingError,
} = cache
