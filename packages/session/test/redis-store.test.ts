import { createClient } from 'redis'
import { Redis } from 'ioredis'
import { RedisStore as ConnectRedis } from 'connect-redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SessionStore, StoredSession } from '@tokkyu/session'
import { RedisStore } from '@tokkyu/session/redis'
import type { RedisStoreOptions, Serializer } from '@tokkyu/session/redis'
import { storeContract } from '@tokkyu/session/testing'
import { CLIENTS, type OpenClient } from './redis-clients.ts'
import { RedisServer, mayTestRedis } from './servers.ts'

const reversed: Serializer = {
  stringify: (session) => JSON.stringify(session).split('').toReversed().join(''),
  parse: async (text) => JSON.parse(text.split('').toReversed().join('')) as StoredSession,
}

describe('a Redis store', () => {
  it.each([undefined, null, {}, { get() {} }])('refuses %s as its client', (client) => {
    expect(() => new RedisStore({ client: client as never })).toThrow(
      expect.objectContaining({ code: 'SESSION_BAD_OPTION', option: 'client' }),
    )
  })

  it.each([{ ttl: 0 }, { ttl: Number.NaN }, { scanCount: 0 }])('refuses %j', (option) => {
    const client = new Redis({ lazyConnect: true })
    expect(() => new RedisStore({ client, ...option })).toThrow(
      expect.objectContaining({ code: 'SESSION_BAD_OPTION', option: Object.keys(option)[0] }),
    )
  })
})

describe('a command that fails', () => {
  const unavailable = { code: 'SESSION_STORE_UNAVAILABLE', status: 503 }
  it.each([
    ['BUSY', 'BUSY Redis is busy running a script.'],
    ['CLUSTERDOWN', 'CLUSTERDOWN Hash slot not served'],
    ['LOADING', 'LOADING Redis is loading the dataset in memory'],
    ['MASTERDOWN', 'MASTERDOWN Link with MASTER is down'],
    ['MISCONF', 'MISCONF Redis is configured to save RDB snapshots, but it cannot'],
    ['NOREPLICAS', 'NOREPLICAS Not enough good replicas to write.'],
    ['READONLY', "READONLY You can't write against a read only replica."],
    ['READONLY', "ERR Error running script (call to f_1): @user_script: 1: -READONLY You can't"],
  ])('means a store that refuses for now: %s', async (refusal, message) => {
    await expect(failing(new Error(message)).get('a')).rejects.toMatchObject({
      ...unavailable,
      message: `Cannot get the session: its store refused (${refusal})`,
    })
  })

  it.each([
    'Connection is closed.',
    "Stream isn't writeable and enableOfflineQueue options is false",
    'Command timed out',
    'connect ENOENT /redis.sock',
  ])('means a store that is away: %s', async (message) => {
    const error = new Error(message)
    await expect(failing(error).set('a', sessionOf({}))).rejects.toMatchObject({
      ...unavailable,
      cause: error,
    })
  })

  it.each([
    new Error('NOAUTH Authentication required.'),
    new Error('ERR unknown command'),
    new TypeError('a mistake'),
  ])('is handed on as it is: %s', async (error) => {
    await expect(failing(error).destroy('a')).rejects.toBe(error)
  })
})

