import { describe, expect, it } from 'vitest'

import { type Endpoint, type RedisClient, redisRegistry } from '../src/index.ts'
import { afterwards } from './numbers.ts'

const within = { timeout: 10_000, interval: 5 }

/** A client that answers each look with what there is at the time, and keeps what it was told. */
function fakeRedis(): {
  client: RedisClient
  commands: string[][]
  entries: string[]
  down: boolean
} {
  const fake = {
    commands: [] as string[][],
    entries: [] as string[],
    down: false,
    client: {
      async call(...command: string[]) {
        fake.commands.push(command)
        if (fake.down) throw new Error('Redis is gone')
        return fake.entries
      },
    },
  }
  return fake
}

describe('a registry in Redis', () => {
  it('tells of the servers that are entered, and again when they are others', async () => {
    const redis = fakeRedis()
    const told: (readonly Endpoint[])[] = []
    const failures: Error[] = []
    redis.entries = ['["b:2",3]', '["a:1",1]']
    const registry = redisRegistry(redis.client, { interval: 5 })
    afterwards(
      registry.watch('one', {
        changed: (endpoints) => told.push(endpoints),
        failed: (error) => failures.push(error),
      }),
    )
    await expect.poll(() => told.length, within).toBe(1)
    redis.down = true
    await expect.poll(() => failures.length, within).toBeGreaterThan(1)
    redis.down = false
    redis.entries = []
    await expect
      .poll(() => told, within)
      .toEqual([
        [
          { address: 'a:1', weight: 1 },
          { address: 'b:2', weight: 3 },
        ],
        [],
      ])
  })

  it('renews a lease, also after that has failed, until it is released', async () => {
    const redis = fakeRedis()
    const lease = await redisRegistry(redis.client).register('one', 'a:1', { lease: 15 })
    redis.down = true
    await expect.poll(() => redis.commands.length, within).toBeGreaterThan(3)
    redis.down = false
    await lease.release()
    expect(redis.commands.at(-1)).toEqual(['ZREM', 'tokkyu:rpc:one', '["a:1",1]'])
  })

  it('rejects when a server cannot be entered', async () => {
    const redis = fakeRedis()
    redis.down = true
    await expect(redisRegistry(redis.client).register('one', 'a:1')).rejects.toThrow('gone')
  })
})

describe('an entry that cannot be meant', () => {
  const registry = redisRegistry({ call: async () => 1 })

  it.each([
    ['an address', 'catalog', {}],
    ['a weight', 'a:1', { weight: 0 }],
    ['a lease', 'a:1', { lease: 0 }],
  ])('is refused: %s', async (_, address, options) => {
    await expect(registry.register('one', address, options)).rejects.toMatchObject({
      code: 'RPC_BAD_OPTION',
    })
  })

  it('is refused as a client', () =>
    expect(() => redisRegistry({} as RedisClient)).toThrow(
      expect.objectContaining({ code: 'RPC_BAD_OPTION', option: 'client' }),
    ))
})
