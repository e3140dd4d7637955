import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('member.fixture.mjs', import.meta.url))

/** A row of the database, and for how many milliseconds it may be kept. */
export interface Row {
  readonly text: string
  readonly ttl: number
}

/** A question that came to the database; it is open until it is answered. */
export interface Query {
  readonly key: string
  readonly member: Member
  answer(row: Row): void
  fail(): void
}

export interface Burst {
  readonly by: 'http' | 'memoize'
  readonly key: string
  /** How many requests, in each process. */
  readonly count: number
  /** Over how many milliseconds they are spread. */
  readonly over: number
}

/** How many requests got which text, or which failure. */
export type Texts = Record<string, number>

type Message = { ready: true } | { done: Texts } | { query: number; key: string }

/** A process that answers by means of the cache. */
export class Member {
  readonly child: ChildProcess
  readonly ready: Promise<unknown>
  #done: ((texts: Texts) => void) | undefined

  constructor(options: object, onQuery: (query: Query) => void) {
    this.child = fork(program, [JSON.stringify(options)])
    this.ready = new Promise((resolve) => this.child.once('message', resolve))
    this.child.once('exit', () => this.#done?.({ 'the process is gone': 1 }))
    this.child.on('message', (message: Message) => {
      if ('done' in message) this.#done?.(message.done)
      if (!('query' in message)) return
      const { query, key } = message
      const say = (what: object): void => {
        if (this.child.connected) this.child.send(what)
      }
      onQuery({
        key,
        member: this,
        answer: (value) => say({ answer: query, value }),
        fail: () => say({ failure: query }),
      })
    })
  }

  /** What became of all its requests. */
  burst(burst: Burst): Promise<Texts> {
    return new Promise((resolve) => {
      this.#done = resolve
      this.child.send({ burst })
    })
  }

  /** With SIGKILL. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const gone = new Promise((resolve) => this.child.once('exit', resolve))
    this.child.kill('SIGKILL')
    await gone
  }
}

/** Several processes with one database: the test itself. */
export class Members {
  readonly all: readonly Member[]
  /** Every question the database was asked. */
  readonly queries: Query[] = []
  /** What the database does with a question; nothing leaves it open. */
  onQuery: (query: Query) => void = () => {}
  readonly #folder: string

  private constructor(count: number, options: object) {
    this.#folder = mkdtempSync(path.join(os.tmpdir(), 'tokkyu-members-'))
    const given = { ...options, folder: this.#folder }
    const ask = (query: Query): void => {
      this.queries.push(query)
      this.onQuery(query)
    }
    this.all = Array.from({ length: count }, () => new Member(given, ask))
  }

  static async start(count: number, options: object): Promise<Members> {
    const members = new Members(count, options)
    await Promise.all(members.all.map(({ ready }) => ready))
    return members
  }

  /** The database answers after so many milliseconds, by this row. */
  answerAfter(ms: number, row: Row): void {
    this.onQuery = (query) => void setTimeout(() => query.answer(row), ms)
  }

  /** All ask at once; what became of all requests together. */
  async burst(burst: Burst, members = this.all): Promise<Texts> {
    const each = await Promise.all(members.map((member) => member.burst(burst)))
    const sum: Texts = {}
    for (const texts of each)
      for (const [text, count] of Object.entries(texts)) sum[text] = (sum[text] ?? 0) + count
    return sum
  }

  /** The next question that comes after `seen` of them. */
  async query(seen: number): Promise<Query> {
    while (this.queries.length <= seen) await new Promise((resolve) => setTimeout(resolve, 5))
    return this.queries[seen]!
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((member) => member.kill()))
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
