import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { Members } from './members.ts'
import { hasRedis, RedisServer } from './redis-server.ts'

const MINUTE = 60_000
const PROCESSES = 4
/** 5,000 requests in a second, of all processes together. */
const RUSH = { count: 1250, over: 1000 }
const FEW = { count: 50, over: 0 }

let members: Members
let server: RedisServer
let redis: Redis

afterEach(() => members.stop())

async function start(options: object): Promise<void> {
  members = await Members.start(PROCESSES, options)
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe.each(['memoize', 'http'] as const)(
  'four processes without a shared store, by %s,',
  (by) => {
    it('ask the database once each for 5,000 requests on a cold key', async () => {
      await start({})
      members.answerAfter(50, { text: 'row', ttl: MINUTE })
      expect(await members.burst({ ...RUSH, by, key: 'cold' })).toEqual({ row: 5000 })
      expect(members.queries.map(({ member }) => member)).toHaveLength(4)
      expect(new Set(members.queries.map(({ member }) => member)).size).toBe(4)
    })
  },
)

const withRedis = (client: string) => ({ redis: server.socket, client, patience: MINUTE })

describe.skipIf(!hasRedis && !process.env['CI'])('four processes with one Redis', () => {
  beforeAll(async () => {
    server = await RedisServer.start()
    redis = new Redis(server.socket)
    redis.on('error', () => {})
  })
  afterAll(async () => {
    redis.disconnect()
    await server.stop()
  })
  afterEach(async () => {
    await redis.config('SET', 'maxmemory', '0')
    await redis.flushall()
  })

  describe.each([
    ['memoize', 'node-redis'],
    ['memoize', 'ioredis'],
    ['http', 'node-redis'],
    ['http', 'ioredis'],
  ] as const)('by %s and %s', (by, client) => {
    it('ask the database once in all for 5,000 requests on a cold key, and on one just expired', async () => {
      await start(withRedis(client))
      members.answerAfter(50, { text: 'first', ttl: 1000 })
      expect(await members.burst({ ...FEW, by, key: 'busy' })).toEqual({ first: 200 })
      expect(members.queries).toHaveLength(1)
      members.answerAfter(50, { text: 'second', ttl: MINUTE })
      await after(1000)
      expect(await members.burst({ ...RUSH, by, key: 'busy' })).toEqual({ second: 5000 })
      expect(members.queries).toHaveLength(2)
      expect(await members.burst({ ...RUSH, by, key: 'cold' })).toEqual({ second: 5000 })
      expect(members.queries).toHaveLength(3)
    })
  })

  describe.each(['memoize', 'http'] as const)('by %s', (by) => {
    it('go on once the lease of one that was killed has run out, by one of them', async () => {
      await start(withRedis('ioredis'))
      const killed = members.all.map((member) => member.burst({ ...FEW, by, key: 'k' }))
      const { member } = await members.query(0)
      await member.kill()
      const next = await members.query(1)
      expect(next.member).not.toBe(member)
      next.answer({ text: 'row', ttl: MINUTE })
      const left = killed.filter((_texts, at) => members.all[at] !== member)
      expect(await Promise.all(left)).toEqual([{ row: 50 }, { row: 50 }, { row: 50 }])
      expect(members.queries).toHaveLength(2)
    })

    it('answer through a FLUSHALL, also while the database is asked', async () => {
      await start(withRedis('ioredis'))
      members.answerAfter(50, { text: 'row', ttl: MINUTE })
      expect(await members.burst({ ...FEW, by, key: 'k' })).toEqual({ row: 200 })
      await redis.flushall()
      expect(await members.burst({ ...FEW, by, key: 'k' })).toEqual({ row: 200 })
      expect(members.queries).toHaveLength(2)

      members.onQuery = () => {}
      const texts = members.burst({ ...FEW, by, key: 'other' })
      const asked = await members.query(2)
      await redis.flushall()
      members.answerAfter(0, { text: 'row', ttl: MINUTE })
      asked.answer({ text: 'row', ttl: MINUTE })
      expect(await texts).toEqual({ row: 200 })
      expect(members.queries.length).toBeLessThanOrEqual(2 + PROCESSES)
    })

    it.each(['node-redis', 'ioredis'])(
      'answer while the server is dead, and keep again when it is back, by %s',
      async (client) => {
        await start({ ...withRedis(client), storeTimeout: 200 })
        members.answerAfter(50, { text: 'row', ttl: MINUTE })
        expect(await members.burst({ ...FEW, by, key: 'k' })).toEqual({ row: 200 })
        await server.kill()
        expect(await members.burst({ ...FEW, by, key: 'k' })).toEqual({ row: 200 })
        expect(await members.burst({ ...FEW, by, key: 'k' })).toEqual({ row: 200 })
        await server.revive()
        await redis.ping()
        for (let round = 0; (await redis.dbsize()) === 0; round++)
          expect(await members.burst({ ...FEW, by, key: `k${round}` })).toEqual({ row: 200 })
      },
    )

    it('answer while the server has no memory left', async () => {
      await start(withRedis('ioredis'))
      await redis.config('SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction')
      members.answerAfter(50, { text: 'row', ttl: MINUTE })
      expect(await members.burst({ ...FEW, by, key: 'k' })).toEqual({ row: 200 })
      expect(members.queries).toHaveLength(PROCESSES)
      expect(await redis.dbsize()).toBe(0)
    })

    it('answer while the server evicts all it is given', async () => {
      await start(withRedis('ioredis'))
      await redis.config('SET', 'maxmemory', '2mb', 'maxmemory-policy', 'allkeys-lru')
      const text = 'x'.repeat(50_000)
      members.answerAfter(0, { text, ttl: MINUTE })
      for (let round = 0; round < 40; round++)
        expect(await members.burst({ by, count: 2, over: 0, key: `k${round}` })).toEqual({
          [text]: 2 * PROCESSES,
        })
      expect(Number(/evicted_keys:(\d+)/.exec(await redis.info('stats'))?.[1])).toBeGreaterThan(0)
    })
  })
})
