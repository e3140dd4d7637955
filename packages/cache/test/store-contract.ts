import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CacheStore } from '@tokkyu/cache'

/** A store that a test opened, and how to shut it. */
export interface OpenStore {
  readonly store: CacheStore
  readonly close?: () => Promise<void>
}

const MINUTE = 60_000

/** What every store does. Keys and tags differ from test to test, so that one store serves them all. */
export function storeContract(name: string, open: () => OpenStore | Promise<OpenStore>): void {
  describe(`${name}, as every store,`, () => {
    let opened: OpenStore
    let store: CacheStore
    beforeAll(async () => {
      opened = await open()
      ;({ store } = opened)
    })
    afterAll(() => opened.close?.())

    it('gives back what was set', async () => {
      const value = {
        text: 'Zoë\u0000',
        list: [1, null, false, ''],
        body: Buffer.from([0, 255, 13, 10]),
      }
      await store.set('given', value, { ttl: MINUTE })
      expect(await store.get('given')).toEqual(value)
    })

    it('knows nothing of a key that was not set', async () => {
      expect(await store.get('never')).toBeUndefined()
      expect(await store.get('__proto__')).toBeUndefined()
    })

    it('keeps null and false apart from nothing', async () => {
      await store.set('null', null, { ttl: MINUTE })
      await store.set('false', false, { ttl: MINUTE })
      expect([await store.get('null'), await store.get('false')]).toEqual([null, false])
    })

    it('takes the newer value, and its tags alone', async () => {
      await store.set('renewed', 1, { ttl: MINUTE, tags: ['renewed:old'] })
      await store.set('renewed', 2, { ttl: MINUTE, tags: ['renewed:new'] })
      await store.deleteByTag('renewed:old')
      expect(await store.get('renewed')).toBe(2)
      await store.deleteByTag('renewed:new')
      expect(await store.get('renewed')).toBeUndefined()
    })

    it('keeps nothing that lives for no time, and forgets what stood there', async () => {
      await store.set('dead', 1, { ttl: MINUTE })
      await store.set('dead', 2, { ttl: 0 })
      expect(await store.get('dead')).toBeUndefined()
    })

    it('deletes by key', async () => {
      await store.set('a:1', 1, { ttl: MINUTE })
      await store.set('a:2', 2, { ttl: Infinity })
      await store.delete('a:1')
      await store.delete('a:9')
      expect([await store.get('a:1'), await store.get('a:2')]).toEqual([undefined, 2])
    })

    it('deletes by tag what carries it, and only that', async () => {
      await store.set('t:1', 1, { ttl: MINUTE, tags: ['shop', 'team 7'] })
      await store.set('t:2', 2, { ttl: MINUTE, tags: ['team 7'] })
      await store.set('t:3', 3, { ttl: MINUTE, tags: ['team'] })
      await store.deleteByTag('team 7')
      expect(await Promise.all(['t:1', 't:2', 't:3'].map((key) => store.get(key)))).toEqual([
        undefined,
        undefined,
        3,
      ])
    })

    it('deletes by prefix, taken as it is written', async () => {
      for (const key of ['p*:1', 'p*:2', 'pq:1', 'P*:1']) await store.set(key, key, { ttl: MINUTE })
      await store.deleteByPrefix('p*:')
      const left = await Promise.all(['p*:1', 'p*:2', 'pq:1', 'P*:1'].map((key) => store.get(key)))
      expect(left).toEqual([undefined, undefined, 'pq:1', 'P*:1'])
    })

    it('gives the lease of a key to one at a time', async () => {
      const lease = await store.acquire('lease:1', MINUTE)
      expect(lease).toBeDefined()
      expect(await store.acquire('lease:1', MINUTE)).toBeUndefined()
      expect(await store.acquire('lease:other', MINUTE)).toBeDefined()
      await lease?.release()
      expect(await store.acquire('lease:1', MINUTE)).toBeDefined()
    })

    it('stores in the name of a lease that holds', async () => {
      const lease = await store.acquire('lease:2', MINUTE)
      expect(await lease?.set('filled', { ttl: MINUTE, tags: ['lease:tag'] })).toBe(true)
      expect(await store.get('lease:2')).toBe('filled')
      await lease?.release()
      await store.deleteByTag('lease:tag')
      expect(await store.get('lease:2')).toBeUndefined()
    })

    it('refuses what a sleeper brings after another took over, whose fence is higher', async () => {
      const sleeper = await store.acquire('lease:3', 1)
      await new Promise((resolve) => setTimeout(resolve, 20))
      const next = await store.acquire('lease:3', MINUTE)
      expect(next?.fence).toBeGreaterThan(sleeper?.fence ?? Infinity)
      expect(await next?.set('new', { ttl: MINUTE })).toBe(true)
      expect(await sleeper?.set('old', { ttl: MINUTE })).toBe(false)
      await sleeper?.release()
      expect(await store.acquire('lease:3', MINUTE)).toBeUndefined()
      expect(await store.get('lease:3')).toBe('new')
    })

    it('lets a lease that is held last longer, and no other', async () => {
      const lease = await store.acquire('lease:5', 100)
      expect(await lease?.extend(MINUTE)).toBe(true)
      await new Promise((resolve) => setTimeout(resolve, 150))
      expect(await store.acquire('lease:5', MINUTE)).toBeUndefined()
      await lease?.release()
      const next = await store.acquire('lease:5', 100)
      expect(await lease?.extend(MINUTE)).toBe(false)
      await next?.release()
      expect(await store.acquire('lease:5', MINUTE)).toBeDefined()
    })

    it.each([
      ['key', () => store.delete('lease:4:key')],
      ['tag', () => store.deleteByTag('lease:4')],
      ['prefix', () => store.deleteByPrefix('lease:4')],
    ])('refuses what was read before a deletion by %s', async (by, remove) => {
      const lease = await store.acquire(`lease:4:${by}`, MINUTE)
      await remove()
      expect(await lease?.set('from before', { ttl: MINUTE, tags: ['lease:4'] })).toBe(false)
      expect(await store.get(`lease:4:${by}`)).toBeUndefined()
    })
  })
}
