import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MemoryStore } from '@tokkyu/session'
import type { StoredSession } from '@tokkyu/session'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const session = (n: number, ms?: number): StoredSession => ({
  n,
  cookie: { originalMaxAge: ms ?? null, expires: ms ? new Date(Date.now() + ms) : null, path: '/' },
})
const pass = (ms: number): void => {
  vi.setSystemTime(Date.now() + ms)
}

describe('a MemoryStore', () => {
  it('is bounded: what was not used for longest makes room', async () => {
    const store = new MemoryStore({ max: 3 })
    for (const id of ['a', 'b', 'c']) await store.set(id, session(1))
    await store.get('a')
    await store.set('d', session(1))
    expect(Object.keys(store.sessions).toSorted()).toEqual(['a', 'c', 'd'])
  })

  it('knows the order of use, whatever is done with its sessions', () => {
    const act = fc.tuple(
      fc.constantFrom('set', 'set', 'get', 'get', 'destroy', 'pass', 'clear'),
      fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      fc.constantFrom(5, 50, undefined),
    )
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const store = new MemoryStore({ max: 3 })
        let expected: { id: string; ends: number }[] = []
        for (const [verb, id, ms] of acts) {
          expected = expected.filter(({ ends }) => ends > Date.now())
          const found = expected.find((one) => one.id === id)
          const others = expected.filter((one) => one !== found)
          if (verb === 'set') {
            store.set(id, session(1, ms), () => {}, { direct: true })
            expected = [...others, { id, ends: ms ? Date.now() + ms : Infinity }].slice(-3)
          } else if (verb === 'get') {
            store.get(id, () => {}, { direct: true })
            if (found) expected = [...others, found]
          } else if (verb === 'destroy') {
            store.destroy(id, () => {})
            expected = others
          } else if (verb === 'pass') {
            pass(10)
          } else {
            store.clear(() => {})
            expected = []
          }
        }
        const alive = expected.filter(({ ends }) => ends > Date.now())
        expect(Object.keys(store.sessions)).toEqual(alive.map((one) => one.id))
      }),
      { seed: 3, numRuns: 300 },
    )
  })

  it('keeps a session without an expiry one day after its last use', async () => {
    const store = new MemoryStore()
    await store.set('a', session(1))
    pass(23 * 3_600_000)
    await store.touch('a', session(1))
    pass(23 * 3_600_000)
    expect(await store.length()).toBe(1)
    pass(2 * 3_600_000)
    expect(await store.length()).toBe(0)
  })

  it('takes another time to live', async () => {
    const store = new MemoryStore({ ttl: 1000 })
    await store.set('a', session(1))
    pass(1001)
    expect(await store.get('a')).toBeUndefined()
  })

  it('lets go of the expired at writes, without being asked for them', async () => {
    const store = new MemoryStore({ max: 1000 })
    for (let n = 0; n < 100; n++) await store.set(`old${n}`, session(n, 50))
    pass(100)
    const entries = (store as unknown as { table: { size: number } }).table
    for (let n = 0; n < 100; n++) await store.set(`new${n}`, session(n, 60_000))
    expect(entries.size).toBeLessThanOrEqual(110)
  })

  it('keeps its size bounded under a flood', async () => {
    const store = new MemoryStore({ max: 100 })
    for (let n = 0; n < 5000; n++) store.set(`id${n}`, session(n), () => {}, { direct: true })
    expect(await store.length()).toBe(100)
  })

  it('tells all, their number, and forgets them, by callback or promise', async () => {
    const store = new MemoryStore()
    await store.set('a', session(1, 60_000))
    await store.set('b', session(2, 60_000))
    const all = await new Promise((resolve) => {
      store.all((_error, sessions) => resolve(Object.keys(sessions ?? {})))
    })
    expect(all).toEqual(['a', 'b'])
    expect(await new Promise((resolve) => store.length((_error, length) => resolve(length)))).toBe(
      2,
    )
    await new Promise<void>((resolve) => store.clear(() => resolve()))
    expect(await store.all()).toEqual({})
  })

  it('calls back later, never before its call has returned', async () => {
    const store = new MemoryStore()
    const order: string[] = []
    const done = new Promise<void>((resolve) => {
      store.set('a', session(1), () => {
        order.push('called back')
        resolve()
      })
    })
    order.push('returned')
    await done
    expect(order).toEqual(['returned', 'called back'])
  })

  it.each([{ max: 0 }, { max: Number.NaN }, { ttl: 0 }])('refuses %j at once', (options) => {
    expect(() => new MemoryStore(options)).toThrow(
      expect.objectContaining({ code: 'SESSION_BAD_OPTION' }),
    )
  })
})
