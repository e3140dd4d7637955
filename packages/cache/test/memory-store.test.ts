import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { memoryStore } from '@tokkyu/cache'

import { Leases } from '../src/stores/leases.ts'
import { TagIndex } from '../src/stores/tag-index.ts'
import { weightOf } from '../src/stores/weight.ts'
import { storeContract } from './store-contract.ts'

storeContract('a memory store', () => ({ store: memoryStore() }))

describe('a memory store', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('forgets an entry when its time is over, not before', () => {
    const store = memoryStore()
    store.set('a', 1, { ttl: 1000 })
    vi.advanceTimersByTime(999)
    expect(store.get('a')).toBe(1)
    vi.advanceTimersByTime(1)
    expect(store.get('a')).toBeUndefined()
    expect([store.size, store.bytes]).toEqual([0, 0])
  })

  it('makes room by what was used longest ago', () => {
    const store = memoryStore({ maxBytes: 30, maxEntryBytes: 10 })
    for (const key of ['a', 'b', 'c']) store.set(key, key, { ttl: Infinity, size: 10 })
    store.get('a')
    store.set('d', 'd', { ttl: Infinity, size: 10 })
    expect(['a', 'b', 'c', 'd'].map((key) => store.get(key))).toEqual(['a', undefined, 'c', 'd'])
    expect(store.bytes).toBe(30)
  })

  it('passes over what is too large, and what it would have replaced is gone', () => {
    const store = memoryStore({ maxBytes: 1000, maxEntryBytes: 500 })
    store.set('a', 'small', { ttl: Infinity })
    store.set('a', 'x'.repeat(500), { ttl: Infinity })
    store.set('b', 'huge', { ttl: Infinity, size: Infinity })
    expect([store.get('a'), store.get('b'), store.bytes]).toEqual([undefined, undefined, 0])
  })

  it('weighs what is not weighed for it: 20,000 entries stay within the bound', () => {
    const store = memoryStore({ maxBytes: 1_000_000 })
    for (let n = 0; n < 20_000; n++) store.set(`key ${n}`, { n }, { ttl: Infinity })
    expect(store.bytes).toBeLessThanOrEqual(1_000_000)
    expect(store.size).toBeLessThan(10_000)
  })

  it.each([
    [{ maxBytes: 0 }, 'maxBytes'],
    [{ maxBytes: Infinity }, 'maxBytes'],
    [{ maxEntryBytes: -1 }, 'maxEntryBytes'],
  ])('refuses %o', (options, option) => {
    expect(() => memoryStore(options)).toThrow(
      expect.objectContaining({ code: 'CACHE_BAD_OPTION', option }),
    )
  })

  it('refuses a time or a size that is none', () => {
    expect(() => memoryStore().set('a', 1, { ttl: Number.NaN })).toThrow('option "ttl"')
    expect(() => memoryStore().set('a', 1, { ttl: 1, size: -1 })).toThrow('option "size"')
  })

  it('does as a plain map with times and tags would', () => {
    const key = fc.constantFrom('a', 'ab', 'b', 'ba')
    const tag = fc.constantFrom('x', 'y')
    const step = fc.oneof(
      fc.record({ does: fc.constant('set'), key, ttl: fc.nat(20), tags: fc.uniqueArray(tag) }),
      fc.record({ does: fc.constant('delete'), key }),
      fc.record({ does: fc.constant('deleteByTag'), tag }),
      fc.record({ does: fc.constant('deleteByPrefix'), prefix: fc.constantFrom('', 'a', 'ab') }),
      fc.record({ does: fc.constant('wait'), ms: fc.nat(10) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const store = memoryStore()
        const model = new Map<string, { value: number; until: number; tags: readonly string[] }>()
        for (const [value, each] of steps.entries()) {
          if ('ttl' in each) {
            store.set(each.key, value, each)
            model.set(each.key, { value, until: Date.now() + each.ttl, tags: each.tags })
          } else if ('key' in each) {
            store.delete(each.key)
            model.delete(each.key)
          } else if ('tag' in each) {
            store.deleteByTag(each.tag)
            for (const [at, { tags }] of model) if (tags.includes(each.tag)) model.delete(at)
          } else if ('prefix' in each) {
            store.deleteByPrefix(each.prefix)
            for (const at of model.keys()) if (at.startsWith(each.prefix)) model.delete(at)
          } else vi.advanceTimersByTime(each.ms)
          for (const at of ['a', 'ab', 'b', 'ba']) {
            const expected = model.get(at)
            expect(store.get(at)).toBe(
              expected && expected.until > Date.now() ? expected.value : undefined,
            )
          }
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('the index of tags', () => {
  it('remembers nothing of entries that are gone', () => {
    const index = new TagIndex()
    index.add('a', ['x', 'y'])
    index.add('a', ['y'])
    index.add('b', ['y'])
    expect([index.keysOf('x'), index.keysOf('y')]).toEqual([[], ['a', 'b']])
    index.remove('a')
    index.remove('b')
    expect(index.size).toBe(0)
  })
})

describe('leases', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('that nobody gives back are forgotten', () => {
    const leases = new Leases()
    for (let n = 0; n < 100; n++) leases.take(`key ${n}`, 10)
    vi.advanceTimersByTime(10)
    leases.take('last', 10)
    expect(leases.size).toBe(1)
  })
})

describe('the weight of an entry', () => {
  it.each([
    ['a buffer', Buffer.alloc(1000), 1000],
    ['a string', 'x'.repeat(500), 1000],
    ['a list of strings', Array.from({ length: 10 }, () => 'x'.repeat(50)), 1000],
    ['a map', new Map([['k', Buffer.alloc(1000)]]), 1000],
  ])('is at least what %s takes', (_name, value, least) => {
    expect(weightOf('key', value)).toBeGreaterThan(least)
    expect(weightOf('key', value)).toBeLessThan(least + 1000)
  })

  it('ends for an object that holds itself', () => {
    const circle: { self?: unknown } = {}
    circle.self = circle
    expect(weightOf('key', circle)).toBeLessThan(1000)
  })
})