describe.skipIf(!mayTestRedis)('on a real server', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await new RedisServer().start()
  })
  afterAll(() => server?.stop())

  describe('every Redis store', () => {
    const clients = new Map<string, OpenClient>()
    let stores = 0
    beforeAll(async () => {
      for (const [name, open] of CLIENTS) clients.set(name, await open(server.socket))
    })
    afterAll(() => {
      for (const { close } of clients.values()) close()
    })

    const kinds: [name: string, options: Partial<RedisStoreOptions>][] = [
      ...CLIENTS.map(([name]): [string, object] => [name, {}]),
      ['node-redis 6', { serializer: reversed }],
    ]
    for (const [name, options] of kinds) {
      const make = () => {
        const { client } = clients.get(name) as OpenClient
        return new RedisStore({ client, prefix: `contract:${stores++}:`, ...options })
      }
      for (const { name: sentence, run } of storeContract(make)) {
        const title = [name, ...Object.keys(options), sentence].join(', ')
        // oxlint-disable-next-line vitest/valid-title -- the contract brings its sentences
        it.concurrent(title, async () => {
          await expect(run()).resolves.toBeUndefined()
        })
      }
    }
  })

  describe.each(CLIENTS)('a Redis store by %s', (_name, open) => {
    let opened: OpenClient
    let stores = 0
    const make = (options: Partial<RedisStoreOptions> = {}) =>
      new RedisStore({ client: opened.client, prefix: `${_name}:${stores++}:`, ...options })
    beforeAll(async () => {
      opened = await open(server.socket)
    })
    afterAll(() => opened?.close())

    it('gives, counts and removes all of its own sessions, and leaves the rest', async () => {
      const [store, other] = [make({ scanCount: 7 }), make()]
      const ids = Array.from({ length: 50 }, (_, n) => `id *[${n}]`)
      await Promise.all(ids.map((id) => store.set(id, sessionOf({ id }))))
      await other.set('other', sessionOf({}))
      expect(Object.keys((await store.all()) as object).toSorted()).toEqual(ids.toSorted())
      expect(await store.length()).toBe(50)
      await store.clear()
      expect(await store.length()).toBe(0)
      expect(await other.length()).toBe(1)
    })

    it('takes the characters of a prefix as themselves when it looks for keys', async () => {
      const store = make({ prefix: `${_name}[a-z]*?:` })
      await make({ prefix: `${_name}b::` }).set('other', sessionOf({}))
      await store.set('mine', sessionOf({}))
      expect(Object.keys((await store.all()) as object)).toEqual(['mine'])
    })

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

    it('keeps the whole cookie at a touch, whatever else its fields hold', async () => {
      const store = make()
      await store.set('a', sessionOf({ user: 'ada' }))
      const path = '/ž}{"\\'
      await store.touch('a', { cookie: { originalMaxAge: 5, path, expires: in1Hour() } })
      expect(await store.get('a')).toMatchObject({ user: 'ada', cookie: { path } })
      await store.touch('a', { cookie: { originalMaxAge: null, expires: null } })
      expect(await store.get('a')).toEqual({
        user: 'ada',
        cookie: { originalMaxAge: null, expires: null },
      })
    })

    it('does not take a write that arrived twice for a conflict', async () => {
      // As ioredis sends one again whose answer was lost with the connection.
      const twice = new Proxy(opened.client, {
        get(target, name) {
          const method = Reflect.get(target, name) as unknown
          if (typeof method !== 'function') return method
          const call = (...args: unknown[]) => Reflect.apply(method, target, args) as unknown
          if (name !== 'evalSha' && name !== 'evalsha') return call
          return async (...args: unknown[]) => {
            await call(...args)
            return call(...args)
          }
        },
      })
      const store = make({ client: twice })
      const ifVersion = (await store.set('a', sessionOf({}))) as string
      await store.set('a', sessionOf({ n: 1 }), undefined, { ifVersion })
      expect(await store.get('a')).toMatchObject({ n: 1 })
    })

    it('goes on when the server has forgotten its scripts', async () => {
      const store = make()
      const ifVersion = (await store.set('a', sessionOf({}))) as string
      server.ask('SCRIPT', 'FLUSH')
      await store.set('a', sessionOf({ n: 1 }), undefined, { ifVersion })
      server.ask('SCRIPT', 'FLUSH')
      await store.touch('a', sessionOf({}))
      expect(await store.get('a')).toMatchObject({ n: 1 })
    })
  })

  describe('a serializer', () => {
    const upper: Serializer = {
      stringify: (session) => `UP${JSON.stringify(session)}`,
      parse(text) {
        if (!text.startsWith('UP')) throw new SyntaxError('not UP')
        return JSON.parse(text.slice(2)) as StoredSession
      },
    }
    let opened: OpenClient
    const make = (prefix: string, serializer?: RedisStoreOptions['serializer']) =>
      new RedisStore({ client: opened.client, prefix, ...(serializer && { serializer }) })
    beforeAll(async () => {
      opened = await CLIENTS[0]![1](server.socket)
    })
    afterAll(() => opened?.close())

    it('is changed by putting the new one in front: each reads what was written before', async () => {
      await make('change:').set('json', sessionOf({ by: 'json' }))
      await make('change:', reversed).set('reversed', sessionOf({ by: 'reversed' }))
      const store = make('change:', [upper, reversed])
      await store.set('upper', sessionOf({ by: 'upper' }))
      for (const by of ['json', 'reversed', 'upper']) {
        expect(await store.get(by)).toMatchObject({ by })
      }
    })

    it('that cannot read a record is an error, never a session that is not there', async () => {
      await make('unknown:', upper).set('a', sessionOf({}))
      await expect(make('unknown:', reversed).get('a')).rejects.toThrow(SyntaxError)
    })

    it('does not read what is no JSON as nothing', async () => {
      server.ask('SET', 'broken:a', 'no JSON')
      await expect(make('broken:').get('a')).rejects.toThrow(SyntaxError)
    })
  })

  describe('beside connect-redis', () => {
    let theirs: SessionStore
    let ours: RedisStore
    let close: () => void
    beforeAll(async () => {
      const client = createClient({ socket: { path: server.socket, tls: false } })
      await client.connect()
      theirs = new ConnectRedis({ client }) as SessionStore
      ours = new RedisStore({ client })
      close = () => client.destroy()
    })
    afterAll(() => close?.())
    const put = (id: string, session: StoredSession) =>
      new Promise((resolve) => {
        theirs.set(id, session, resolve)
      })
    const versionOf = (id: string) =>
      new Promise<string>((resolve) => {
        ours.get(id, (_error, _session, version) => resolve(version as string))
      })

    it('reads its sessions, under its keys', async () => {
      await put('theirs', sessionOf({ user: 'ada', list: [1] }))
      expect(await ours.get('theirs')).toMatchObject({ user: 'ada', list: [1] })
    })

    it('is read by it', async () => {
      await ours.set('ours', sessionOf({ user: 'ada' }))
      const found = await new Promise<StoredSession>((resolve) => {
        theirs.get('ours', (_error, session) => resolve(session as StoredSession))
      })
      expect(found).toMatchObject({ user: 'ada', cookie: { originalMaxAge: 3_600_000 } })
    })

    it('writes its session when nobody else did, and only then', async () => {
      await put('both', sessionOf({ n: 1 }))
      const ifVersion = await versionOf('both')
      await put('both', sessionOf({ n: 2 }))
      await expect(
        ours.set('both', sessionOf({ n: 3 }), undefined, { ifVersion }),
      ).rejects.toMatchObject({ code: 'SESSION_CONFLICT' })
      const next = await versionOf('both')
      await ours.set('both', sessionOf({ n: 4 }), undefined, { ifVersion: next })
      expect(await ours.get('both')).toMatchObject({ n: 4 })
    })

    it('finds out that it wrote over a session of ours', async () => {
      const ifVersion = (await ours.set('over', sessionOf({ n: 1 }))) as string
      await put('over', sessionOf({ n: 2 }))
      await expect(
        ours.set('over', sessionOf({ n: 3 }), undefined, { ifVersion }),
      ).rejects.toMatchObject({ code: 'SESSION_CONFLICT' })
    })

    it('makes its session live on at a touch', async () => {
      await put('touched', sessionOf({ n: 1 }, 60_000))
      await ours.touch('touched', sessionOf({}, 7_200_000))
      expect(Number(server.ask('PTTL', 'sess:touched'))).toBeGreaterThan(3_600_000)
      expect(await ours.get('touched')).toMatchObject({ n: 1 })
    })
  })

  it('sees through the key prefix of ioredis', async () => {
    const client = new Redis(server.socket, { keyPrefix: 'app:*:' })
    const store = new RedisStore({ client })
    await store.set('a', sessionOf({ n: 1 }))
    expect(server.ask('EXISTS', 'app:*:sess:a')).toBe('1')
    expect(await store.all()).toMatchObject({ a: { n: 1 } })
    await store.clear()
    expect(await store.length()).toBe(0)
    client.disconnect()
  })

  it('reads one key in a request that changes nothing, and moves its end without reading', async () => {
    const client = new Redis(server.socket)
    const store = new RedisStore({ client, prefix: 'one:' })
    await store.set('a', sessionOf({ n: 1 }))
    await store.touch('a', sessionOf({})) // the server has the script now
    server.ask('CONFIG', 'RESETSTAT')
    await store.get('a')
    await store.touch('a', sessionOf({}))
    const { get, evalsha, eval: evaluated, ...others } = callsOf(server)
    expect([evalsha, evaluated]).toEqual([1, undefined])
    expect(get).toBe(2) // the second by the script, in the server
    expect(Object.keys(others).toSorted()).toEqual(['config|resetstat', 'psetex'])
    client.disconnect()
  })
})

function callsOf(server: RedisServer): Record<string, number> {
  const lines = server.ask('INFO', 'commandstats').matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)
  return Object.fromEntries([...lines].map(([, name, calls]) => [name, Number(calls)]))
}

function in1Hour(): Date {
  return new Date(Date.now() + 3_600_000)
}

function sessionOf(data: object, maxAge = 3_600_000): StoredSession {
  const expires = new Date(Date.now() + maxAge)
  return { ...data, cookie: { originalMaxAge: maxAge, expires, httpOnly: true, path: '/' } }
}

function failing(error: Error): RedisStore {
  const fail = async (): Promise<never> => {
    throw error
  }
  return new RedisStore({
    client: { get: fail, psetex: fail, del: fail, evalsha: fail, eval: fail },
  })
}
