import { EventEmitter } from 'node:events'

import { AwakeClock } from '../crew/awake-clock.ts'
import { Crew, type Release } from '../crew/crew.ts'
import { GaveUpError, ReloadFailedError, StoppedError } from '../errors.ts'
import { Listeners } from '../balance/listeners.ts'
import type { Member } from '../crew/member.ts'
import type { ToSupervisor } from '../wire/messages.ts'
import { countOf, type Settings } from './options.ts'
import { changedProgram, type Program } from '../crew/program.ts'
import { Recycler } from './recycler.ts'
import { RestartPolicy } from './restart-policy.ts'
import type { Status } from '../crew/status.ts'
import { WorkerRequests } from './worker-requests.ts'

/** Something that happened, ready for a log; an event may have further fields, all fit for JSON. */
export interface SupervisorEvent {
  /**
   * What happened: to a worker `start`, `ready`, `failing`, `leave`, `recycle`, `exit`, `restart`; to
   * all `reloaded`, `rollback`, `scaled`, `giveup`, `stopping`, `stopped`; `control` is that the control
   * socket could not be opened, `log` that the log could not be opened anew.
   */
  readonly event: string
  /** The process of the worker that it is about; none when it is about a place or about all. */
  readonly pid?: number | undefined
  /** The worker's place, from 0; its successor fills the same one. */
  readonly slot?: number | undefined
  /** Why, as a text for people: an exit code, a signal, a stack, a limit that was passed. */
  readonly reason?: string | undefined
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

/**
 * Keeps the wished number of workers alive. Made by `supervise()`.
 *
 * Emits `event` with each `SupervisorEvent`, `giveup` with a `GaveUpError`, and `stopped` with the exit
 * code when all workers are gone.
 */
export class Supervisor extends EventEmitter<Events> {
  /**
   * Resolves when all workers are ready for the first time, whoever started the last of them. Rejects
   * with a `GaveUpError` (`CLUSTER_GAVE_UP`), and with a `StoppedError` (`CLUSTER_STOPPED`) after a stop
   * that came before.
   */
  readonly ready: Promise<void>
  private readonly settings: Settings
  private readonly clock = new AwakeClock()
  private readonly sockets: Listeners
  private readonly crew: Crew
  private readonly requests: WorkerRequests
  private readonly policy: RestartPolicy
  private readonly recycler: Recycler
  private readonly examiner: NodeJS.Timeout
  private release: Release
  private lastGeneration = 1
  private wished: number
  private gaveUp = false
  private stopping: Promise<number> | undefined
  private queue: Promise<unknown> = Promise.resolve()
  private restarts = 0
  private lastReason: string | undefined
  private readonly pending = new Set<number>()
  private settleReady: { resolve: () => void; reject: (error: Error) => void } | undefined

  constructor(settings: Settings, descriptors: readonly number[]) {
    super()
    this.settings = settings
    this.release = { program: settings.program, generation: this.lastGeneration }
    this.wished = settings.workers
    this.policy = new RestartPolicy(settings.restarts)
    this.sockets = new Listeners(settings.balance, descriptors)
    this.crew = new Crew(settings, this.clock)
    this.requests = new WorkerRequests(this.sockets, this.crew.members, () => this.status())
    this.recycler = new Recycler(settings.recycle, this.policy.window, this.crew, this.clock, {
      renew: (slot) => this.crew.readiness(this.crew.start(slot, this.release)),
      retire: (member, reason) => this.retire(member, reason),
      inTurn: (operation) => void this.inTurn('recycle', operation).catch(() => {}), // a stop ends it too
      found: ({ pid }, reason) => this.report({ event: 'recycle', pid, reason }),
    })
    this.ready = new Promise((resolve, reject) => {
      this.settleReady = { resolve, reject }
    })
    this.ready.catch(() => {}) // who does not ask hears of it by `giveup`
    this.attend()
    this.examiner = setInterval(() => this.recycler.examine(), examineEvery)
    // Later: whoever makes us must be able to hear of the first ones, too.
    queueMicrotask(() => {
      if (!this.stopping) for (const slot of this.slots()) this.start(slot)
    })
  }

