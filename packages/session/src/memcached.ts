import { MemcachedStore } from './memcached/memcached-store.ts'
import type { MemcachedStoreOptions as Options } from './memcached/memcached-store.ts'
import { SessionTooLargeError } from './memcached/too-large-error.ts'

/** The store of sessions in Memcached, for who imports the module as a whole: `memcached.MemcachedStore`. */
const memcached = { MemcachedStore, SessionTooLargeError }

declare namespace memcached {
  type MemcachedStoreOptions = Options
}

export default memcached
export { MemcachedStore, SessionTooLargeError }
export type { MemcachedClient } from './memcached/memcached-client.ts'
export type { MemcachedStoreOptions } from './memcached/memcached-store.ts'
export type { MemjsClient, MemjsResponse } from './memcached/memjs.ts'
export type { Serializer } from './stores/record.ts'
