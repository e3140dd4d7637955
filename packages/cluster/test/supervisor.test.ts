import { once } from 'node:events'

import { afterEach, describe, expect, it } from 'vitest'

import { Load, Supervised } from './supervised.ts'

let supervised: Supervised

afterEach(async () => {
  await supervised.end()
})

describe('a supervisor', () => {
  it('shares connections out among its workers', async () => {
    supervised = await Supervised.start({ balance: 'round-robin' })
    const pids = new Set([await supervised.get('/pid'), await supervised.get('/pid')])
    expect(pids.size).toBe(2)
  })

  it('keeps a client at its worker when it is sticky by a header', async () => {
    supervised = await Supervised.start({ balance: { sticky: 'header', name: 'host' } })
    const pids = await Promise.all([1, 2, 3, 4].map(() => supervised.get('/pid')))
    expect(new Set(pids).size).toBe(1)
  })

  it('replaces a worker that was killed', async () => {
    supervised = await Supervised.start()
    process.kill(Number(await supervised.get('/pid')), 'SIGKILL')
    expect((await supervised.happens('restart')).reason).toBe('killed by SIGKILL')
    expect(await supervised.get('/pid')).toMatch(/^\d+$/)
  })

  it('keeps connections waiting while nobody lives', async () => {
    supervised = await Supervised.start({ workers: 1 })
    process.kill(Number(await supervised.get('/pid')), 'SIGKILL')
    expect(await supervised.get('/release')).toBe('first')
  })

  it('starts the successor of a worker that says it fails', async () => {
    supervised = await Supervised.start()
    await supervised.get('/throw')
    expect((await supervised.happens('failing')).reason).toContain('thrown on purpose')
  })

  it('kills a worker that is stuck in a loop', async () => {
    supervised = await Supervised.start({ recycle: { silence: 3000 } })
    await supervised.get('/hang')
    expect((await supervised.happens('recycle')).reason).toMatch(/^unresponsive/)
    expect(await supervised.get('/release')).toBe('first')
  })

  it('rolls back a reload whose first new worker is never ready', async () => {
    supervised = await Supervised.start()
    const reload = supervised.call('reload', { env: { BROKEN: '1' } })
    await expect(reload).rejects.toMatchObject({ code: 'CLUSTER_RELOAD_FAILED', replaced: 0 })
    expect(await supervised.get('/release')).toBe('first')
  })

  it('takes up a new environment in a reload', async () => {
    supervised = await Supervised.start()
    await supervised.call('reload', { env: { RELEASE: 'second' } })
    expect(await supervised.get('/release')).toBe('second')
  })

  it('scales up and down while it serves', async () => {
    supervised = await Supervised.start({ workers: 1 })
    await supervised.call('scale', 3)
    expect((await supervised.status()).workers).toHaveLength(3)
    await supervised.call('scale', 1)
    expect((await supervised.status()).workers).toHaveLength(1)
  })

  it('loses no request in reloads, exceptions and changes of scale', async () => {
    supervised = await Supervised.start({ linger: 1500 }) // longer than its clients idle, on a busy machine too
    const load = new Load(supervised)
    await supervised.call('reload')
    await supervised.get('/throw')
    await supervised.call('scale', 3)
    await supervised.call('scale', 2)
    await load.stop()
    expect(load.lost).toEqual([])
  }, 30_000)

  it('answers what it has when it is told to stop, and ends with 0', async () => {
    supervised = await Supervised.start()
    const answer = supervised.get('/slow')
    await supervised.get('/pid')
    expect(await supervised.end()).toBe(0)
    expect(await answer).toBe('slow')
  })

  it('ends with 70 when it gave up and nobody is left', async () => {
    supervised = new Supervised({ restarts: { max: 1 }, env: { BROKEN: '1' } })
    const [code] = (await once(supervised.child, 'exit')) as [number]
    expect(code).toBe(70)
  })

  it('leaves no orphan when it is killed', async () => {
    supervised = await Supervised.start()
    const { workers } = await supervised.status()
    supervised.child.kill('SIGKILL')
    await expect
      .poll(() => workers.filter(({ pid }) => lives(pid)), { timeout: 10_000 })
      .toEqual([])
  })
})

describe('the shared state', () => {
  it('counts over all workers', async () => {
    supervised = await Supervised.start({ balance: 'round-robin' })
    const counts = await Promise.all([1, 2, 3, 4].map(() => supervised.get('/count')))
    expect(counts.toSorted()).toEqual(['1', '2', '3', '4'])
  })
})

describe('the probes', () => {
  it('answer for a service that runs, with the numbers of all workers', async () => {
    supervised = await Supervised.start()
    expect(await supervised.get('/health')).toBe('ok\n')
    expect(await supervised.get('/ready')).toBe('ready\n')
    expect(await supervised.get('/metrics')).toMatch(/tokkyu_worker_requests_total\{worker="\d+"\}/)
  })
})

describe('an event stream', () => {
  it('ends when its worker drains', async () => {
    supervised = await Supervised.start()
    const stream = supervised.get('/events', false, { Accept: 'text/event-stream' })
    await supervised.get('/pid')
    await supervised.call('reload')
    expect(await stream).toBe('data: hello\n\n')
  })
})

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
