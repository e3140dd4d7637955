import redis from './redis.cjs'

export default redis
export * from '../dist/redis.js'
