import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StoredSession } from '@tokkyu/session'
import { MemcachedStore } from '@tokkyu/session/memcached'
import type { MemcachedStoreOptions, MemjsClient, Serializer } from '@tokkyu/session/memcached'
import { storeContract } from '@tokkyu/session/testing'
import { MEMCACHED_CLIENTS, type OpenMemcached } from './memcached-clients.ts'
import { MemcachedServer, mayTestMemcached } from './servers.ts'

describe('a Memcached store', () => {
  const client: MemjsClient = { seq: 0, incrSeq() {}, perform() {} }

  it.each([undefined, null, {}, { get() {} }])('refuses %s as its client', (none) => {
    expect(() => new MemcachedStore({ client: none as never })).toThrow(
      expect.objectContaining({ code: 'SESSION_BAD_OPTION', option: 'client' }),
    )
  })

  it.each([
    { ttl: 0 },
    { maxBytes: 0 },
    { prefix: '' },
    { prefix: 'two words' },
    { prefix: 'a\r\nflush_all\r\n' },
    { prefix: '$&' },
    { prefix: 'x'.repeat(207) },
  ])('refuses %j', (option) => {
    expect(() => new MemcachedStore({ client, ...option })).toThrow(
      expect.objectContaining({ code: 'SESSION_BAD_OPTION', option: Object.keys(option)[0] }),
    )
  })

  it('offers nothing that would need a list of keys', () => {
    const store = new MemcachedStore({ client })
    expect(['all', 'length', 'clear'].filter((name) => name in store)).toEqual([])
  })
})

describe.skipIf(!mayTestMemcached)('every Memcached store', () => {
  let server: MemcachedServer
  const clients = new Map<string, OpenMemcached>()
  let stores = 0
  beforeAll(async () => {
    server = await MemcachedServer.launch()
    for (const [name, open] of MEMCACHED_CLIENTS) clients.set(name, open([server.address]))
  })
  afterAll(async () => {
    for (const { close } of clients.values()) close()
    await server?.stop()
  })

  for (const [name] of MEMCACHED_CLIENTS) {
    const make = () => {
      const { client } = clients.get(name) as OpenMemcached
      return new MemcachedStore({ client, prefix: `contract:${stores++}:` })
    }
    for (const { name: sentence, run } of storeContract(make)) {
      // oxlint-disable-next-line vitest/valid-title -- the contract brings its sentences
      it.concurrent(`${name}, ${sentence}`, async () => {
        await expect(run()).resolves.toBeUndefined()
      })
    }
  }
})

