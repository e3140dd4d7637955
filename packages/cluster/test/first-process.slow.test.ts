import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, describe, expect, it } from 'vitest'

import { get, type Message } from './supervised.ts'

const timeout = 120_000
/** A world of processes of its own, whose first one we start; root may, others in a world of users only. */
const worlds = [
  ['--pid', '--fork', '--mount-proc'],
  ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc'],
]
const world = worlds.find((flags) => spawnSync('unshare', [...flags, 'true']).status === 0)
if (!world)
  console.warn('NOT TESTED: the supervisor as PID 1; `unshare --pid` is not permitted here')

const page = readFileSync(path.join(import.meta.dirname, '../../../docs/cluster.md'), 'utf8')
const init = path.join(mkdtempSync(path.join(tmpdir(), 'tokkyu-init-')), 'init.sh')
writeFileSync(init, /```sh\n(#!\/bin\/sh\n# init\.sh\n.*?)```/s.exec(page)?.[1] ?? '')

const supervisor = [process.execPath, path.join(import.meta.dirname, 'fixtures/supervisor.mjs')]
let outer: ChildProcess
let port = 0
let events: string[] = []

afterEach(() => outer.kill('SIGKILL'), timeout)

/** Starts a program as PID 1, which is or starts a supervisor; waits until it serves. */
async function start(program: readonly string[]): Promise<void> {
  events = []
  port = 0
  outer = spawn('unshare', [...(world ?? []), ...program, JSON.stringify({ workers: 1 })], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const served = new Promise<void>((resolve) => {
    let ready = false
    outer.on('message', (message: Message) => {
      if (message.event) events.push(message.event.event)
      if (message.port !== undefined) port = message.port
      ready ||= message.ready === true
      if (ready && port !== 0) resolve()
    })
  })
  await served
}

/** As the world outside sees it: the process that is PID 1 within, and what states its children have. */
function first(): number {
  const { pid } = outer
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'))
}

function zombies(): number {
  const children = readFileSync(`/proc/${first()}/task/${first()}/children`, 'utf8').trim()
  return children
    .split(' ')
    .filter((pid) => pid !== '' && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))).length
}

describe.runIf(world)('a supervisor that is PID 1', { timeout }, () => {
  it('handles signals: it reloads by SIGHUP, and stops gently by SIGTERM', async () => {
    await start(supervisor)
    process.kill(first(), 'SIGHUP')
    await expect.poll(() => events, { timeout }).toContain('reloaded')
    const answer = get(port, '/slow')
    const said = new Promise<void>((resolve) => {
      outer.on('message', (message: Message) => {
        if (message.said === 'slow') resolve()
      })
    })
    await said
    process.kill(first(), 'SIGTERM')
    expect(await answer).toBe('slow')
    expect(await once(outer, 'exit')).toEqual([0, null])
  })

  it('takes an orphan that it is given for no worker of its own', async () => {
    await start(supervisor)
    await get(port, '/orphan')
    await expect.poll(zombies, { timeout }).toBe(1) // node does not ask about it: hence the init
    expect(events).not.toContain('exit')
    expect(await get(port, '/release')).toBe('first')
  })
})

describe.runIf(world)('a supervisor behind the init of the documentation', { timeout }, () => {
  it('leaves no zombie of an orphan', async () => {
    await start(['sh', init, ...supervisor])
    const ended = Number(await get(port, '/orphan'))
    expect(ended).toBeGreaterThan(0)
    await expect.poll(() => get(port, `/lives?${ended}`), { timeout }).toBe('false')
    expect(zombies()).toBe(0)
  })

  it('gets its signals, and ends with its own exit code', async () => {
    await start(['sh', init, ...supervisor])
    process.kill(first(), 'SIGHUP')
    await expect.poll(() => events, { timeout }).toContain('reloaded')
    void get(port, '/never').catch(() => {})
    const said = new Promise<void>((resolve) => {
      outer.on('message', (message: Message) => {
        if (message.said === 'never') resolve()
      })
    })
    await said
    process.kill(first(), 'SIGINT')
    await expect.poll(() => events, { timeout }).toContain('stopping')
    process.kill(first(), 'SIGINT')
    expect(await once(outer, 'exit')).toEqual([130, null])
  })
})
