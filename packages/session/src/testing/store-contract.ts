import assert from 'node:assert/strict'
import type { SessionStore, StoredSession, Version } from '../session/session-store.ts'
import { Client } from './client.ts'
import { Probe, plain, session } from './probe.ts'

/** One sentence about stores, and the proof of it; it rejects when the store breaks its word. */
export interface StoreCase {
  /** What a store does, for the title of a test, such as `replaces a session`. */
  readonly name: string
  /** Proves it on a store made for this case; rejects with an `AssertionError` when it does not hold. */
  readonly run: () => Promise<void>
}

/** What `storeContract()` must know of the stores it is given. */
export interface StoreContractOptions {
  /** Whether the store gives versions and honours `ifVersion`, as its `versions` says. @default true */
  readonly versions?: boolean | undefined
  /** Closes a store after its case. @default nothing */
  readonly dispose?: ((store: SessionStore) => unknown) | undefined
}

/**
 * What every session store has to do, as cases for any test runner.
 *
 * @param create - gives an empty store for each case.
 * @example for (const { name, run } of storeContract(() => new MyStore())) test(name, run)
 */
export function storeContract(
  create: () => SessionStore | Promise<SessionStore>,
  { versions = true, dispose }: StoreContractOptions = {},
): StoreCase[] {
  const cases = {
    ...EVERY_STORE,
    ...UNDER_SESSIONS,
    ...(versions ? WITH_VERSIONS : WITHOUT_VERSIONS),
  }
  return Object.entries(cases).map(([name, prove]) => ({
    name,
    async run() {
      const store = await create()
      try {
        await prove(new Probe(store))
      } finally {
        await dispose?.(store)
      }
    },
  }))
}

type Cases = Record<string, (store: Probe) => Promise<void>>

const WITHOUT_VERSIONS: Cases = {
  async 'does not say that it has versions'(store) {
    assert.notEqual(
      store.store.versions,
      true,
      'The store has `versions: true`: prove it without `{ versions: false }`, or take the property away',
    )
  },
}

const EVERY_STORE: Cases = {
  async 'gives nothing for an unknown id'(store) {
    assert.equal((await store.get('unknown')).session, undefined)
  },

  async 'gives back what was stored, cookie included'(store) {
    const data = {
      user: 'ada',
      list: [1, { deep: true }],
      text: 'žluťoučký\n\t"kůň" 特急 \u2028',
      none: null,
    }
    await store.set('a', session(data, { maxAge: 60_000, path: '/app', sameSite: 'lax' }))
    const { session: found } = await store.get('a')
    assert.ok(found)
    const { cookie, ...rest } = found
    assert.deepEqual(plain(rest), data)
    assert.equal(cookie.path, '/app')
    assert.equal(cookie.sameSite, 'lax')
    assert.equal(cookie.originalMaxAge, 60_000)
    const left = new Date(cookie.expires as Date).getTime() - Date.now()
    assert.ok(left > 50_000 && left <= 60_000, `expires in ${left} ms`)
  },

  async 'replaces a session'(store) {
    await store.set('a', session({ one: 1, two: 2 }))
    await store.set('a', session({ one: 'uno' }))
    assert.deepEqual(await store.data('a'), { one: 'uno' })
  },

  async 'keeps sessions apart'(store) {
    await store.set('a', session({ name: 'a' }))
    await store.set('b', session({ name: 'b' }))
    assert.deepEqual(await store.data('a'), { name: 'a' })
    assert.deepEqual(await store.data('b'), { name: 'b' })
  },

  async 'keeps its own copy: neither what was given nor what was got changes it'(store) {
    const given = session({ list: [1] })
    await store.set('a', given)
    ;(given['list'] as number[]).push(2)
    const got = (await store.get('a')).session as StoredSession
    ;(got['list'] as number[]).push(3)
    assert.deepEqual(await store.data('a'), { list: [1] })
  },

  async 'removes a destroyed session, and does not mind one that is not there'(store) {
    await store.set('a', session({ n: 1 }))
    await store.destroy('a')
    assert.equal((await store.get('a')).session, undefined)
    await store.destroy('a')
  },

  async 'takes any text as an id'(store) {
    for (const id of [
      '__proto__',
      'constructor',
      'a b',
      '%',
      'é',
      '../../etc/passwd',
      'x'.repeat(200),
    ]) {
      assert.equal((await store.get(id)).session, undefined, id)
      await store.set(id, session({ id }))
      assert.deepEqual(await store.data(id), { id })
    }
  },

  async 'takes a session of 100 kB'(store) {
    const text = 'é'.repeat(50_000)
    await store.set('a', session({ text }))
    assert.deepEqual(await store.data('a'), { text })
  },

  async 'takes keys that mean something to objects'(store) {
    const data = JSON.parse('{"__proto__": {"evil": true}, "constructor": 1}') as object
    await store.set(
      'a',
      Object.defineProperties(session({}), Object.getOwnPropertyDescriptors(data)),
    )
    assert.equal((await store.data('a'))['constructor'], 1)
    assert.equal(({} as { evil?: boolean }).evil, undefined)
  },

  async 'does not give a session that has expired'(store) {
    await store.set('a', session({ n: 1 }, { maxAge: 900 }))
    assert.deepEqual(await store.data('a'), { n: 1 })
    await sleep(1600) // some stores count in seconds
    assert.equal((await store.get('a')).session, undefined)
  },

  async 'moves the expiry of a touched session, and leaves its data'(store) {
    if (!store.canTouch) return
    await store.set('a', session({ n: 1 }, { maxAge: 900 }))
    await store.touch('a', session({ n: 2 }, { maxAge: 60_000 }))
    await sleep(1600)
    assert.deepEqual(await store.data('a'), { n: 1 })
  },

  async 'does not bring a destroyed session back by a touch'(store) {
    if (!store.canTouch) return
    await store.set('a', session({ n: 1 }))
    await store.destroy('a')
    await store.touch('a', session({ n: 1 }))
    assert.equal((await store.get('a')).session, undefined)
  },

  async 'keeps many sessions written at once'(store) {
    const ids = Array.from({ length: 200 }, (_, n) => `id-${n}`)
    await Promise.all(ids.map((id) => store.set(id, session({ id }))))
    const found = await Promise.all(ids.map((id) => store.data(id)))
    assert.deepEqual(
      found,
      ids.map((id) => ({ id })),
    )
  },
}