describe.skipIf(!mayTestMemcached).each(MEMCACHED_CLIENTS)(
  'a Memcached store by %s',
  (name, open) => {
    let server: MemcachedServer
    let opened: OpenMemcached
    let stores = 0
    const make = (options: Partial<MemcachedStoreOptions> = {}) =>
      new MemcachedStore({ client: opened.client, prefix: `${name}:${stores++}:`, ...options })
    beforeAll(async () => {
      server = await MemcachedServer.launch()
      opened = open([server.address])
    })
    afterAll(async () => {
      opened?.close()
      await server?.stop()
    })

    it.each([
      ['another command', 'a\r\nflush_all\r\nb'],
      ['a blank', 'a b'],
      ['a tab', 'a\tb'],
      ['a NUL', 'a\0b'],
      ['a pattern', '$&$&'],
      ['the mark of a digest', '#'],
      ['other letters', 'ž'.repeat(200)],
      ['251 bytes', 'x'.repeat(251)],
      ['100 kB', 'x'.repeat(100_000)],
    ])('takes an id of %s, for nothing else than that', async (_what, id) => {
      const store = make()
      await store.set('other', sessionOf({ n: 0 }))
      await store.set(id, sessionOf({ n: 1 }))
      expect(await store.get(id)).toMatchObject({ n: 1 })
      await store.destroy(id)
      expect(await store.get(id)).toBeUndefined()
      expect(await store.get('other')).toMatchObject({ n: 0 })
    })

    it('keeps an id apart from the one whose digest it looks like', async () => {
      const store = make()
      await store.set('two words', sessionOf({ n: 1 }))
      const digest = createHash('sha256').update('two words').digest('base64url')
      expect(await store.get(`#${digest}`)).toBeUndefined()
    })

    it('refuses a session larger than the server takes, and keeps what it had', async () => {
      const store = make()
      const ifVersion = (await store.set('a', sessionOf({ n: 1 }))) as string
      const large = sessionOf({ text: 'é'.repeat(524_288) })
      const refusal = expect.objectContaining({
        code: 'SESSION_TOO_LARGE',
        status: 500,
        limit: 1_048_000,
      }) as Error
      await expect(store.set('a', large)).rejects.toEqual(refusal)
      await expect(store.set('a', large, undefined, { ifVersion })).rejects.toEqual(refusal)
      expect(await store.get('a')).toMatchObject({ n: 1 })
    })

    it('takes a session as large as it says', async () => {
      const store = make()
      const empty = JSON.stringify(sessionOf({ text: '' })).length
      const text = 'x'.repeat(1_048_000 - empty - '"v":"",'.length - 27)
      await store.set('x'.repeat(200), sessionOf({ text }))
      expect(await store.get('x'.repeat(200))).toMatchObject({ text })
    })

    it('says when the server refuses, as it takes less', async () => {
      const store = make({ maxBytes: 5_000_000 })
      await expect(
        store.set('a', sessionOf({ text: 'x'.repeat(1_040_000) })),
      ).resolves.toBeDefined()
      if (name === 'memcached') return // refuses on its own, beyond a mebibyte
      await expect(
        store.set('a', sessionOf({ text: 'x'.repeat(2_000_000) })),
      ).rejects.toMatchObject({ code: 'SESSION_STORE_UNAVAILABLE' })
    })

    it.each([
      ['29 days', 29],
      ['31 days', 31],
      ['400 days', 400],
      ['100 years', 36_500],
    ])(
      'keeps a session for %s, where a number of seconds may mean a moment',
      async (_what, days) => {
        const store = make()
        await store.set('a', sessionOf({ n: 1 }, days * 86_400_000))
        expect(await store.get('a')).toMatchObject({ n: 1 })
        await store.touch('a', sessionOf({}, days * 86_400_000))
        expect(await store.get('a')).toMatchObject({ n: 1 })
      },
    )

    it('writes a session that has ended as none, with a version and without', async () => {
      const store = make()
      const ended = sessionOf({}, -1000)
      await store.set('a', sessionOf({}))
      await store.set('a', ended)
      expect(await store.get('a')).toBeUndefined()
      const ifVersion = (await store.set('b', sessionOf({}))) as string
      await store.set('b', ended, undefined, { ifVersion })
      expect(await store.get('b')).toBeUndefined()
      await store.set('c', sessionOf({}))
      await store.touch('c', ended)
      expect(await store.get('c')).toBeUndefined()
    })

    it('keeps the whole cookie at a touch, whatever its fields hold', async () => {
      const store = make()
      await store.set('a', sessionOf({ user: 'ada' }))
      await store.touch('a', { cookie: { originalMaxAge: null, expires: null, path: '/ž}{"\\' } })
      expect(await store.get('a')).toEqual({
        user: 'ada',
        cookie: { originalMaxAge: null, expires: null, path: '/ž}{"\\' },
      })
    })

    it('writes by a version also when the session was touched meanwhile', async () => {
      const store = make()
      await store.set('a', sessionOf({ n: 1 }))
      const ifVersion = await versionOf(store, 'a')
      await store.touch('a', sessionOf({}))
      await store.set('a', sessionOf({ n: 2 }), undefined, { ifVersion })
      expect(await store.get('a')).toMatchObject({ n: 2 })
    })

    it('does not take a write that arrived twice for a conflict', async () => {
      const twice = new Proxy(opened.client, {
        get(target, property) {
          const method = Reflect.get(target, property) as unknown
          if (typeof method !== 'function') return method
          return (...args: unknown[]) => {
            const isWrite =
              property === 'cas' ||
              (property === 'perform' && (args[1] as Buffer).subarray(16, 24).some(Boolean))
            if (!isWrite) return Reflect.apply(method, target, args) as unknown
            const again = () => setImmediate(() => Reflect.apply(method, target, args) as unknown)
            return Reflect.apply(method, target, [...args.slice(0, -1), again]) as unknown
          }
        },
      })
      const store = make({ client: twice })
      await store.set('a', sessionOf({}))
      const ifVersion = await versionOf(store, 'a')
      await store.set('a', sessionOf({ n: 1 }), undefined, { ifVersion })
      expect(await store.get('a')).toMatchObject({ n: 1 })
    })

    it('is changed to another serializer by putting it in front', async () => {
      const upper: Serializer = {
        stringify: (session) => `UP${JSON.stringify(session)}`,
        parse(text) {
          if (!text.startsWith('UP')) throw new SyntaxError('not UP')
          return JSON.parse(text.slice(2)) as StoredSession
        },
      }
      const prefix = `${name}-change:`
      await make({ prefix }).set('json', sessionOf({ by: 'json' }))
      const store = make({ prefix, serializer: upper })
      await store.set('upper', sessionOf({ by: 'upper\r\nEND\r\n' }))
      expect(await store.get('json')).toMatchObject({ by: 'json' })
      expect(await store.get('upper')).toMatchObject({ by: 'upper\r\nEND\r\n' })
      await expect(make({ prefix }).get('upper')).rejects.toThrow(SyntaxError)
    })
  },
)

function versionOf(store: MemcachedStore, id: string): Promise<string> {
  return new Promise((resolve) => {
    store.get(id, (_error, _session, version) => resolve(version as string))
  })
}

function sessionOf(data: object, maxAge = 3_600_000): StoredSession {
  const expires = new Date(Date.now() + maxAge)
  return { ...data, cookie: { originalMaxAge: maxAge, expires, httpOnly: true, path: '/' } }
}
