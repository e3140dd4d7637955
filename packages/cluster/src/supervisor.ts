import cluster from 'node:cluster'
import { EventEmitter } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'

import { GaveUpError, ReloadFailedError, StoppedError } from './errors.ts'
import { Gathering } from './gathering.ts'
import { Listeners } from './listeners.ts'
import { Member } from './member.ts'
import type { ToSupervisor } from './messages.ts'
import { countOf, type Program, type Settings } from './options.ts'
import { examine } from './recycle-policy.ts'
import { RestartPolicy } from './restart-policy.ts'
import { SharedHub } from './shared-hub.ts'
import type { Status, WorkerStatus } from './status.ts'

/** Something that happened, ready for a log. */
export interface SupervisorEvent {
  readonly event: string
  readonly pid?: number | undefined
  readonly slot?: number
  readonly reason?: string
  readonly [field: string]: unknown
}

interface Events {
  event: [SupervisorEvent]
  giveup: [GaveUpError]
  stopped: [exitCode: number]
}

const examineEvery = 1000
/** EX_SOFTWARE: nobody is left, and starting another would not help. */
const exitCodeOfGiveUp = 70

/** Keeps the wished number of workers alive. Made by `supervise()`. */
export class Supervisor extends EventEmitter<Events> {
  /** Settles when all workers are ready for the first time, or the supervisor gave up. */
  readonly ready: Promise<void>
  private readonly settings: Settings
  private readonly addresses: Listeners
  private readonly members = new Set<Member>()
  private readonly policy: RestartPolicy
  private readonly hub = new SharedHub((news) => this.tell({ type: 'news', news }))
  private readonly gathering = new Gathering()
  private readonly examiner: NodeJS.Timeout
  private program: Program
  private wished: number
  private generation = 1
  private gaveUp = false
  private stopping: Promise<number> | undefined
  private queue: Promise<unknown> = Promise.resolve()
  private restarts = 0
  private lastReason: string | undefined
  private readonly pending = new Set<number>()
  private readonly recycling = new Set<Member>()
  private settleReady: { resolve: () => void; reject: (error: Error) => void } | undefined

  constructor(settings: Settings, descriptors: readonly number[]) {
    super()
    this.settings = settings
    this.program = settings.program
    this.wished = settings.workers
    this.policy = new RestartPolicy(settings.restarts)
    this.addresses = new Listeners(settings.balance, descriptors)
    this.ready = new Promise((resolve, reject) => {
      this.settleReady = { resolve, reject }
    })
    this.ready.catch(() => {}) // who does not ask hears of it by `giveup`
    this.examiner = setInterval(() => this.examine(), examineEvery)
    for (const slot of this.slots()) this.start(slot)
  }

  /** A picture of all workers, as `tokkyu status` shows it. */
  status(): Status {
    return {
      pid: process.pid,
      generation: this.generation,
      wished: this.wished,
      restarts: this.restarts,
      gaveUp: this.gaveUp,
      lastReason: this.lastReason,
      workers: [...this.members].map(describe),
    }
  }

  /**
   * Replaces all workers, one after the other: each new one is ready before its old one drains. A
   * second reload waits for the first.
   *
   * @throws {ReloadFailedError} when a new worker does not get ready; the old ones serve on.
   */
  reload(change: Partial<Program> = {}): Promise<void> {
    return this.inTurn('reload', async () => {
      const before = this.program
      this.program = { ...before, ...change }
      this.generation++
      this.gaveUp = false
      this.policy.forget()
      const leaving: Promise<unknown>[] = []
      for (const slot of this.slots()) {
        const old = [...this.members].filter((each) => each.slot === slot)
        const failure = await this.readiness(this.fork(slot))
        if (failure !== undefined) {
          this.program = before
          this.report({ event: 'rollback', slot, reason: failure })
          throw new ReloadFailedError(leaving.length, failure)
        }
        leaving.push(...old.map((member) => this.retire(member, 'reload')))
      }
      await Promise.all(leaving)
      this.report({ event: 'reloaded', generation: this.generation })
    })
  }

