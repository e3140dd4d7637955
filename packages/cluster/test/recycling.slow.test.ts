import { afterEach, describe, expect, it } from 'vitest'

import { Supervised } from './supervised.ts'

const timeout = 120_000
let supervised: Supervised

afterEach(async () => {
  await supervised.end()
}, timeout)

/** The order of what happened to the workers after `pid` was found unfit. */
function since(pid: number): string[] {
  const at = supervised.events.findIndex((each) => each.event === 'recycle' && each.pid === pid)
  return supervised.events
    .slice(at)
    .filter(({ event }) => ['recycle', 'start', 'ready', 'exit'].includes(event))
    .map(({ event }) => event)
}

describe('a worker that is not fit', { timeout }, () => {
  it('is replaced when it is stuck in a loop: its successor is ready before it is killed', async () => {
    supervised = await Supervised.start({ recycle: { silence: 5000 } })
    const pid = Number(await supervised.get('/hang'))
    expect((await supervised.happens('recycle', pid)).reason).toMatch(/^unresponsive/)
    await supervised.happens('exit', pid)
    expect(since(pid)).toEqual(['recycle', 'start', 'ready', 'exit'])
    expect(await supervised.get('/release')).toBe('first')
  })

  it('is replaced one after the other when several are stuck', async () => {
    supervised = await Supervised.start({ recycle: { silence: 5000 }, balance: 'round-robin' })
    const pids = [Number(await supervised.get('/hang')), Number(await supervised.get('/hang'))]
    expect(new Set(pids).size).toBe(2)
    await Promise.all(pids.map((pid) => supervised.happens('exit', pid)))
    const order = supervised.events
      .filter(({ event }) => ['start', 'ready', 'exit'].includes(event))
      .map(({ event }) => event)
    expect(order.slice(4)).toEqual(['start', 'ready', 'exit', 'start', 'ready', 'exit'])
  })

  it('is replaced gently when it holds too much memory', async () => {
    supervised = await Supervised.start({ recycle: { memory: 256 * 2 ** 20 } })
    const pid = Number(await supervised.get('/grow'))
    expect((await supervised.happens('recycle', pid)).reason).toMatch(/^memory \d+ bytes/)
    await supervised.happens('exit', pid)
    expect(since(pid)).toEqual(['recycle', 'start', 'ready', 'exit'])
  })

  it('is replaced gently when its event loop is late again and again', async () => {
    supervised = await Supervised.start({ recycle: { loopDelay: 400 } })
    const pid = Number(await supervised.get('/lag'))
    expect((await supervised.happens('recycle', pid)).reason).toMatch(/^event loop late/)
    await supervised.happens('exit', pid)
  })
})
