import redis from './redis.cjs'

export default redis
export const { RedisStore, redisChannels } = redis
