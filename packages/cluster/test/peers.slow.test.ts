import { once } from 'node:events'

import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'

import { Supervised } from './supervised.ts'

const timeout = 120_000
let supervised: Supervised

afterEach(async () => {
  await supervised.end()
}, timeout)

describe('the numbers of prom-client', { timeout }, () => {
  it('are summed over all workers, by label and by bucket', async () => {
    supervised = await Supervised.start({ entry: 'counting-app.mjs', balance: 'round-robin' })
    const pids = new Set<string>()
    for (let each = 0; each < 6; each++) pids.add(await supervised.get('/'))
    const lines = (await supervised.get('/metrics')).split('\n')
    expect(pids.size).toBe(2)
    expect(lines).toContain('hits_total{how="asked"} 6')
    expect(lines).toContain('time_seconds_bucket{le="1"} 0')
    expect(lines).toContain('time_seconds_bucket{le="2"} 6')
    expect(lines).toContain('time_seconds_count 6')
    expect(lines.filter((line) => line.startsWith('tokkyu_worker_connections{'))).toHaveLength(2)
  })
})

/** Connects with ws; the process that serves it says which it is. */
async function open(): Promise<[socket: WebSocket, pid: number]> {
  const socket = new WebSocket(`ws://127.0.0.1:${supervised.port}`)
  const [pid] = (await once(socket, 'message')) as [Buffer]
  return [socket, Number(String(pid))]
}

describe('a WebSocket of ws', { timeout }, () => {
  it('is told to go by a reload, and comes back to a new worker', async () => {
    supervised = await Supervised.start({ entry: 'counting-app.mjs' })
    const old = await supervised.pids()
    const [socket, before] = await open()
    const closed = once(socket, 'close') as Promise<[number, Buffer]>
    const reload = supervised.call('reload')
    const [code, reason] = await closed
    expect([code, String(reason)]).toEqual([1001, 'restart; reconnect'])
    await reload
    const [again, after] = await open()
    expect(old).toContain(before)
    expect(old).not.toContain(after)
    again.terminate()
  })
})

describe('a reader of an event stream', { timeout }, () => {
  it('finds its stream ended by a reload, and a new one at a new worker', async () => {
    supervised = await Supervised.start({ workers: 1 })
    const old = await supervised.pids()
    const accepts = { headers: { Accept: 'text/event-stream' } }
    const stream = supervised.get('/events', accepts)
    await expect.poll(async () => (await supervised.status()).workers[0]?.connections).toBe(1)
    await supervised.call('reload')
    expect(await stream).toBe('data: hello\n\n')
    expect(old).not.toContain(Number(await supervised.get('/pid')))
  })
})
