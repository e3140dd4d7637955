import memcached from './memcached.cjs'

export default memcached
export const { MemcachedStore, SessionTooLargeError } = memcached
