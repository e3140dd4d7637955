import { mkdtempSync, readFileSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { describe, expect, it } from 'vitest'

import { pickFree, pickSticky, stickyKey } from '../src/balance/balance.ts'
import { JsonLog } from '../src/ops/json-log.ts'
import { settle, type SupervisorOptions } from '../src/supervisor/options.ts'
import { RestartPolicy } from '../src/supervisor/restart-policy.ts'
import { SharedHub } from '../src/shared/shared-hub.ts'
import { worker } from '../src/worker/worker.ts'

describe('the restart policy', () => {
  it('restarts at once, then later and later, then gives up', () => {
    const policy = new RestartPolicy({ max: 4 }, () => 1)
    expect([1, 2, 3, 4, 5].map((now) => policy.next(now))).toEqual([0, 100, 200, 400, 'giveup'])
  })

  it('forgets what lies before its window', () => {
    const policy = new RestartPolicy({ max: 1, window: 10 }, () => 1)
    expect([0, 20, 40].map((now) => policy.next(now))).toEqual([0, 0, 0])
  })
})

describe('balancing', () => {
  const three = [4, 1, 2].map((connections, slot) => ({ slot, connections, free: true }))

  it('by least connections picks who holds the fewest', () => {
    expect(pickFree(three, 'least-connections', 0)?.slot).toBe(1)
  })

  it('round-robin picks the next one', () => {
    expect(pickFree(three, 'round-robin', 2)?.slot).toBe(0)
  })

  it('moves only the sticky keys of a place that vanishes', () => {
    const keys = Array.from({ length: 50 }, (_, at) => `key ${at}`)
    const kept = keys.filter((key) => pickSticky(three, key)?.slot !== 2)
    const rest = three.filter(({ slot }) => slot !== 2)
    expect(kept.every((key) => pickSticky(rest, key) === pickSticky(three, key))).toBe(true)
  })

  it('reads a cookie from the head', () => {
    const head = 'GET / HTTP/1.1\r\nCookie: a=1; io=abc\r\n\r\n'
    expect(stickyKey(head, { sticky: 'cookie', name: 'io' })).toBe('abc')
  })
})

describe('the shared state', () => {
  const hub = new SharedHub(() => {})
  const [first, second] = [{}, {}]

  it('sets an entry only at the version that was read', async () => {
    await hub.call(first, { do: 'set', key: 'a', value: 1, ifVersion: 0 })
    expect(await hub.call(second, { do: 'set', key: 'a', value: 2, ifVersion: 0 })).toBe(undefined)
  })

  it('passes the lock of one who leaves on, with a larger fence', async () => {
    const one = (await hub.call(first, { do: 'lock', key: 'l' })) as number
    const two = hub.call(second, { do: 'lock', key: 'l' }) as Promise<number>
    hub.leave(first)
    expect(await two).toBeGreaterThan(one)
  })

  it('has one who drains lead no more, and the next one that asks lead', async () => {
    const [old, young] = [{}, {}]
    const one = (await hub.call(old, { do: 'lead', key: 'c' })) as number
    hub.release(old)
    expect(await hub.call(old, { do: 'lead', key: 'c' })).toBeUndefined()
    expect(await hub.call(young, { do: 'lead', key: 'c' })).toBeGreaterThan(one)
  })

  it('leaves one who drains its lock, and its turn', async () => {
    const [old, young] = [{}, {}]
    const one = (await hub.call(old, { do: 'lock', key: 'd' })) as number
    const two = hub.call(old, { do: 'lock', key: 'd' }) as Promise<number>
    const three = hub.call(young, { do: 'lock', key: 'd' }) as Promise<number>
    hub.release(old)
    await hub.call(old, { do: 'unlock', key: 'd', fence: one })
    expect(await two).toBeGreaterThan(one)
    hub.leave(old)
    expect(await three).toBeGreaterThan(await two)
  })

  it('refuses a value over its bound', async () => {
    const large = { do: 'set', key: 'b', value: 'x'.repeat(70_000) } as const
    await expect(hub.call(first, large)).rejects.toMatchObject({ code: 'CLUSTER_SHARED_BOUND' })
  })
})

describe('an option that makes no sense', () => {
  it('is refused at once', () => {
    expect(() => settle({ entry: 'app.js', workers: 0 })).toThrow(/whole number from 1/)
  })

  it.each([
    ['restarts.max', { restarts: { max: -1 } }],
    ['restarts.window', { restarts: { window: Number.NaN } }],
    ['restarts.maxDelay', { restarts: { maxDelay: Infinity } }],
    ['recycle.silence', { recycle: { silence: '10s' } }],
    ['recycle.memory', { recycle: { memory: Number.NaN } }],
    ['recycle.loopDelay', { recycle: { loopDelay: -1 } }],
  ])('is refused as %s', (option, options) => {
    expect(() => settle({ entry: 'app.js', ...options } as SupervisorOptions)).toThrow(
      expect.objectContaining({ code: 'CLUSTER_BAD_OPTION', option }),
    )
  })

  it.each(['linger', 'grace', 'unreadyDelay'])(
    'is refused as %s of a worker, too',
    async (option) => {
      const started = worker(() => {}, { port: 0, [option]: Number.NaN })
      await expect(started).rejects.toMatchObject({ code: 'CLUSTER_BAD_OPTION', option })
    },
  )

  it('is called by its name', () => {
    expect(() => settle({ entry: 'app.js', grace: Number.NaN })).toThrow(
      'Cannot use NaN as "grace"',
    )
  })

  it('is not one that never comes', () => {
    const recycle = { silence: Infinity, memory: Infinity, loopDelay: Infinity }
    expect(settle({ entry: 'app.js', recycle }).recycle).toEqual(recycle)
  })
})

describe('a JSON log', () => {
  it('keeps a field from forging a line, and goes on in a new file', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'tokkyu-log-')), 'log')
    const log = new JsonLog(file)
    log.write({ reason: 'a\nb\u2028c' })
    renameSync(file, `${file}.1`)
    log.reopen()
    log.write({ reason: 'd' })
    expect(readFileSync(`${file}.1`, 'utf8').split(/[\n\u2028]/)).toHaveLength(2)
    expect(readFileSync(file, 'utf8')).toContain('"reason":"d"')
  })
})
