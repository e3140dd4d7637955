import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { limit, type LimitOptions } from '@tokkyu/cache'

/**
 * A database that does 10 things at once in 20 ms each: 500 in a second. More share the same power, and each
 * one more costs all of them half a per cent.
 */
function database(): { query: () => Promise<number>; capacity: number } {
  let inside = 0
  const query = async (): Promise<number> => {
    inside++
    const time = 20 * Math.max(1, inside / 10) * (1 + 0.005 * Math.max(0, inside - 10))
    await new Promise((resolve) => setTimeout(resolve, time))
    inside--
    return time
  }
  return { query, capacity: 500 }
}

/** How many of its calls in a second are answered within 200 ms, at three times what it can do. */
async function goodput(options?: LimitOptions<[]>): Promise<{ good: number; capacity: number }> {
  const { query, capacity } = database()
  const ask = options ? limit(query, options) : query
  const seconds = 2
  let good = 0
  for (let at = 0; at < seconds * 1000; at += 2) {
    for (let n = 0; n < (3 * capacity) / 500; n++) {
      const begun = performance.now()
      const count = (): void => void (performance.now() - begun <= 200 && good++)
      ask().then(count, () => {})
    }
    await vi.advanceTimersByTimeAsync(2)
  }
  vi.clearAllTimers()
  return { good: good / seconds, capacity }
}

describe('a limited function that adapts', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('keeps goodput at 90 % of the peak at three times the load, where `max` alone is far too high', async () => {
    const options = { max: 400, queue: 10, timeout: 100 }
    const adaptive = await goodput({ ...options, adaptive: { latency: 30 } })
    expect(adaptive.good).toBeGreaterThan(0.9 * adaptive.capacity)
    const fixed = await goodput(options)
    expect(fixed.good).toBeLessThan(0.1 * fixed.capacity)
    const none = await goodput()
    expect(none.good).toBeLessThan(0.1 * none.capacity)
  })
})
