import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type CacheStore, memoize, memoryStore } from '@tokkyu/cache'

import { deferred } from './deferred.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Lets what goes on in the background go on. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

/** Collects what a diagnostics channel says while `run` runs. */
async function heard(name: string, run: () => Promise<void>): Promise<unknown[]> {
  const messages: unknown[] = []
  const listen = (message: unknown): void => void messages.push(message)
  subscribe(name, listen)
  await run().finally(() => unsubscribe(name, listen))
  return messages
}

type Load = (id: string) => Promise<string>

describe('a memoized function', () => {
  it('answers from what it kept while that is fresh', async () => {
    const load = vi.fn<Load>(async (id) => `user ${id}`)
    const user = memoize(load, { ttl: 1000, jitter: 0 })
    expect(await user('7')).toBe('user 7')
    vi.advanceTimersByTime(999)
    expect(await user('7')).toBe('user 7')
    expect(load).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(1)
    await user('7')
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('asks once for a burst on a cold key, and once for one on a key that ran out', async () => {
    const load = vi.fn<Load>(
      (id) => new Promise((resolve) => setTimeout(() => resolve(`user ${id}`), 50)),
    )
    const user = memoize(load, { ttl: 1000, jitter: 0 })
    for (const calls of [1, 2]) {
      const burst = Promise.all(Array.from({ length: 5000 }, () => user('7')))
      await vi.advanceTimersByTimeAsync(50)
      expect(new Set(await burst)).toEqual(new Set(['user 7']))
      expect(load).toHaveBeenCalledTimes(calls)
      vi.advanceTimersByTime(1000)
    }
  })

  it('keeps undefined, null and false as it keeps any answer', async () => {
    for (const answer of [undefined, null, false]) {
      const load = vi.fn<(id: string) => unknown>(() => answer)
      const find = memoize(load, { ttl: 1000 })
      expect([await find('7'), await find('7')]).toEqual([answer, answer])
      expect(load).toHaveBeenCalledTimes(1)
    }
  })

  it('does not keep an error', async () => {
    const load = vi.fn<Load>().mockRejectedValueOnce(new RangeError('down')).mockResolvedValue('up')
    const user = memoize(load, { ttl: 1000 })
    await expect(user('7')).rejects.toThrow('down')
    expect(await user('7')).toBe('up')
  })

  it('is told by each result how long it is good, and by what it is forgotten', async () => {
    const store = memoryStore()
    const load = vi.fn<(id: string) => { ttl: number; team: string }>((id) => ({
      ttl: id === 'short' ? 10 : 1000,
      team: 'blue',
    }))
    const user = memoize(load, {
      ttl: (result) => result.ttl,
      tags: (result, id) => [`team:${result.team}`, `id:${id}`],
      jitter: 0,
      store,
    })
    await Promise.all([user('short'), user('long')])
    vi.advanceTimersByTime(10)
    await Promise.all([user('short'), user('long')])
    expect(load.mock.calls.map(([id]) => id)).toEqual(['short', 'long', 'short'])
    store.deleteByTag('team:blue')
    await Promise.all([user('short'), user('long')])
    expect(load).toHaveBeenCalledTimes(5)
  })

  it('keeps nothing that is good for no time', async () => {
    const load = vi.fn<Load>(async (id) => id)
    const user = memoize(load, { ttl: () => 0, staleIfError: 1000 })
    await user('7')
    await user('7')
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('shortens the time at random, by the jitter at most', async () => {
    const store = memoryStore()
    const spy = vi.spyOn(Math, 'random')
    for (const [random, expected] of [
      [0, 1000],
      [0.5, 950],
      [0.999, 900.1],
    ] as const) {
      spy.mockReturnValue(random)
      await memoize(async (id: string) => id, { ttl: 1000, store })(`${random}`)
      expect(store.get(`${random}`)).toMatchObject({ freshUntil: Date.now() + expected })
    }
    spy.mockRestore()
  })

  it.each([
    [{ ttl: -1 }, 'ttl'],
    [{}, 'ttl'],
    [{ ttl: 1, jitter: 2 }, 'jitter'],
    [{ ttl: 1, tags: 'all' }, 'tags'],
    [{ ttl: 1, staleIfError: Number.NaN }, 'staleIfError'],
    [{ ttl: 1, storeTimeout: 0 }, 'storeTimeout'],
  ])('refuses %o when it is made', (options, option) => {
    expect(() => memoize((id: string) => id, options as never)).toThrow(
      expect.objectContaining({ code: 'CACHE_BAD_OPTION', option }),
    )
  })
})

describe('a stale result', () => {
  it('goes out at once while it is renewed, once', async () => {
    const answers = [deferred<string>(), deferred<string>()]
    const load = vi.fn<Load>()
    for (const { promise } of answers) load.mockReturnValueOnce(promise)
    const user = memoize(load, { ttl: 1000, staleWhileRevalidate: 1000, jitter: 0 })
    answers[0]!.resolve('old')
    await user('7')
    vi.advanceTimersByTime(1500)
    expect(await Promise.all([user('7'), user('7'), user('7')])).toEqual(['old', 'old', 'old'])
    await settle()
    expect(load).toHaveBeenCalledTimes(2)
    answers[1]!.resolve('new')
    await settle()
    expect(await user('7')).toBe('new')
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('goes out when the call fails, and the failure is told once for each call', async () => {
    const load = vi.fn<Load>().mockResolvedValueOnce('old')
    const user = memoize(load, { ttl: 1000, staleIfError: 60_000, jitter: 0 })
    await user('7')
    vi.advanceTimersByTime(30_000)
    load.mockRejectedValue(new RangeError('database down'))
    const messages = await heard('tokkyu.cache.refresh-failed', async () => {
      const burst = await Promise.all(Array.from({ length: 100 }, () => user('7')))
      expect(new Set(burst)).toEqual(new Set(['old']))
    })
    expect(load).toHaveBeenCalledTimes(2)
    expect(messages).toMatchObject([{ key: '7', error: { message: 'database down' } }])
    vi.advanceTimersByTime(31_000)
    await expect(user('7')).rejects.toThrow('database down')
  })

  it('goes out when the call is too slow', async () => {
    const load = vi.fn<Load>().mockResolvedValueOnce('old')
    const user = memoize(load, { ttl: 1000, staleIfError: 60_000, timeout: 50, jitter: 0 })
    await user('7')
    vi.advanceTimersByTime(1000)
    load.mockReturnValue(deferred<string>().promise)
    const stale = user('7')
    await vi.advanceTimersByTimeAsync(50)
    expect(await stale).toBe('old')
  })

  it('leaves no unhandled rejection when it is renewed in vain', async () => {
    const load = vi
      .fn<Load>()
      .mockResolvedValueOnce('old')
      .mockRejectedValue(new RangeError('down'))
    const user = memoize(load, { ttl: 1000, staleWhileRevalidate: 1000, jitter: 0 })
    await user('7')
    vi.advanceTimersByTime(1500)
    const messages = await heard('tokkyu.cache.refresh-failed', async () => {
      expect(await Promise.all([user('7'), user('7')])).toEqual(['old', 'old'])
      await settle()
    })
    expect(messages).toHaveLength(1)
  })

  it('does as a model of RFC 5861 says, whatever happens when', async () => {
    const step = fc.oneof(
      fc.record({ wait: fc.integer({ min: 1, max: 60 }) }),
      fc.record({ works: fc.boolean() }),
      fc.constant('delete' as const),
    )
    const times = fc.record({ ttl: fc.nat(30), swr: fc.nat(30), sie: fc.nat(30) })
    await fc.assert(
      fc.asyncProperty(
        times,
        fc.array(step, { maxLength: 40 }),
        async ({ ttl, swr, sie }, steps) => {
          let works = true
          let calls = 0
          const answer = memoize(
            (_id: string) => {
              calls++
              if (!works) throw new RangeError('down')
              return calls
            },
            { ttl, staleWhileRevalidate: swr, staleIfError: sie, jitter: 0 },
          )
          let kept: { result: number; until: number } | undefined
          let expectedCalls = 0
          for (const each of steps) {
            if (each === 'delete') {
              await answer.delete('k')
              kept = undefined
            } else if ('wait' in each) await vi.advanceTimersByTimeAsync(each.wait)
            else works = each.works

            const now = Date.now()
            const age = kept ? now - kept.until : Infinity
            const old = kept?.result
            if (age >= 0) {
              expectedCalls++
              if (works) kept = ttl === 0 ? undefined : { result: expectedCalls, until: now + ttl }
            }
            const inTime = age < 0 || age < swr
            const expected = inTime ? old : works ? expectedCalls : age < sie ? old : 'down'
            const got = await answer('k').catch((error: Error) => error.message)
            await settle()
            expect({ got, calls }).toEqual({ got: expected, calls: expectedCalls })
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})

describe('a result that is deleted', () => {
  it('does not come back by a call that was under way', async () => {
    const answers = [deferred<string>(), deferred<string>()]
    const load = vi.fn<Load>()
    for (const { promise } of answers) load.mockReturnValueOnce(promise)
    const user = memoize(load, { ttl: 1000 })
    const before = user('7')
    await settle()
    await user.delete('7')
    const after = user('7')
    await settle()
    answers[0]!.resolve('read before')
    answers[1]!.resolve('read after')
    expect([await before, await after]).toEqual(['read before', 'read after'])
    expect(await user('7')).toBe('read after')
    expect(load).toHaveBeenCalledTimes(2)
  })
})

/** Two functions with one store are as two processes: neither knows of the other's flights. */
const processes = (load: Load, store: CacheStore) =>
  [1, 2, 3, 4].map(() => memoize(load, { ttl: 1000, jitter: 0, store }))

describe('a store that several processes share', () => {
  it('lets one of them call; the others wait for what it stores', async () => {
    const load = vi.fn<Load>(
      (id) => new Promise((resolve) => setTimeout(() => resolve(`user ${id}`), 50)),
    )
    const answers = Promise.all(processes(load, memoryStore()).map((user) => user('7')))
    await vi.advanceTimersByTimeAsync(200)
    expect(await answers).toEqual(['user 7', 'user 7', 'user 7', 'user 7'])
    expect(load).toHaveBeenCalledTimes(1)
  })

  it('lets the next of them call when the first fails', async () => {
    const load = vi.fn<Load>().mockRejectedValueOnce(new RangeError('down')).mockResolvedValue('up')
    const answers = Promise.allSettled(processes(load, memoryStore()).map((user) => user('7')))
    await vi.advanceTimersByTimeAsync(500)
    expect((await answers).map((each) => each.status === 'fulfilled' && each.value)).toEqual([
      false,
      'up',
      'up',
      'up',
    ])
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('does not make them wait longer than their patience, and then nothing is stored', async () => {
    const store = memoryStore()
    store.acquire('7', 60_000)
    const user = memoize(async (id: string) => id, { ttl: 1000, patience: 200, store })
    const answer = user('7')
    await vi.advanceTimersByTimeAsync(199)
    expect(store.size).toBe(0)
    await vi.advanceTimersByTimeAsync(100)
    expect(await answer).toBe('7')
    expect(store.size).toBe(0)
  })

  it('leaves a key to one who is slow, and takes it from one who died', async () => {
    const store = memoryStore()
    const load = vi.fn<Load>(
      (id) => new Promise((resolve) => setTimeout(() => resolve(`user ${id}`), 4000)),
    )
    const options = { ttl: 60_000, lease: 100, patience: 60_000, store }
    const first = memoize(load, options)
    const second = memoize(load, options)
    const slow = Promise.all([first('slow'), second('slow')])
    await vi.advanceTimersByTimeAsync(5000)
    expect(await slow).toEqual(['user slow', 'user slow'])
    expect(load).toHaveBeenCalledTimes(1)

    // Nobody renews this one.
    store.acquire('dead', 100)
    const after = second('dead')
    await vi.advanceTimersByTimeAsync(99)
    expect(load).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(5000)
    expect(await after).toBe('user dead')
    expect(load).toHaveBeenCalledTimes(2)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('waits for a silent store once, then asks it again now and then', async () => {
    let isSilent = true
    const inner = memoryStore()
    const asked = vi.fn<() => void>()
    const answer = async <Value>(value: Value): Promise<Value> => {
      asked()
      return isSilent ? new Promise<never>(() => {}) : value
    }
    const store = {
      get: (key: string) => answer(inner.get(key)),
      acquire: (key: string, ttl: number) => answer(inner.acquire(key, ttl)),
    } as CacheStore
    const user = memoize(async (id: string) => id, { ttl: 60_000, store, storeTimeout: 100 })
    const first = user('1')
    await vi.advanceTimersByTimeAsync(100)
    expect(await first).toBe('1')
    expect(await user('2')).toBe('2')
    expect(asked).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(100)
    const probe = user('3')
    expect(await user('4')).toBe('4')
    expect(asked).toHaveBeenCalledTimes(2)
    isSilent = false
    await vi.advanceTimersByTimeAsync(200)
    expect(await probe).toBe('3')
    expect([await user('5'), await user('5')]).toEqual(['5', '5'])
    expect(inner.get('5')).toMatchObject({ result: '5' })
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each<[string, () => unknown]>([
    ['throws', () => fail()],
    ['rejects', () => Promise.reject(new RangeError('store down'))],
    ['never answers', () => new Promise(() => {})],
  ])('costs only its answers when it %s', async (_how, answer) => {
    const broken = Object.fromEntries(
      ['get', 'set', 'delete', 'acquire'].map((name) => [name, answer]),
    ) as unknown as CacheStore
    const load = vi.fn<Load>((id) => new Promise((resolve) => setTimeout(() => resolve(id), 10)))
    const user = memoize(load, { ttl: 1000, store: broken, storeTimeout: 100 })
    const messages = await heard('tokkyu.cache.store-failed', async () => {
      const both = Promise.all([user('7'), user('7')])
      await vi.advanceTimersByTimeAsync(1000)
      expect(await both).toEqual(['7', '7'])
    })
    expect(load).toHaveBeenCalledTimes(1)
    expect(messages.length).toBeGreaterThan(0)
    expect(vi.getTimerCount()).toBe(0)
  })
})

function fail(): never {
  throw new RangeError('store down')
}