  /** Changes the number of workers while they serve. */
  scale(workers: number | 'max'): Promise<void> {
    return this.inTurn('scale', async () => {
      this.wished = countOf(workers)
      const started = this.slots()
        .filter((slot) => !this.occupied(slot))
        .map((slot) => this.readiness(this.fork(slot)))
      const leaving = [...this.members]
        .filter(({ slot }) => slot >= this.wished)
        .map((member) => this.retire(member, 'scaled down'))
      await Promise.all([...started, ...leaving])
      this.report({ event: 'scaled', workers: this.wished })
    })
  }

  /** Drains all workers, then closes the listening sockets. Again: the same stop. */
  stop(reason = 'stop'): Promise<number> {
    this.stopping ??= this.finish(reason, 0)
    return this.stopping
  }

  /** Ends all workers at once. */
  kill(): void {
    for (const member of this.members) member.kill('killed by the supervisor')
  }

  /** Tells the workers to open their log files anew. */
  reopen(): void {
    this.tell({ type: 'reopen' })
  }

  private async finish(reason: string, exitCode: number): Promise<number> {
    this.report({ event: 'stopping', reason })
    this.tell({ type: 'unready' })
    if (this.members.size > 0) await pause(this.settings.unreadyDelay)
    clearInterval(this.examiner)
    await Promise.all([...this.members].map((member) => this.retire(member, reason)))
    await this.addresses.close()
    this.report({ event: 'stopped', exitCode })
    this.emit('stopped', exitCode)
    return exitCode
  }

  private slots(): number[] {
    return Array.from({ length: this.wished }, (_, slot) => slot)
  }

  private occupied(slot: number): boolean {
    return [...this.members].some(
      (each) => each.slot === slot && (each.state === 'starting' || each.state === 'ready'),
    )
  }

  private inTurn(what: string, operation: () => Promise<void>): Promise<void> {
    if (this.stopping) return Promise.reject(new StoppedError(what))
    const turn = this.queue.then(() => {
      if (this.stopping) throw new StoppedError(what)
      return operation()
    })
    this.queue = turn.catch(() => {})
    return turn
  }

  /** Starts a worker for `slot`; one that does not get ready in time is killed, and so replaced. */
  private start(slot: number): void {
    const member = this.fork(slot)
    void this.readiness(member).then(() => {
      const missing = this.slots().some((each) => !this.isReady(each))
      if (!missing) this.settleReady?.resolve()
    })
  }

  private isReady(slot: number): boolean {
    return [...this.members].some((each) => each.slot === slot && each.state === 'ready')
  }

  private fork(slot: number): Member {
    const { entry, args, env } = this.program
    cluster.setupPrimary({ exec: entry, args: [...(args ?? [])] })
    const worker = cluster.fork({ ...env, TOKKYU_WORKER: '1', TOKKYU_SLOT: String(slot) })
    const member = new Member(worker, slot, this.generation)
    this.members.add(member)
    this.report({ event: 'start', pid: member.pid, slot, generation: this.generation })
    member.on('message', (message) => this.hear(member, message))
    member.once('ready', () => this.report({ event: 'ready', pid: member.pid, slot }))
    member.once('exit', (reason) => this.bury(member, reason))
    return member
  }

  /** Why `member` did not get ready; nothing when it did. */
  private readiness(member: Member): Promise<string | undefined> {
    return new Promise((resolve) => {
      const limit = this.settings.readyTimeout
      const timer = setTimeout(() => member.kill(`not ready after ${limit} ms`), limit)
      member.once('ready', () => {
        clearTimeout(timer)
        resolve(undefined)
      })
      member.once('exit', (reason) => {
        clearTimeout(timer)
        resolve(reason)
      })
    })
  }

  private retire(member: Member, reason: string): Promise<void> {
    if (member.state === 'gone') return Promise.resolve()
    const { linger, grace } = this.settings
    this.hub.leave(member)
    return new Promise((resolve) => {
      member.once('exit', () => resolve())
      if (member.state === 'starting') member.kill(reason)
      else member.drain(reason, linger, grace)
    })
  }

