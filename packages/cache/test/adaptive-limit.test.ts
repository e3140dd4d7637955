import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { limit, type LimitOptions } from '@tokkyu/cache'

import { type AdaptiveGoals, AdaptiveLimit } from '../src/shedding/adaptive-limit.ts'

/** One that has risen to its `max`. */
function limitOf(goals: Partial<AdaptiveGoals>): AdaptiveLimit {
  const adaptive = new AdaptiveLimit({ max: 100, min: 1, delay: 50, latency: 200, ...goals })
  for (let at = 0; at < 10; at++) adaptive.look(QUIET, -1)
  return adaptive
}

const QUIET = { delay: 0, inside: 0, mayRise: true }

describe('an adaptive limit', () => {
  it('begins low, and doubles until all that is allowed are in', () => {
    const adaptive = new AdaptiveLimit({ max: 100, min: 1, delay: 50, latency: 200 })
    const seen = [1, 2, 3, 4].map(() => {
      const { current } = adaptive
      adaptive.look(QUIET, 0)
      return current
    })
    expect(seen).toEqual([16, 32, 64, 100])
  })

  it.each([
    [50, 100],
    [55, 90],
    [62.5, 80],
    [100, 50],
    [5000, 50],
  ])('whose event loop was %d ms late, and may be 50, is %i', (delay, current) => {
    const adaptive = limitOf({})
    adaptive.look({ ...QUIET, delay }, 0)
    expect(adaptive.current).toBe(current)
  })

  it.each([
    [[200], 100],
    [[100, 300], 100],
    [[250], 80],
    [[150, 350], 80],
    [[3000], 50],
  ])('whose calls took %j ms, and may take 200, is %i', (times, current) => {
    const adaptive = limitOf({})
    for (const time of times) adaptive.count(0, time)
    adaptive.look({ ...QUIET, inside: 10 }, 3000)
    expect(adaptive.current).toBe(current)
  })

  it('falls by one at least, and not below its lowest', () => {
    const adaptive = limitOf({ max: 5, min: 3 })
    const seen = [1, 2, 3, 4].map(() => {
      adaptive.look({ ...QUIET, delay: 50.1 }, 0)
      return adaptive.current
    })
    expect(seen).toEqual([4, 3, 3, 3])
  })

  it('does not fall again before those who are too many have left', () => {
    const adaptive = limitOf({})
    adaptive.look({ delay: 100, inside: 100, mayRise: true }, 0)
    adaptive.look({ delay: 100, inside: 51, mayRise: true }, 50)
    expect(adaptive.current).toBe(50)
    adaptive.look({ delay: 100, inside: 50, mayRise: true }, 100)
    expect(adaptive.current).toBe(25)
  })

  it('does not fall for what those took who were let in before it fell', () => {
    const adaptive = limitOf({})
    adaptive.look({ ...QUIET, delay: 100 }, 1000)
    adaptive.count(999, 9000)
    adaptive.count(1000, 1200)
    adaptive.look(QUIET, 9000)
    expect(adaptive.current).toBe(53)
  })

  it('rises only while more is wanted', () => {
    const adaptive = limitOf({})
    adaptive.look({ ...QUIET, delay: 100 }, 0)
    adaptive.look({ delay: 0, inside: 20, mayRise: false }, 50)
    expect(adaptive.current).toBe(50)
  })

  it('stays within its bounds, and finds its way back to all, whatever it saw', () => {
    const look = fc.record({
      delay: fc.double({ min: -1, max: 1000, noNaN: true }),
      inside: fc.nat(300),
      mayRise: fc.boolean(),
      took: fc.array(fc.nat(2000), { maxLength: 3 }),
    })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.array(look), (max, looks) => {
        const adaptive = limitOf({ max })
        for (const [at, { took, ...seen }] of looks.entries()) {
          const before = adaptive.current
          const now = at * 50
          for (const time of took) adaptive.count(now - time, now)
          adaptive.look(seen, now)
          expect(adaptive.current).toBeGreaterThanOrEqual(Math.max(1, Math.floor(before / 2)))
          expect(adaptive.current).toBeLessThanOrEqual(max)
          const mustFall = seen.delay > 50 && seen.inside <= before && before > 1
          expect(mustFall && adaptive.current >= before).toBe(false)
        }
        for (let at = 0; at < 100; at++) adaptive.look(QUIET, 1e6)
        expect(adaptive.current).toBe(max)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a limited function that adapts', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  it.each<[Partial<LimitOptions<[]>>, string]>([
    [{ adaptive: 'yes' as never }, 'adaptive'],
    [{ adaptive: null as never }, 'adaptive'],
    [{ adaptive: true, max: Infinity }, 'max'],
    [{ adaptive: { min: 0 } }, 'adaptive.min'],
    [{ adaptive: { min: 11 } }, 'adaptive.min'],
    [{ adaptive: { delay: 0 } }, 'adaptive.delay'],
    [{ adaptive: { latency: -1 } }, 'adaptive.latency'],
  ])('is not made with %o', (options, option) => {
    expect(() => limit(() => {}, { max: 10, ...options })).toThrow(
      expect.objectContaining({ code: 'CACHE_BAD_OPTION', option }),
    )
  })

  it('lets fewer in while the event loop is late, and more again when it is not', async () => {
    let late = 0
    const clock = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => clock() + late)
    let inside = 0
    const serve = async (): Promise<void> => {
      inside++
      await new Promise((resolve) => setTimeout(resolve, 10))
      inside--
    }
    const limited = limit(serve, { max: 8, queue: Infinity, timeout: Infinity, adaptive: true })
    const calls = Array.from({ length: 4000 }, () => limited())
    await vi.advanceTimersByTimeAsync(45)
    expect(inside).toBe(8)
    late = 1000
    await vi.advanceTimersByTimeAsync(20)
    expect(inside).toBe(4)
    await vi.advanceTimersByTimeAsync(60)
    expect(inside).toBe(5)
    await vi.advanceTimersByTimeAsync(200)
    expect(inside).toBe(8)
    await vi.runAllTimersAsync()
    await Promise.all(calls)
    expect(vi.getTimerCount()).toBe(0)
  })
})
