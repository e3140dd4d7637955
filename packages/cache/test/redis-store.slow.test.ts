import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CacheStore, memoize, redisStore, type RedisStoreOptions } from '@tokkyu/cache'

import { hasRedis, RedisServer } from './redis-server.ts'
import { type OpenStore, storeContract } from './store-contract.ts'

describe('the Redis store', () => {
  it('refuses what is no client', () => {
    expect(() => redisStore({} as never)).toThrow(
      expect.objectContaining({ code: 'CACHE_BAD_OPTION', option: 'client' }),
    )
  })
})

describe('a size above which is compressed', () => {
  it.each([-1, Number.NaN, '1000' as never])('is not %s', (above) => {
    expect(() => redisStore(new Redis({ lazyConnect: true }), { compress: { above } })).toThrow(
      expect.objectContaining({ code: 'CACHE_BAD_OPTION', option: 'compress.above' }),
    )
  })
})

async function withNodeRedis(socket: string, prefix: string): Promise<OpenStore> {
  const client = createClient({ socket: { path: socket, tls: false } })
  client.on('error', () => {})
  await client.connect()
  return { store: redisStore(client, { prefix }), close: async () => client.destroy() }
}

async function withIoredis(
  socket: string,
  prefix: string,
  options?: RedisStoreOptions,
): Promise<OpenStore> {
  const client = new Redis(socket)
  client.on('error', () => {})
  const store = redisStore(client, { prefix, ...options })
  return { store, close: async () => client.disconnect() }
}

describe.skipIf(!hasRedis && !process.env['CI'])('with a server', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await RedisServer.start()
  })
  afterAll(() => server.stop())

  storeContract('a Redis store of node-redis', () => withNodeRedis(server.socket, '{n*}:'))
  storeContract('a Redis store of ioredis', () => withIoredis(server.socket, '{i}:'))

  storeContract('a Redis store that compresses', () =>
    withIoredis(server.socket, '{z}:', { compress: { above: 0 } }),
  )

  describe('a store that compresses', () => {
    const above = 1000
    let packing: OpenStore
    let plain: OpenStore
    let client: Redis
    beforeAll(async () => {
      packing = await withIoredis(server.socket, '{c}:', { compress: { above } })
      plain = await withNodeRedis(server.socket, '{c}:')
      client = new Redis(server.socket)
    })
    afterAll(async () => {
      client.disconnect()
      await Promise.all([packing.close?.(), plain.close?.()])
    })

    const sizeOf = (key: string) => client.hstrlen(`{c}:e:${key}`, 'v')

    it('makes what is larger small, and leaves what is not alone', async () => {
      await packing.store.set('large', Buffer.alloc(100_000, 'page '), { ttl: 60_000 })
      await packing.store.set('small', Buffer.alloc(900, 'page '), { ttl: 60_000 })
      expect(await sizeOf('large')).toBeLessThan(5000)
      expect(await sizeOf('small')).toBeGreaterThan(900)
    })

    it('leaves what does not shrink as it is, byte for byte', async () => {
      const noise = randomBytes(200_000)
      await packing.store.set('noise', noise, { ttl: 60_000 })
      expect(await sizeOf('noise')).toBeLessThan(200_100)
      expect(await packing.store.get('noise')).toEqual(noise)
    })

    it.each([2000, 300_000])(
      'reads what one without wrote, and the other way round, at %i bytes',
      async (size) => {
        const value = { body: Buffer.concat([Buffer.alloc(size, 'ab\u0000'), randomBytes(size)]) }
        await packing.store.set('packed', value, { ttl: 60_000 })
        await plain.store.set('plain', value, { ttl: 60_000 })
        expect(await plain.store.get('packed')).toEqual(value)
        expect(await packing.store.get('plain')).toEqual(value)
        expect(await sizeOf('packed')).toBeLessThan(await sizeOf('plain'))
      },
    )
  })

  describe('two clients of one server', () => {
    let opened: OpenStore[]
    let stores: CacheStore[]
    beforeAll(async () => {
      opened = [
        await withNodeRedis(server.socket, '{both}:'),
        await withIoredis(server.socket, '{both}:'),
      ]
      stores = opened.map(({ store }) => store)
    })
    afterAll(() => Promise.all(opened.map(async ({ close }) => close?.())))

    it('read what the other wrote', async () => {
      await stores[0]!.set('k', Buffer.from([255, 0]), { ttl: 60_000 })
      expect(await stores[1]!.get('k')).toEqual(Buffer.from([255, 0]))
    })

    it('make one call between them', async () => {
      let calls = 0
      const users = stores.map((store) =>
        memoize(
          async (id: string) => {
            calls++
            await new Promise((resolve) => setTimeout(resolve, 50))
            return `user ${id}`
          },
          { ttl: 60_000, store },
        ),
      )
      const answers = await Promise.all(users.flatMap((user) => [user('7'), user('7')]))
      expect(new Set(answers)).toEqual(new Set(['user 7']))
      expect(calls).toBe(1)
    })

    it('keep nothing in Redis for ever of what ends', async () => {
      const client = new Redis(server.socket)
      await stores[0]!.set('ends', 1, { ttl: 60_000, tags: ['ending'] })
      expect(await client.pttl('{both}:e:ends')).toBeGreaterThan(0)
      expect(await client.pttl('{both}:t:ending')).toBeGreaterThan(0)
      client.disconnect()
    })

    it('store nothing where there is no memory left, and forget what stood there', async () => {
      const client = new Redis(server.socket)
      await stores[0]!.set('full', 'old', { ttl: 60_000 })
      await client.config('SET', 'maxmemory', '1')
      try {
        for (const store of stores)
          await expect(store.set('full', 'new', { ttl: 60_000 })).rejects.toThrow('OOM')
        expect(await stores[0]!.get('full')).toBeUndefined()
      } finally {
        await client.config('SET', 'maxmemory', '0')
        client.disconnect()
      }
    })

    it('cost only their answers while the server is silent', async () => {
      const user = memoize(async (id: string) => id, {
        ttl: 60_000,
        store: stores[1]!,
        storeTimeout: 20,
      })
      server.signal('SIGSTOP')
      try {
        expect(await user('silent')).toBe('silent')
      } finally {
        server.signal('SIGCONT')
      }
    })
  })
})