/** What `session()` makes of it, whatever the store's calls look like. */
const UNDER_SESSIONS: Cases = {
  async 'loses none of four writes of one session at once'({ store }) {
    const client = new Client(store)
    await (await client.request()).end()
    const visits = await Promise.all(['a', 'b', 'c', 'd'].map(() => client.request()))
    for (const [n, { session: mine }] of visits.entries()) mine[`key${n}`] = n
    await Promise.all(visits.map(({ end }) => end()))
    const { cookie: _, ...data } = plain((await client.request()).session)
    assert.deepEqual(data, { key0: 0, key1: 1, key2: 2, key3: 3 })
  },

  async 'keeps a session dead that was destroyed while others write and touch it'({ store }) {
    const client = new Client(store)
    const first = await client.request()
    first.session['user'] = 'ada'
    await first.end()
    const [writer, reader, leaver] = await Promise.all([
      client.request(),
      client.request(),
      client.request(),
    ])
    writer.session['more'] = true
    const { id } = leaver.session
    await leaver.session.destroy()
    await Promise.all([writer.end(), reader.end(), leaver.end()])
    assert.equal((await new Probe(store).get(id)).session, undefined)
  },
}

const WITH_VERSIONS: Cases = {
  async 'says that it has versions'(store) {
    assert.equal(
      store.store.versions,
      true,
      'The store needs the property `versions: true`: without it session() asks for no versions. ' +
        'For a store that has none, pass `{ versions: false }` to storeContract',
    )
  },

  async 'gives each state a version, the same until it changes'(store) {
    const first = await store.set('a', session({ n: 1 }))
    assert.notEqual(first, undefined)
    assert.equal((await store.get('a')).version, first)
    assert.equal((await store.get('a')).version, first)
    const second = await store.set('a', session({ n: 2 }))
    assert.notEqual(second, first)
    assert.equal((await store.get('a')).version, second)
  },

  async 'writes when the version still holds'(store) {
    const ifVersion = (await store.set('a', session({ n: 1 }))) as Version
    const next = await store.set('a', session({ n: 2 }), { ifVersion })
    assert.deepEqual(await store.data('a'), { n: 2 })
    assert.notEqual(next, ifVersion)
  },

  async 'refuses a version that is out of date, and changes nothing'(store) {
    const ifVersion = (await store.set('a', session({ n: 1 }))) as Version
    await store.set('a', session({ n: 2 }))
    await assert.rejects(store.set('a', session({ n: 3 }), { ifVersion }), {
      code: 'SESSION_CONFLICT',
    })
    assert.deepEqual(await store.data('a'), { n: 2 })
  },

  async 'does not bring a destroyed session back by a write with a version'(store) {
    const ifVersion = (await store.set('a', session({ n: 1 }))) as Version
    await store.destroy('a')
    await assert.rejects(store.set('a', session({ n: 2 }), { ifVersion }), {
      code: 'SESSION_CONFLICT',
    })
    assert.equal((await store.get('a')).session, undefined)
  },

  async 'never gives a version twice, not even to a session made anew'(store) {
    const ifVersion = (await store.set('a', session({ n: 1 }))) as Version
    await store.destroy('a')
    await store.set('a', session({ n: 2 }))
    await assert.rejects(store.set('a', session({ n: 3 }), { ifVersion }), {
      code: 'SESSION_CONFLICT',
    })
  },

  async 'keeps the version over a touch, so that reading disturbs no writer'(store) {
    if (!store.canTouch) return
    const version = await store.set('a', session({ n: 1 }, { maxAge: 10_000 }))
    await store.touch('a', session({ n: 1 }, { maxAge: 60_000 }))
    assert.equal((await store.get('a')).version, version)
  },

  async 'lets exactly one of two writers with the same version win'(store) {
    for (let round = 0; round < 20; round++) {
      const ifVersion = (await store.set('a', session({}))) as Version
      const attempts = ['x', 'y'].map((who) => store.set('a', session({ who }), { ifVersion }))
      const results = await Promise.allSettled(attempts)
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
    }
  },

  async 'loses nothing of eight writers that read, add and retry'(store) {
    for (let round = 0; round < 10; round++) {
      await store.set('a', session({}))
      await Promise.all(Array.from({ length: 8 }, (_, n) => addKey(store, 'a', `key${n}`)))
      assert.equal(Object.keys(await store.data('a')).length, 8)
    }
  },
}

async function addKey(store: Probe, id: string, key: string): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    const { session: found, version } = await store.get(id)
    assert.ok(found && version !== undefined)
    try {
      await store.set(id, { ...found, [key]: true }, { ifVersion: version })
      return
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'SESSION_CONFLICT')
    }
  }
  assert.fail('50 times another writer was faster')
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
