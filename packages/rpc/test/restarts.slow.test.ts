import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { expect, it } from 'vitest'

import { connect, staticRegistry } from '../src/index.ts'
import { afterwards, numbers } from './numbers.ts'

const RESTARTS = 20

/** A server at a path, once it listens. */
async function started(socket: string): Promise<ChildProcess> {
  const child = fork(path.join(import.meta.dirname, 'restarts.fixture.mjs'), [socket])
  await once(child, 'message')
  return child
}

it.each(['SIGTERM', 'SIGKILL'] as const)(
  '20 servers that are restarted under load, by %s, cost no idempotent call',
  async (signal) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'rpc-'))
    const paths = [`${folder}/0`, `${folder}/1`]
    const servers = await Promise.all(paths.map(started))
    afterwards(async () => {
      for (const server of servers) server.kill('SIGKILL')
      await rm(folder, { recursive: true })
    })
    const registry = staticRegistry({ numbers: paths.map((socket) => `unix:${socket}`) })
    const client = connect(numbers, 'numbers', { registry })
    afterwards(() => client.$channel.destroy())

    const load = new Load(async (value) => {
      const answer = await client.double({ value })
      expect(answer.value).toBe(2 * value)
      return String(answer.data)
    })
    const calling = load.run(20)
    await Promise.all(servers.map((server) => load.answersOf(server, 100)))
    for (let restart = 0; restart < RESTARTS; restart++) {
      const index = restart % 2
      const gone = once(servers[index]!, 'exit')
      servers[index]!.kill(signal)
      await gone
      servers[index] = await started(paths[index]!)
      // A client finds out after a while: until then the other must not go as well.
      await load.answersOf(servers[index], 100)
    }
    load.stop()
    await calling
    expect(load.failures).toEqual([])
    expect(load.answered.size).toBe(2 + RESTARTS)
  },
  300_000,
)

/** Calls that are made all the time. */
class Load {
  readonly #call: (value: number) => Promise<string>
  readonly failures: unknown[] = []
  /** How many calls each process has answered. */
  readonly answered = new Map<string, number>()
  #isStopped = false

  /** @param call - makes a call, and says who has answered it */
  constructor(call: (value: number) => Promise<string>) {
    this.#call = call
  }

  /** Calls so often at once until it is stopped. */
  async run(atOnce: number): Promise<void> {
    await Promise.all(Array.from({ length: atOnce }, () => this.#callOn()))
  }

  stop(): void {
    this.#isStopped = true
  }

  /** Waits until a process has answered so many calls, or for the first failure. */
  async answersOf({ pid }: ChildProcess, count: number): Promise<void> {
    while ((this.answered.get(`${pid}`) ?? 0) < count && this.failures.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  async #callOn(): Promise<void> {
    for (let value = 0; !this.#isStopped; value++) {
      try {
        const who = await this.#call(value)
        this.answered.set(who, (this.answered.get(who) ?? 0) + 1)
      } catch (error) {
        this.failures.push(error)
      }
    }
  }
}
