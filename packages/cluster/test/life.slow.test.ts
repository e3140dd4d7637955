import { readFileSync } from 'node:fs'
import path from 'node:path'

import { afterEach, describe, expect, it } from 'vitest'

import { Supervised } from './supervised.ts'

const timeout = 120_000
let supervised: Supervised | undefined

afterEach(async () => {
  await supervised?.end()
  supervised = undefined
}, timeout)

const page = readFileSync(path.join(import.meta.dirname, '../../../docs/cluster.md'), 'utf8')
const drawn = [...page.matchAll(/^ {4}(\w+) --> (\w+): \w+/gm)].map(
  ([, from, to]) => `${from} to ${to}`,
)

/** The state of one worker; `gone` when there is no such process any more. */
async function stateOf(pid?: number): Promise<string> {
  return (await supervised?.status())?.workers.find((each) => each.pid === pid)?.state ?? 'gone'
}

/** A worker that has a request in hand while a reload has it drain. */
async function draining(): Promise<{ pid?: number; before: string }> {
  supervised = await Supervised.start({ workers: 1, grace: 1000 })
  const says = supervised.hears(({ said }) => said === 'never')
  void supervised.get('/never').catch(() => {}) // cut after the grace
  const { pid } = await says
  const before = await stateOf(pid)
  const drains = supervised.hears(({ said }) => said === 'drains')
  void supervised.call('reload').catch(() => {})
  await drains
  return { ...(pid !== undefined && { pid }), before }
}

/** How a worker comes to go each way: the state before, and the one after. */
const walks: Record<string, () => Promise<[before: string, after: string]>> = {
  async 'starting to ready'() {
    supervised = new Supervised({ workers: 1 })
    const { pid } = await supervised.happens('start')
    const before = await stateOf(pid)
    await supervised.happens('ready', pid)
    return [before, await stateOf(pid)]
  },
  async 'starting to gone'() {
    supervised = new Supervised({ workers: 1, entry: 'stuck-app.mjs' })
    const { pid } = await supervised.happens('start')
    const before = await stateOf(pid)
    process.kill(Number(pid), 'SIGKILL')
    await supervised.happens('exit', pid)
    return [before, await stateOf(pid)]
  },
  async 'ready to draining'() {
    const { pid, before } = await draining()
    return [before, await stateOf(pid)]
  },
  async 'ready to gone'() {
    supervised = await Supervised.start({ workers: 1 })
    const pid = Number(await supervised.get('/pid'))
    const before = await stateOf(pid)
    process.kill(pid, 'SIGKILL')
    await supervised.happens('exit', pid)
    return [before, await stateOf(pid)]
  },
  async 'draining to gone'() {
    const { pid } = await draining()
    const before = await stateOf(pid)
    await supervised?.happens('exit', pid)
    return [before, await stateOf(pid)]
  },
}

describe('the drawn life of a worker', { timeout }, () => {
  it('has a walk for each of its steps', () => {
    expect(Object.keys(walks).toSorted()).toEqual(drawn.toSorted())
  })

  it.each(drawn)('goes %s', async (step) => {
    const [before, after] = (await walks[step]?.()) ?? []
    expect(`${before} to ${after}`).toBe(step)
  })

  it('never drains who is not ready yet: it is ended', async () => {
    supervised = new Supervised({ workers: 1, entry: 'stuck-app.mjs', signals: false })
    const { pid } = await supervised.happens('start')
    await supervised.call('stop')
    expect((await supervised.happens('exit', pid)).reason).toBe('stop')
    expect(await stateOf(pid)).toBe('gone')
  })
})
