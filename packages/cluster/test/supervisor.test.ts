import { once } from 'node:events'

import { afterEach, describe, expect, it } from 'vitest'

import { Load, Supervised } from './supervised.ts'

const timeout = 120_000 // nothing waits for it: a busy machine may take long to start processes
let supervised: Supervised

afterEach(async () => {
  await supervised.end()
}, timeout)

describe('a supervisor', { timeout }, () => {
  it('shares connections out among its workers', async () => {
    supervised = await Supervised.start({ balance: 'round-robin' })
    const pids = new Set([await supervised.get('/pid'), await supervised.get('/pid')])
    expect(pids.size).toBe(2)
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
    await supervised.happens('restart')
  })

  it('scales up and down while it serves', async () => {
    supervised = await Supervised.start({ workers: 1 })
    await supervised.call('scale', 3)
    expect((await supervised.status()).workers).toHaveLength(3)
    await supervised.call('scale', 1)
    expect((await supervised.status()).workers).toHaveLength(1)
  })

  it('loses no request in reloads, exceptions and changes of scale', async () => {
    supervised = await Supervised.start({ linger: 5000 }) // longer than its clients idle, on a busy machine too
    const load = new Load(supervised)
    await supervised.call('reload')
    await supervised.get('/throw')
    await supervised.call('scale', 3)
    await supervised.call('scale', 2)
    await load.stop()
    expect(load.lost).toEqual([])
  })

  it('ends with 70 when it gave up and nobody is left', async () => {
    supervised = new Supervised({ restarts: { max: 1 }, env: { BROKEN: '1' } })
    const [code] = (await once(supervised.child, 'exit')) as [number]
    expect(code).toBe(70)
  })
})

describe('the shared state', { timeout }, () => {
  it('counts over all workers', async () => {
    supervised = await Supervised.start({ balance: 'round-robin' })
    const counts = await Promise.all([1, 2, 3, 4].map(() => supervised.get('/count')))
    expect(counts.toSorted()).toEqual(['1', '2', '3', '4'])
  })
})

describe('the probes', { timeout }, () => {
  it('answer for a service that runs, with the numbers of all workers', async () => {
    supervised = await Supervised.start()
    expect(await supervised.get('/health')).toBe('ok\n')
    expect(await supervised.get('/ready')).toBe('ready\n')
    expect(await supervised.get('/metrics')).toMatch(/tokkyu_worker_requests_total\{worker="\d+"\}/)
  })

  it.each(['throws', 'bigint'])(
    'keep a worker that cannot count (%s) out of the sum, and alive',
    async (how) => {
      supervised = await Supervised.start({ env: { METRICS_FAIL: how } })
      expect(await supervised.get('/metrics')).toMatch(/^counted 0\n# TYPE tokkyu_worker_requests/)
      expect(supervised.events.map(({ event }) => event)).not.toContain('failing')
    },
  )

  it('say that the service stops before anything closes', async () => {
    supervised = await Supervised.start({ unreadyDelay: 2_147_483_647 })
    void supervised.call('stop').catch(() => {})
    await supervised.happens('stopping')
    await expect.poll(() => supervised.get('/ready'), { timeout }).toBe('stopping\n')
    expect(await supervised.get('/pid')).toMatch(/^\d+$/)
    supervised.child.kill('SIGKILL')
  })
})

describe('an app that only listens', { timeout }, () => {
  it('is ready when it does, and sees an ordinary server', async () => {
    supervised = await Supervised.start({ entry: 'listening-app.mjs' })
    expect(JSON.parse(await supervised.get('/'))).toEqual({
      listening: true,
      port: supervised.port,
    })
  })

  it('drains like any other', async () => {
    supervised = await Supervised.start({ entry: 'listening-app.mjs', linger: 5000 })
    const load = new Load(supervised)
    await supervised.call('reload')
    await load.stop()
    expect(load.lost).toEqual([])
  })

  it('gets no more connections where it has closed its server', async () => {
    supervised = await Supervised.start({ entry: 'listening-app.mjs' })
    expect(await supervised.get('/close')).toBe('true')
    for (let each = 0; each < 4; each++) expect(await supervised.get('/')).toContain('true')
  })
})
