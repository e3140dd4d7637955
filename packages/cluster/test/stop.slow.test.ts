import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent } from 'node:http'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { afterEach, describe, expect, it } from 'vitest'

import { RawClient } from './raw-client.ts'
import { get, lives, type Message, Supervised } from './supervised.ts'

const timeout = 120_000
let supervised: Supervised | undefined
let alone: ChildProcess | undefined

afterEach(async () => {
  await supervised?.end()
  supervised = undefined
  if (alone?.exitCode === null && alone.signalCode === null) alone.kill('SIGKILL')
}, timeout)

function codeOf(error: NodeJS.ErrnoException): string | undefined {
  return error.code
}

/** Starts `fixtures/app.mjs` by itself. */
async function start(env: Record<string, string> = {}): Promise<[ChildProcess, number]> {
  const child = fork(path.join(import.meta.dirname, 'fixtures/app.mjs'), [], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, ...env },
  })
  alone = child
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return [child, port]
}

describe('a supervisor that is told to stop', { timeout }, () => {
  it('by SIGTERM answers what it has, and ends with 0', async () => {
    supervised = await Supervised.start()
    const says = supervised.hears(({ said }) => said === 'slow')
    const answer = supervised.get('/slow')
    await says
    expect(await supervised.end()).toBe(0)
    expect(await answer).toBe('slow')
  })

  it('by SIGINT waits for what it has, and by a second one does not', async () => {
    supervised = await Supervised.start()
    const pids = await supervised.pids()
    const says = supervised.hears(({ said }) => said === 'never')
    const answer = supervised.get('/never').catch(codeOf)
    await says
    supervised.child.kill('SIGINT')
    await supervised.happens('stopping')
    supervised.child.kill('SIGINT')
    expect(await once(supervised.child, 'exit')).toEqual([130, null])
    expect(await answer).toBe('ECONNRESET')
    await expect.poll(() => pids.filter(lives), { timeout }).toEqual([])
  })

  it('refuses new connections at once, so that clients may go elsewhere', async () => {
    supervised = await Supervised.start({ grace: 2000 })
    const says = supervised.hears(({ said }) => said === 'never')
    const answer = supervised.get('/never').catch(codeOf)
    await says
    const drains = supervised.hears(({ said }) => said === 'drains')
    supervised.child.kill('SIGTERM')
    await drains
    expect(await supervised.get('/pid').catch(codeOf)).toBe('ECONNREFUSED')
    supervised.child.kill('SIGKILL')
    expect(await answer).toBe('ECONNRESET')
  })

  it('ends a worker that does not end itself', async () => {
    supervised = await Supervised.start({ workers: 1, grace: 1000, recycle: { silence: timeout } })
    const pid = Number(await supervised.get('/hang'))
    expect(await supervised.end()).toBe(0)
    expect(lives(pid)).toBe(false)
  })

  it('cuts what is not finished within the grace', async () => {
    supervised = await Supervised.start({ grace: 500 })
    const says = supervised.hears(({ said }) => said === 'never')
    const answer = supervised.get('/never').catch(codeOf)
    await says
    expect(await supervised.end()).toBe(0)
    expect(await answer).toBe('ECONNRESET')
  })
})

describe('a supervisor that stops before its workers are ready', { timeout }, () => {
  it('says that they will not be', async () => {
    supervised = new Supervised({ entry: 'stuck-app.mjs', signals: false })
    await supervised.happens('start')
    const told = supervised.hears(({ ready }) => ready !== undefined)
    await supervised.call('stop')
    expect(await told).toEqual({ ready: false, code: 'CLUSTER_STOPPED' })
  })
})

describe('a worker whose supervisor was killed', { timeout }, () => {
  it('finishes what it has, and ends', async () => {
    supervised = await Supervised.start()
    const pids = await supervised.pids()
    const says = supervised.hears(({ said }) => said === 'slow')
    const answer = supervised.get('/slow')
    await says
    supervised.child.kill('SIGKILL')
    expect(await answer).toBe('slow')
    await expect.poll(() => pids.filter(lives), { timeout }).toEqual([])
  })
})

describe('a worker that gets a signal of its own', { timeout }, () => {
  it('is replaced after SIGTERM', async () => {
    supervised = await Supervised.start()
    const pid = Number(await supervised.get('/pid'))
    process.kill(pid, 'SIGTERM')
    expect((await supervised.happens('leave', pid)).reason).toBe('SIGTERM')
    await supervised.happens('exit', pid)
    expect(await supervised.get('/pid')).toMatch(/^\d+$/)
  })
})

describe('SIGUSR2', { timeout }, () => {
  it('has all workers open their logs anew', async () => {
    supervised = await Supervised.start()
    const reopened = new Set<number | undefined>()
    supervised.child.on('message', ({ said, pid }: Message) => {
      if (said === 'reopens') reopened.add(pid)
    })
    supervised.child.kill('SIGUSR2')
    await expect.poll(() => reopened.size, { timeout }).toBe(2)
  })
})

describe('a worker without a supervisor', { timeout }, () => {
  it('serves, and stops gently by SIGTERM', async () => {
    const [child, port] = await start({ LINGER: '100' })
    const answer = get(port, '/slow')
    await once(child, 'message')
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(await answer).toBe('slow')
  })

  it('tells its app when it drains, and when all is answered', async () => {
    const [child] = await start()
    const said: (string | undefined)[] = []
    child.on('message', (message: Message) => said.push(message.said))
    child.kill('SIGTERM')
    await once(child, 'exit')
    expect(said).toEqual(['drains', 'ends'])
  })

  it('answers a connection that rests with "Connection: close" before it goes', async () => {
    const [child, port] = await start({ LINGER: String(timeout) })
    const agent = new Agent({ keepAlive: true })
    await get(port, '/pid', { agent })
    child.kill('SIGTERM')
    await once(child, 'message') // it drains
    expect(await get(port, '/pid', { agent })).toBe(String(child.pid))
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('closes a connection that rests for longer than the linger', async () => {
    const [child, port] = await start({ LINGER: '100' })
    const agent = new Agent({ keepAlive: true })
    await get(port, '/pid', { agent })
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    agent.destroy()
  })

  it('gives a connection the whole linger after an answer that was under way', async () => {
    const [child, port] = await start({ LINGER: '3000' })
    const client = new RawClient(port)
    client.write('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n')
    await client.reads('begins')
    child.kill('SIGTERM')
    await once(child, 'message') // it drains
    await pause(2500)
    client.write('x')
    await client.reads('ends')
    await pause(1000) // the linger since the drain is over, and that since the answer is not
    client.write('GET /pid HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.reads('Connection: close')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('answers the first request of a connection that had none before, within the linger', async () => {
    const [child, port] = await start({ LINGER: String(timeout) })
    const client = new RawClient(port)
    await client.connected
    child.kill('SIGTERM')
    await once(child, 'message') // it drains
    client.write('GET /pid HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.reads('Connection: close')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('closes a connection that asks nothing after the linger', async () => {
    const [child, port] = await start({ LINGER: '100' })
    const client = new RawClient(port)
    await client.connected
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('ends at once by a second SIGINT', async () => {
    const [child, port] = await start()
    const answer = get(port, '/never').catch(codeOf)
    await once(child, 'message')
    child.kill('SIGINT')
    await once(child, 'message') // it drains
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([130, null])
    expect(await answer).toBe('ECONNRESET')
  })

  it('opens its logs anew by SIGUSR2', async () => {
    const [child] = await start()
    child.kill('SIGUSR2')
    const [message] = (await once(child, 'message')) as [Message]
    expect(message.said).toBe('reopens')
  })
})
