import type { RedisClientType } from 'redis'
import type { ClientRateLimitInfo, Options, Store } from 'express-rate-limit'

import { PREFIX } from './redis-records.ts'

const COUNT = `
  local hits = redis.call('INCR', KEYS[1])
  if hits == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return {hits, redis.call('PTTL', KEYS[1])}`

/** Counts for express-rate-limit what an address has asked of all processes. */
export class RedisRateLimits implements Store {
  readonly localKeys = false
  readonly #client: RedisClientType
  readonly prefix: string
  #window = 0

  /** @param name - of what is limited. */
  constructor(client: RedisClientType, name: string) {
    this.#client = client
    this.prefix = `${PREFIX}limit:${name}:`
  }

  init({ windowMs }: Options): void {
    this.#window = windowMs
  }

  async increment(key: string): Promise<ClientRateLimitInfo> {
    const [totalHits, left] = (await this.#client.eval(COUNT, {
      keys: [this.prefix + key],
      arguments: [String(this.#window)],
    })) as [number, number] // as the script gives it
    return { totalHits, resetTime: new Date(Date.now() + left) }
  }

  async decrement(key: string): Promise<void> {
    const text = "if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('DECR', KEYS[1]) end"
    await this.#client.eval(text, { keys: [this.prefix + key] })
  }

  async resetKey(key: string): Promise<void> {
    await this.#client.del(this.prefix + key)
  }
}