  /**
   * A picture of all workers, as `tokkyu status` shows it.
   *
   * @example console.log(statusTable(supervisor.status()))
   */
  status(): Status {
    return {
      pid: process.pid,
      generation: this.release.generation,
      wished: this.wished,
      restarts: this.restarts,
      gaveUp: this.gaveUp,
      lastReason: this.lastReason,
      workers: [...this.crew.members].map(({ status }) => status),
    }
  }

  /**
   * Replaces all workers, one after the other: each new one is ready before its old one drains. A
   * second reload waits for the first. Resolves when the old ones are gone.
   *
   * @param change - what the new workers are started with; what it leaves out stays as it is.
   * @throws {ReloadFailedError} `CLUSTER_RELOAD_FAILED` when a new worker does not get ready; those that
   *   were replaced by then are replaced once more, by workers of the old program.
   * @throws {StoppedError} `CLUSTER_STOPPED` when a stop has begun.
   * @example await supervisor.reload({ env: { RELEASE: '42' } })
   */
  reload(change: Partial<Program> = {}): Promise<void> {
    return this.inTurn('reload', async () => {
      const before = this.release
      const program = changedProgram(before.program, change)
      this.release = { program, generation: ++this.lastGeneration }
      this.gaveUp = false
      this.policy.forget()
      const leaving: Promise<void>[] = []
      for (const slot of this.slots()) {
        const failure = await this.renew(slot, 'reload', leaving)
        if (failure === undefined) continue
        this.report({ event: 'rollback', slot, reason: failure })
        this.release = before
        for (const replaced of this.slots().slice(0, slot))
          await this.renew(replaced, 'rollback', leaving)
        throw new ReloadFailedError(slot, failure)
      }
      await Promise.all(leaving)
      this.report({ event: 'reloaded', generation: this.release.generation })
    })
  }

  /**
   * Changes the number of workers while they serve. Resolves when those that are too many are gone; a
   * new one that does not get ready is no error here: it is replaced like any that dies.
   *
   * @param workers - from 1 to 1024; `max` is one for each core.
   * @throws {OptionError} `CLUSTER_BAD_OPTION` for another number.
   * @throws {StoppedError} `CLUSTER_STOPPED` when a stop has begun.
   * @example await supervisor.scale(4)
   */
  scale(workers: number | 'max'): Promise<void> {
    return this.inTurn('scale', async () => {
      this.wished = countOf(workers)
      this.look()
      const started = this.slots()
        .filter((slot) => !this.crew.occupied(slot))
        .map((slot) => this.crew.readiness(this.crew.start(slot, this.release)))
      const leaving = [...this.crew.members]
        .filter(({ slot }) => slot >= this.wished)
        .map((member) => this.retire(member, 'scaled down'))
      await Promise.all([...started, ...leaving])
      this.report({ event: 'scaled', workers: this.wished })
    })
  }

  /**
   * Stops gently: `ready()` answers 503 at once, after `unreadyDelay` no connection is accepted any more,
   * and all workers drain. Called again, it is the same stop.
   *
   * @param reason - what events and status say of it.
   * @returns the exit code: 0, or 70 when the supervisor gave up and nobody was left.
   * @example await supervisor.stop('maintenance')
   */
  stop(reason = 'stop'): Promise<number> {
    this.stopping ??= this.finish(reason, 0)
    return this.stopping
  }

  /**
   * Stops at once: all workers are ended by SIGKILL, and what they had in hand is lost. A stop that is
   * under way ends so, too.
   *
   * @returns the exit code, as `stop` does.
   * @example await supervisor.kill()
   */
  kill(): Promise<number> {
    const reason = 'killed by the supervisor'
    const stopped = this.stop(reason)
    for (const member of this.crew.members) member.kill(reason)
    return stopped
  }

  /** Has each worker run its `onReopen`, to open its log files anew. */
  reopen(): void {
    this.crew.tell({ type: 'reopen' })
  }

