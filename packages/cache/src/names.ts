// Every public name, once. The doors are written from this list (tools/doors.mjs).
export { CallTimeoutError, NobodyWaitsError, TooManyWaitingError } from './errors/flight-errors.ts'
export { CacheKeyError } from './errors/key-error.ts'
export { CacheOptionError } from './errors/option-error.ts'
export { StoreTimeoutError } from './errors/store-errors.ts'
export { singleFlight } from './flight/single-flight.ts'
export { memoize } from './memoize/memoize.ts'
export { memoryStore } from './stores/memory-store.ts'

export type { CallContext } from './flight/flight.ts'
export type { CallOptions, SingleFlightOptions } from './flight/single-flight.ts'
export type { Memoized, MemoizeOptions } from './memoize/memoize.ts'
export type { MemoryStore, MemoryStoreOptions } from './stores/memory-store.ts'
export type { CacheStore, EntryOptions, Lease } from './stores/store.ts'
