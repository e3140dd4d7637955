import { RedisStore } from './redis/redis-store.ts'
import type { RedisStoreOptions as Options } from './redis/redis-store.ts'

/** The store of sessions in Redis, for who imports the module as a whole: `redis.RedisStore`. */
const redis = { RedisStore }

declare namespace redis {
  type RedisStoreOptions = Options
}

export default redis
export { RedisStore }
export type { IoredisClient, NodeRedisClient } from './redis/client.ts'
export type { RedisStoreOptions } from './redis/redis-store.ts'
export type { Serializer } from './stores/record.ts'
