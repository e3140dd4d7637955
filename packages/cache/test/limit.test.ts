import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { limit } from '@tokkyu/cache'

import { Gate } from '../src/shedding/gate.ts'
import { type Deferred, deferred } from './deferred.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

/** A function whose calls stay under way until the test ends them, in the order in which they began. */
function slow(): {
  fn: (name: string) => Promise<string>
  begun: string[]
  ends: Deferred<string>[]
} {
  const begun: string[] = []
  const ends: Deferred<string>[] = []
  const fn = (name: string): Promise<string> => {
    begun.push(name)
    ends.push(deferred<string>())
    return ends.at(-1)!.promise
  }
  return { fn, begun, ends }
}

describe('a limited function', () => {
  it('runs so many times at once; the others wait in order', async () => {
    const { fn, begun, ends } = slow()
    const limited = limit(fn, { max: 2 })
    const all = ['a', 'b', 'c', 'd'].map((name) => limited(name))
    await settle()
    expect(begun).toEqual(['a', 'b'])
    ends[1]!.resolve('B')
    await settle()
    expect(begun).toEqual(['a', 'b', 'c'])
    ends[0]!.reject(new RangeError('a failed'))
    await expect(all[0]).rejects.toThrow('a failed')
    await settle()
    expect(begun).toEqual(['a', 'b', 'c', 'd'])
    ends[2]!.resolve('C')
    ends[3]!.resolve('D')
    expect(await Promise.all(all.slice(1))).toEqual(['B', 'C', 'D'])
  })

  it('refuses at once with 503 when the queue is full', async () => {
    const { fn, begun } = slow()
    const limited = limit(fn, { max: 1, queue: 1, retryAfter: 7 })
    void limited('in')
    void limited('waits').catch(() => {})
    await expect(limited('refused')).rejects.toMatchObject({
      code: 'OVERLOADED',
      status: 503,
      expose: false,
      reason: 'full',
      retryAfter: 7,
    })
    expect(begun).toEqual(['in'])
  })

  it('refuses who waited too long, and never runs it', async () => {
    const { fn, begun, ends } = slow()
    const limited = limit(fn, { max: 1, timeout: 50 })
    void limited('in')
    const late = Promise.allSettled([limited('late')])
    await vi.advanceTimersByTimeAsync(50)
    expect(await late).toMatchObject([{ reason: { code: 'OVERLOADED', reason: 'timeout' } }])
    ends[0]!.resolve('')
    await settle()
    expect(begun).toEqual(['in'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('serves the more urgent first, which take the place of others in a full queue', async () => {
    const { fn, begun, ends } = slow()
    const limited = limit(fn, { max: 1, queue: 2, priority: (name) => Number(name.at(-1)) })
    const calls = ['in 0', 'x 1', 'y 1', 'z 2', 'w 1'].map((name) => limited(name))
    const outcomes = Promise.allSettled(calls)
    for (const at of [0, 1, 2]) {
      await settle()
      ends[at]!.resolve('')
    }
    expect(begun).toEqual(['in 0', 'z 2', 'x 1'])
    expect(
      (await outcomes).map((each) => each.status === 'rejected' && each.reason.reason),
    ).toEqual([false, false, 'displaced', false, 'full'])
  })

  it('counts each key apart', async () => {
    const { fn, begun } = slow()
    const limited = limit(fn, { max: 1, queue: 0, key: (name) => name.charAt(0) })
    for (const name of ['a1', 'b1']) void limited(name)
    await expect(limited('a2')).rejects.toMatchObject({ reason: 'full' })
    expect(begun).toEqual(['a1', 'b1'])
  })

  it.each([
    [{ max: 0 }, 'max'],
    [{}, 'max'],
    [{ max: 1, queue: -1 }, 'queue'],
    [{ max: 1, timeout: 0 }, 'timeout'],
    [{ max: 1, retryAfter: 1.5 }, 'retryAfter'],
    [{ max: 1, priority: 3 }, 'priority'],
  ])('refuses %o when it is made', (options, option) => {
    expect(() => limit(() => {}, options as never)).toThrow(
      expect.objectContaining({ code: 'CACHE_BAD_OPTION', option }),
    )
  })
})

describe('a gate', () => {
  it('never lets in more than it may, loses nobody, and tells each one thing', () => {
    const step = fc.oneof(
      fc.record({ comes: fc.nat(2) }),
      fc.constant('leaves' as const),
      fc.constant('gives up' as const),
      fc.constant('time' as const),
    )
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.nat(3),
        fc.array(step),
        (max, queue, steps) => {
          const gate = new Gate({ max, queue, timeout: 10 })
          let inside = 0
          let unsaid = 0
          const queued = new Set<() => void>()
          for (const each of steps) {
            if (typeof each === 'object') {
              unsaid++
              let giveUp: (() => void) | undefined
              const said = (entered: boolean) => () => {
                unsaid--
                if (entered) inside++
                if (giveUp) queued.delete(giveUp)
              }
              giveUp = gate.enter({
                priority: each.comes,
                onEnter: said(true),
                onRefused: said(false),
              })
              if (giveUp) queued.add(giveUp)
            } else if (each === 'leaves' && inside > 0) {
              inside--
              gate.leave(0)
            } else if (each === 'gives up') {
              const [first] = queued
              if (first) {
                queued.delete(first)
                first()
                unsaid--
              }
            } else if (each === 'time') vi.advanceTimersByTime(10)
            expect(inside).toBeLessThanOrEqual(max)
            expect(unsaid).toBe(queued.size)
            expect(queued.size).toBeLessThanOrEqual(queue)
            expect(inside < max && queued.size > 0).toBe(false)
          }
          while (inside > 0) {
            inside--
            gate.leave(0)
          }
          expect(gate.isForgettable).toBe(true)
        },
      ),
      { numRuns: 300 },
    )
  })
})
