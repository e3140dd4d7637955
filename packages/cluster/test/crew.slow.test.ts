import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, describe, expect, it } from 'vitest'

import { get, lives, Supervised } from './supervised.ts'

const timeout = 120_000
let supervised: Supervised | undefined
let alone: ChildProcess | undefined

afterEach(async () => {
  await supervised?.end()
  supervised = undefined
  alone?.kill('SIGKILL')
}, timeout)

describe('the promise that all are ready', { timeout }, () => {
  it('is kept by a reload that gets them ready', async () => {
    supervised = new Supervised({ entry: 'stuck-app.mjs' })
    await supervised.happens('start')
    const told = supervised.hears(({ ready }) => ready !== undefined)
    const entry = path.join(import.meta.dirname, 'fixtures/app.mjs')
    await supervised.call('reload', { entry })
    expect(await told).toEqual({ ready: true })
  })

  it('is kept by a scale that wishes only for those that are, while a place waits', async () => {
    supervised = new Supervised({ restarts: { max: 1000 }, env: { BROKEN_SLOT: '1' } })
    const told = supervised.hears(({ ready }) => ready !== undefined)
    await supervised.happens('ready')
    await supervised.hears(({ event }) => event?.event === 'restart' && Number(event.delay) > 300)
    await supervised.call('scale', 1)
    expect(await told).toEqual({ ready: true })
  })
})

describe('a supervisor that gives up', { timeout }, () => {
  it('counts as restarts those that it made', async () => {
    supervised = new Supervised({ restarts: { max: 2 }, env: { BROKEN_SLOT: '1' } })
    const { reason } = await supervised.happens('giveup')
    const made = supervised.events.filter(({ event }) => event === 'restart')
    expect(reason).toContain('after 2 restarts')
    expect(await supervised.status()).toMatchObject({ restarts: 2, gaveUp: true })
    expect(made).toHaveLength(2)
  })
})

describe('a supervisor that kills', { timeout }, () => {
  it('stops, and replaces nobody', async () => {
    supervised = await Supervised.start({ signals: false, unreadyDelay: 2_147_483_647 })
    const pids = await supervised.pids()
    expect(await supervised.call('kill')).toBe(0)
    expect(pids.filter(lives)).toEqual([])
    expect((await supervised.status()).workers).toEqual([])
    expect(supervised.events.map(({ event }) => event)).not.toContain('restart')
  })
})

describe('a supervisor whose log fails', { timeout }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tokkyu-log-'))
  const log = path.join(folder, 'log')

  it('goes on with the old file when a new one cannot be opened, and says so there', async () => {
    supervised = await Supervised.start({ log })
    rmSync(folder, { recursive: true })
    supervised.child.kill('SIGUSR2')
    expect((await supervised.happens('log')).reason).toContain('ENOENT')
    expect(await supervised.get('/release')).toBe('first')
  })

  it.runIf(existsSync('/dev/full'))('serves on when the disk is full', async () => {
    supervised = await Supervised.start({ log: '/dev/full' })
    expect(await supervised.get('/release')).toBe('first')
  })
})

async function answerOf(env: Record<string, string>): Promise<string> {
  const file = path.join(import.meta.dirname, 'fixtures/probing-app.mjs')
  alone = fork(file, [], { env: { ...process.env, ...env } })
  const [{ port }] = (await once(alone, 'message')) as [{ port: number }]
  return get(port, '/')
}

describe('a worker that prints what nobody reads', { timeout }, () => {
  it('finishes what it has in hand, and ends', async () => {
    supervised = await Supervised.start({ workers: 1, grace: 600_000 }, {}, 'pipe')
    supervised.child.stderr?.destroy()
    const begun = supervised.hears(({ said }) => said === 'slow')
    const slow = supervised.get('/slow')
    await begun
    await supervised.get('/mutter')
    expect(await slow).toBe('slow')
    const { pid, reason } = await supervised.happens('failing')
    expect(reason).toContain('EPIPE')
    await supervised.happens('exit', pid) // by itself, long before `grace` is over
  })
})

describe('the readiness of an app without a supervisor', { timeout }, () => {
  it('is there when somebody can ask', async () => {
    expect(await answerOf({})).toBe('ready\n')
  })

  it('is not there while a `worker()` warms up', async () => {
    expect(await answerOf({ WARMS_UP: '1' })).toBe('stopping\n')
  })
})