  private attend(): void {
    this.crew.on('started', ({ pid, slot, generation }) =>
      this.report({ event: 'start', pid, slot, generation }),
    )
    this.crew.on('ready', ({ pid, slot }) => {
      this.report({ event: 'ready', pid, slot })
      this.look()
    })
    this.crew.on('message', (member, message) => this.hear(member, message))
    this.crew.on('exit', (member, reason) => this.bury(member, reason))
  }

  private async finish(reason: string, exitCode: number): Promise<number> {
    this.report({ event: 'stopping', reason })
    this.crew.tell({ type: 'unready' })
    await this.crew.outlives(this.settings.unreadyDelay)
    clearInterval(this.examiner)
    await this.sockets.stopAccepting(this.settings.grace)
    await Promise.all([...this.crew.members].map((member) => this.retire(member, reason)))
    await this.sockets.close()
    this.clock.stop()
    this.report({ event: 'stopped', exitCode })
    this.emit('stopped', exitCode)
    // Later: a process that ends with the stop must not end as one that awaits `ready` and failed.
    setImmediate(() => this.settleReady?.reject(new StoppedError('get ready')))
    return exitCode
  }

  private slots(): number[] {
    return Array.from({ length: this.wished }, (_, slot) => slot)
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
    void this.crew.readiness(this.crew.start(slot, this.release))
  }

  /** Whether all places are filled, which whoever waits for `ready` is told. */
  private look(): void {
    if (this.slots().every((slot) => this.crew.isReady(slot))) this.settleReady?.resolve()
  }

  /**
   * Puts a new worker in the place of those at `slot`. Why it could not be; or nothing, and they are
   * `leaving`.
   */
  private async renew(
    slot: number,
    reason: string,
    leaving: Promise<void>[],
  ): Promise<string | undefined> {
    if (this.stopping) throw new StoppedError(reason)
    const old = this.crew.of(slot)
    const failure = await this.crew.readiness(this.crew.start(slot, this.release))
    if (failure === undefined) leaving.push(...old.map((member) => this.retire(member, reason)))
    return failure
  }

  private retire(member: Member, reason: string): Promise<void> {
    this.requests.release(member)
    return this.crew.retire(member, reason)
  }

  private bury(member: Member, reason: string): void {
    this.recycler.leave(member)
    this.requests.leave(member)
    this.report({ event: 'exit', pid: member.pid, slot: member.slot, reason })
    this.replace(member, reason)
    if (this.gaveUp && this.crew.members.size === 0 && !this.stopping)
      this.stopping = this.finish('gave up, and nobody is left', exitCodeOfGiveUp)
  }

  /** Sees to it that the place of `member`, which failed, is filled. */
  private replace({ slot }: Member, reason: string): void {
    if (this.stopping || slot >= this.wished || this.crew.occupied(slot)) return
    if (this.pending.has(slot) || this.gaveUp) return
    this.lastReason = reason
    const delay = this.policy.next(this.clock.now())
    if (delay === 'giveup') {
      this.gaveUp = true
      const error = new GaveUpError(this.policy.max, this.policy.window, reason)
      this.report({ event: 'giveup', reason: error.message })
      this.emit('giveup', error)
      this.settleReady?.reject(error)
      return
    }
    this.restarts++
    this.report({ event: 'restart', slot, reason, delay: Math.round(delay) })
    this.pending.add(slot)
    const begin = (): void => {
      this.pending.delete(slot)
      if (!this.stopping && slot < this.wished && !this.crew.occupied(slot)) this.start(slot)
    }
    if (delay === 0) begin()
    else setTimeout(begin, delay)
  }

  private hear(member: Member, message: ToSupervisor): void {
    if (message.type !== 'failing' && message.type !== 'leave') {
      this.requests.answer(member, message)
      return
    }
    if (member.state === 'starting') member.kill(message.reason)
    else if (member.state === 'ready') {
      void this.retire(member, message.reason)
      this.report({ event: message.type, pid: member.pid, reason: message.reason })
      this.replace(member, message.reason)
    }
  }

  private report(event: SupervisorEvent): void {
    this.emit('event', event)
  }
}
