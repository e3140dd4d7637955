import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import path from 'node:path'

import type { Status } from '@tokkyu/cluster'

export interface Happening {
  readonly event: string
  readonly pid?: number
  readonly reason?: string
  readonly delay?: number
}

/** What comes from the supervisor: its events, answers, and what its workers have sent. */
export interface Message {
  readonly id?: number
  readonly value?: unknown
  readonly error?: { code: string; replaced?: number }
  readonly event?: Happening
  readonly port?: number
  readonly pid?: number
  readonly said?: string
  readonly ready?: boolean
  /** Why it will not be ready. */
  readonly code?: string
}

interface Asking {
  readonly agent?: Agent | false
  readonly headers?: Record<string, string>
  readonly localAddress?: string
}

/** A supervisor in a process of its own, with two workers that serve a file of `fixtures`. */
export class Supervised {
  readonly child: ChildProcess
  readonly events: Happening[] = []
  port = 0
  private lastId = 0

  /**
   * @param env - added to the environment of the supervisor.
   * @param stderr - where it and its workers print errors: `'pipe'` is to be read, or closed.
   */
  constructor(
    options: object = {},
    env: Record<string, string> = {},
    stderr: 'ignore' | 'pipe' = 'ignore',
  ) {
    const file = path.join(import.meta.dirname, 'fixtures/supervisor.mjs')
    this.child = fork(file, [JSON.stringify(options)], {
      stdio: ['ignore', 'ignore', stderr, 'ipc'],
      env: { ...process.env, ...env },
    })
    this.child.on('message', ({ event, port }: Message) => {
      if (event) this.events.push(event)
      if (port !== undefined) this.port = port
    })
  }

  /** Starts one, and waits until all its workers are ready and it is known where. */
  static async start(...given: ConstructorParameters<typeof Supervised>): Promise<Supervised> {
    const supervised = new Supervised(...given)
    await Promise.all([
      supervised.hears(({ ready }) => ready === true),
      supervised.hears(({ port }) => port !== undefined),
    ])
    return supervised
  }

  hears(wanted: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => {
      const listener = (message: Message): void => {
        if (!wanted(message)) return
        this.child.off('message', listener)
        resolve(message)
      }
      this.child.on('message', listener)
    })
  }

  /** Waits for an event; one that was before counts. */
  async happens(event: string, pid?: number): Promise<Happening> {
    const fits = (each?: Happening): boolean =>
      each?.event === event && (pid === undefined || each.pid === pid)
    const known = this.events.find(fits)
    return known ?? ((await this.hears((message) => fits(message.event))).event as Happening)
  }

  async call(
    name: 'kill' | 'reload' | 'scale' | 'status' | 'stop',
    ...args: unknown[]
  ): Promise<unknown> {
    const id = ++this.lastId
    const answer = this.hears((message) => message.id === id)
    this.child.send({ id, call: name, args })
    const { value, error } = await answer
    if (error) throw Object.assign(new Error(error.code), error)
    return value
  }

  async status(): Promise<Status> {
    return (await this.call('status')) as Status
  }

  async pids(): Promise<number[]> {
    return (await this.status()).workers.map(({ pid }) => pid)
  }

  /** The body of a GET; on a connection of its own unless an agent is given. */
  get(url: string, asking: Asking = {}): Promise<string> {
    return get(this.port, url, asking)
  }

  async end(): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode
    this.child.kill('SIGTERM')
    const [code] = (await once(this.child, 'exit')) as [number | null]
    return code
  }
}

export function get(port: number, url: string, asking: Asking = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: url, agent: false, ...asking }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => (text += chunk))
      answer.once('end', () => resolve(text))
      answer.once('error', reject)
    })
      .once('error', reject)
      .end()
  })
}

/** Whether there is such a process, be it a zombie. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Clients of three kinds that ask on until told to stop, and count what was lost. */
export class Load {
  answered = 0
  readonly lost: string[] = []
  private running = true
  private readonly clients: Promise<void>[]
  private readonly agents = [1, 2].map(() => new Agent({ keepAlive: true }))

  constructor(supervised: Supervised) {
    const [busy, sparse] = this.agents
    this.clients = [
      ...Array.from({ length: 4 }, () => this.ask(supervised, busy as Agent, 1)),
      ...Array.from({ length: 8 }, () => this.ask(supervised, sparse as Agent, 45)),
      ...Array.from({ length: 3 }, () => this.ask(supervised, false, 5)),
    ]
  }

  async stop(): Promise<void> {
    this.running = false
    await Promise.all(this.clients)
    for (const agent of this.agents) agent.destroy()
  }

  private async ask(supervised: Supervised, agent: Agent | false, pause: number): Promise<void> {
    while (this.running) {
      try {
        await supervised.get('/pid', { agent })
        this.answered++
      } catch (error) {
        this.lost.push(String(error))
      }
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())))
    }
  }
}
