import redis from '../dist/redis.js'

export = redis