  private bury(member: Member, reason: string): void {
    this.members.delete(member)
    this.recycling.delete(member)
    this.hub.leave(member)
    this.gathering.leave(member)
    this.report({ event: 'exit', pid: member.pid, slot: member.slot, reason })
    this.replace(member, reason)
    if (this.gaveUp && this.members.size === 0 && !this.stopping)
      this.stopping = this.finish('gave up, and nobody is left', exitCodeOfGiveUp)
  }

  /** Sees to it that the place of `member`, which failed, is filled. */
  private replace({ slot, generation }: Member, reason: string): void {
    if (this.stopping || slot >= this.wished || this.occupied(slot)) return
    if (this.pending.has(slot) || this.gaveUp) return
    this.restarts++
    this.lastReason = reason
    const delay = this.policy.next(Date.now())
    if (delay === 'giveup') {
      this.gaveUp = true
      const error = new GaveUpError(this.policy.max, this.policy.window, reason)
      this.report({ event: 'giveup', reason: error.message })
      this.emit('giveup', error)
      this.settleReady?.reject(error)
      return
    }
    this.report({ event: 'restart', slot, generation, reason, delay: Math.round(delay) })
    this.pending.add(slot)
    const begin = (): void => {
      this.pending.delete(slot)
      if (!this.stopping && slot < this.wished && !this.occupied(slot)) this.start(slot)
    }
    if (delay === 0) begin()
    else setTimeout(begin, delay)
  }

  private hear(member: Member, message: ToSupervisor): void {
    if (message.type === 'listen') void this.listen(member, message)
    else if (message.type === 'failing' || message.type === 'leave') {
      if (member.state === 'starting') member.kill(message.reason)
      else if (member.state === 'ready') {
        void this.retire(member, message.reason)
        this.report({ event: message.type, pid: member.pid, reason: message.reason })
        this.replace(member, message.reason)
      }
    } else if (message.type === 'shared')
      this.hub.call(member, message.call).then(
        (value) => member.send({ type: 'answer', id: message.id, value }),
        (error: Error) => member.send({ type: 'answer', id: message.id, error: error.message }),
      )
    else if (message.type === 'metrics') this.gathering.take(message.id, member, message.metrics)
    else if (message.type === 'gather')
      void this.gathering.start([...this.members]).then((metrics) =>
        member.send({
          type: 'answer',
          id: message.id,
          value: { status: this.status(), metrics },
        }),
      )
  }

  private async listen(
    member: Member,
    { id, address }: Extract<ToSupervisor, { type: 'listen' }>,
  ): Promise<void> {
    try {
      const listener = await this.addresses.get(address)
      const { id: number, address: opened } = listener
      member.send({ type: 'listening', id, listener: number, address: opened })
      listener.join(member)
    } catch (error) {
      member.send({ type: 'listening', id, error: (error as Error).message })
    }
  }

  /** Looks who is stuck, too large or too slow. Gentle replacements go one at a time. */
  private examine(): void {
    const now = Date.now()
    for (const member of this.members) {
      if (member.state !== 'ready' || this.recycling.has(member)) continue
      const finding = examine(member, this.settings.recycle, now)
      if (!finding) continue
      this.recycling.add(member)
      this.report({ event: 'recycle', pid: member.pid, reason: finding.reason })
      if (finding.stuck) member.kill(finding.reason)
      else
        this.inTurn('recycle', async () => {
          const failure = await this.readiness(this.fork(member.slot))
          if (failure === undefined) await this.retire(member, finding.reason)
          else this.recycling.delete(member)
        }).catch(() => {}) // a stop came first, and ends it too
    }
  }

  private tell(message: Parameters<Member['send']>[0]): void {
    for (const member of this.members) member.send(message)
  }

  private report(event: SupervisorEvent): void {
    this.emit('event', event)
  }
}

function describe(member: Member): WorkerStatus {
  const last = member.beats.at(-1)
  return {
    pid: member.pid ?? 0,
    slot: member.slot,
    generation: member.generation,
    state: member.state,
    uptime: Date.now() - member.startedAt,
    requests: last?.requests ?? 0,
    requestsPerSecond: member.requestsPerSecond,
    connections: member.connections,
    p99: last?.p99 ?? 0,
    loopDelay: last?.loopDelay ?? 0,
    memory: last?.memory ?? 0,
    reason: member.reason,
  }
}
