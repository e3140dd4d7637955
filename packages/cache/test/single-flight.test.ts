import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type CallContext, CallTimeoutError, singleFlight } from '@tokkyu/cache'

import { deferred } from './deferred.ts'

describe('a single flight', () => {
  it('makes many callers into one call', async () => {
    const answer = deferred<string>()
    const load = vi.fn<(id: string) => Promise<string>>(() => answer.promise)
    const user = singleFlight(load)
    const waiting = Array.from({ length: 5_000 }, () => user('7'))
    answer.resolve('Zoë')
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['Zoë']))
    expect(load).toHaveBeenCalledTimes(1)
  })

  it('keeps nothing: the next caller calls again', async () => {
    const load = vi.fn<(id: string) => number>((id) => id.length)
    const length = singleFlight(load)
    expect([await length('abc'), await length('abc')]).toEqual([3, 3])
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('keeps calls of different keys apart', async () => {
    const double = singleFlight((n: number) => n * 2, { key: (n) => `n${n}` })
    expect(await Promise.all([double(1), double(2), double(1)])).toEqual([2, 4, 2])
  })

  it('shares an error, and does not keep it', async () => {
    const broken = new RangeError('no such user')
    const load = vi.fn<(id: string) => Promise<string>>(() => Promise.reject(broken))
    const user = singleFlight(load)
    const both = await Promise.allSettled([user('7'), user('7')])
    expect(both.map((each) => each.status === 'rejected' && each.reason)).toEqual([broken, broken])
    load.mockResolvedValueOnce('Zoë')
    expect(await user('7')).toBe('Zoë')
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('takes a throw for a rejection', async () => {
    const user = singleFlight((_id: string): string => {
      throw new RangeError('at once')
    })
    await expect(user('7')).rejects.toThrow('at once')
  })

  it('refuses a key that is no string', async () => {
    const user = singleFlight((id: number) => id)
    await expect(user(7)).rejects.toMatchObject({ code: 'CACHE_BAD_KEY', status: 500 })
  })

  it.each([
    [{ timeout: 0 }, 'timeout'],
    [{ timeout: 2 ** 31 }, 'timeout'],
    [{ maxWaiting: 1.5 }, 'maxWaiting'],
    [{ maxWaiting: Number.NaN }, 'maxWaiting'],
    [{ key: 'id' as never }, 'key'],
  ])('refuses %o when it is made', (options, option) => {
    expect(() => singleFlight((id: string) => id, options)).toThrow(
      expect.objectContaining({ code: 'CACHE_BAD_OPTION', option }),
    )
  })
})

describe('a caller with a signal', () => {
  it('leaves alone, and the others get their answer', async () => {
    const answer = deferred<string>()
    const contexts: CallContext[] = []
    const user = singleFlight((_id: string, context) => {
      contexts.push(context)
      return answer.promise
    })
    const leaver = new AbortController()
    const left = user('7', { signal: leaver.signal })
    const stays = user('7')
    leaver.abort(new RangeError('client gone'))
    await expect(left).rejects.toThrow('client gone')
    expect(contexts[0]?.signal.aborted).toBe(false)
    answer.resolve('Zoë')
    expect(await stays).toBe('Zoë')
  })

  it('aborts the call when it was the last, and the next caller begins a new one', async () => {
    const contexts: CallContext[] = []
    const user = singleFlight((id: string, context) => {
      contexts.push(context)
      return contexts.length === 1 ? deferred<string>().promise : id
    })
    const callers = [new AbortController(), new AbortController()]
    const left = callers.map(({ signal }) => user('7', { signal }))
    for (const caller of callers) caller.abort()
    await Promise.allSettled(left)
    expect(contexts[0]?.signal.reason).toMatchObject({ code: 'CACHE_NOBODY_WAITS' })
    expect(await user('7')).toBe('7')
    expect(contexts).toHaveLength(2)
  })

  it('does not call at all when it is aborted already', async () => {
    const load = vi.fn<(id: string) => string>((id) => id)
    await expect(singleFlight(load)('7', { signal: AbortSignal.abort('gone') })).rejects.toBe(
      'gone',
    )
    expect(load).not.toHaveBeenCalled()
  })

  it('hears nothing of the signal after its answer', async () => {
    const caller = new AbortController()
    const remove = vi.spyOn(caller.signal, 'removeEventListener')
    expect(await singleFlight((id: string) => id)('7', { signal: caller.signal })).toBe('7')
    expect(remove).toHaveBeenCalledTimes(1)
  })
})

describe('the bound on callers that wait', () => {
  it('turns away the one too many with 503, over all keys', async () => {
    const answer = deferred<string>()
    const user = singleFlight((_id: string) => answer.promise, { maxWaiting: 2 })
    const waiting = [user('1'), user('2')]
    await expect(user('1')).rejects.toMatchObject({
      code: 'CACHE_TOO_MANY_WAITING',
      status: 503,
      expose: false,
      maxWaiting: 2,
    })
    answer.resolve('Zoë')
    await Promise.all(waiting)
    expect(await user('1')).toBe('Zoë')
  })

  it('gives the place of a caller that left to another', async () => {
    const answer = deferred<string>()
    const user = singleFlight((_id: string) => answer.promise, { maxWaiting: 1 })
    const caller = new AbortController()
    const left = user('1', { signal: caller.signal })
    caller.abort('gone')
    await expect(left).rejects.toBe('gone')
    const next = user('1')
    answer.resolve('Zoë')
    expect(await next).toBe('Zoë')
  })
})

describe('a call that takes too long', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is given up for all who wait, aborted, and begun anew by the next', async () => {
    const contexts: CallContext[] = []
    const user = singleFlight(
      (id: string, context) => {
        contexts.push(context)
        return contexts.length === 1 ? deferred<string>().promise : id
      },
      { timeout: 50 },
    )
    const both = Promise.allSettled([user('7'), user('7')])
    await vi.advanceTimersByTimeAsync(50)
    for (const each of await both)
      expect(each).toMatchObject({
        status: 'rejected',
        reason: { code: 'CACHE_CALL_TIMEOUT', status: 503, timeout: 50 },
      })
    expect(contexts[0]?.signal.reason).toBeInstanceOf(CallTimeoutError)
    expect(await user('7')).toBe('7')
  })

  it('cannot answer late for a newer call of its key', async () => {
    const answers = [deferred<string>(), deferred<string>()]
    let calls = 0
    const user = singleFlight((_id: string) => answers[calls++]!.promise, { timeout: 50 })
    const first = user('7')
    const given = Promise.allSettled([first])
    await vi.advanceTimersByTimeAsync(50)
    expect(await given).toMatchObject([{ reason: { code: 'CACHE_CALL_TIMEOUT' } }])
    const second = user('7')
    answers[0]!.resolve('late')
    await vi.advanceTimersByTimeAsync(1)
    answers[1]!.resolve('new')
    expect(await second).toBe('new')
    expect(calls).toBe(2)
  })

  it('leaves no timer behind when it ends in time', async () => {
    await singleFlight((id: string) => id, { timeout: 50 })('7')
    expect(vi.getTimerCount()).toBe(0)
  })
})
