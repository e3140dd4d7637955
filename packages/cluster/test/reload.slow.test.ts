import { afterEach, describe, expect, it } from 'vitest'

import { Supervised } from './supervised.ts'

const timeout = 120_000
let supervised: Supervised

afterEach(async () => {
  await supervised.end()
}, timeout)

async function generations(): Promise<number[]> {
  return (await supervised.status()).workers
    .filter(({ state }) => state === 'ready')
    .map(({ generation }) => generation)
}

describe('a reload', { timeout }, () => {
  it('takes up a new environment', async () => {
    supervised = await Supervised.start()
    await supervised.call('reload', { env: { RELEASE: 'second' } })
    expect(await supervised.get('/release')).toBe('second')
  })

  it('comes by SIGHUP', async () => {
    supervised = await Supervised.start()
    supervised.child.kill('SIGHUP')
    await supervised.happens('reloaded')
    expect(await generations()).toEqual([2, 2])
  })

  it('waits for one that runs already', async () => {
    supervised = await Supervised.start()
    await Promise.all([
      supervised.call('reload', { env: { RELEASE: 'second' } }),
      supervised.call('reload', { env: { RELEASE: 'third' } }),
    ])
    expect(await generations()).toEqual([3, 3])
    expect(await supervised.get('/release')).toBe('third')
    const order = supervised.events.filter(({ event }) => ['start', 'reloaded'].includes(event))
    expect(order.map(({ event }) => event).join(' ')).toBe(
      'start start start start reloaded start start reloaded',
    )
  })

  it('changes nothing when its first new worker is never ready', async () => {
    supervised = await Supervised.start()
    const reload = supervised.call('reload', { env: { BROKEN: '1' } })
    await expect(reload).rejects.toMatchObject({ code: 'CLUSTER_RELOAD_FAILED', replaced: 0 })
    expect(await supervised.get('/release')).toBe('first')
    expect(await generations()).toEqual([1, 1])
  })

  it('takes back what it had replaced when a later worker is never ready', async () => {
    supervised = await Supervised.start()
    const reload = supervised.call('reload', { env: { RELEASE: 'second', BROKEN_SLOT: '1' } })
    await expect(reload).rejects.toMatchObject({ code: 'CLUSTER_RELOAD_FAILED', replaced: 1 })
    expect(await generations()).toEqual([1, 1])
    const releases = await Promise.all([1, 2, 3, 4].map(() => supervised.get('/release')))
    expect(new Set(releases)).toEqual(new Set(['first']))
  })

  it('is refused by a supervisor that stops', async () => {
    supervised = await Supervised.start()
    const never = supervised.get('/slow')
    await supervised.hears(({ said }) => said === 'slow')
    void supervised.call('stop').catch(() => {})
    await expect(supervised.call('reload')).rejects.toMatchObject({ code: 'CLUSTER_STOPPED' })
    expect(await never).toBe('slow')
  })
})
