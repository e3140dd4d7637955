import { redisChannels } from './redis/channels.ts'
import { RedisStore } from './redis/redis-store.ts'
import type { RedisStoreOptions as Options } from './redis/redis-store.ts'

/** What processes share in Redis, for who imports the module as a whole: `redis.RedisStore`. */
const redis = { RedisStore, redisChannels }

declare namespace redis {
  type RedisStoreOptions = Options
}

export default redis
export { RedisStore, redisChannels }
export type { RedisChannels, RedisChannelsOptions } from './redis/channels.ts'
export type { IoredisClient, NodeRedisClient } from './redis/client.ts'
export type { RedisPublisher, RedisSubscriber } from './redis/pub-sub.ts'
export type { RedisStoreOptions } from './redis/redis-store.ts'
export type { Serializer } from './stores/record.ts'
