import type { Worker } from 'node:cluster'
import { EventEmitter } from 'node:events'

import type { AwakeClock } from './awake-clock.ts'
import { opened, type ToSupervisor, type ToWorker, type Vitals } from '../wire/messages.ts'
import type { Pulse } from './recycle-policy.ts'
import type { WorkerStatus } from './status.ts'
import { after, type WorkerEvent, type WorkerState } from './worker-life.ts'

interface Events {
  message: [ToSupervisor]
  ready: []
  exit: [reason: string]
}

const keptBeats = 3
/** A draining worker ends itself after its grace; so much later it is ended. */
const killAfterGrace = 1000

/** One worker as the supervisor sees it. */
export class Member extends EventEmitter<Events> implements Pulse {
  readonly slot: number
  readonly generation: number
  state: WorkerState = 'starting'
  /** Why it goes, or went. */
  reason: string | undefined
  connections = 0
  lastBeat: number
  beats: Vitals[] = []
  /** Given to it, and not yet taken: should it die now, another gets them. */
  readonly handed = new Map<number, (accepted: boolean) => void>()
  private readonly worker: Worker
  private readonly clock: AwakeClock
  private readonly startedAt = Date.now()
  private beatAt: number
  private requestsPerSecond = 0
  private callOffKill: () => void = () => {}

  constructor(worker: Worker, slot: number, generation: number, clock: AwakeClock) {
    super()
    this.setMaxListeners(0) // one for each connection on its way, and for each who waits for its end
    this.worker = worker
    this.slot = slot
    this.generation = generation
    this.clock = clock
    this.lastBeat = this.beatAt = clock.now()
    worker.on('message', (message: unknown) =>
      this.hear(opened(message) as ToSupervisor | undefined),
    )
    worker.on('error', () => {}) // a channel that broke: `exit` follows
    worker.once('exit', (code, signal) => {
      this.callOffKill()
      this.reason ??= signal ? `killed by ${signal}` : `exit code ${code}`
      this.step('exit')
      this.emit('exit', this.reason)
    })
  }

  /** Whether it has taken what it was given last. */
  get free(): boolean {
    return this.handed.size === 0
  }

  get pid(): number | undefined {
    return this.worker.process.pid
  }

  /** @param handle - of a connection; it stays open here, our sure hold on it until it was taken. */
  send(message: ToWorker, handle?: object | null): void {
    if (!this.worker.isConnected()) return
    // The types know whole sockets; node sends their handles too, and its own cluster does so.
    this.worker.process.send({ tokkyu: message }, (handle ?? undefined) as never, {}, () => {})
  }

  /** Asks it to finish what it has and go; after `grace` it is killed. */
  drain(reason: string, linger: number, grace: number): void {
    if (!this.step('drain')) return
    this.reason ??= reason
    this.send({ type: 'drain', linger, grace })
    this.callOffKill = this.clock.after(grace + killAfterGrace, () => this.kill())
  }

  kill(reason?: string): void {
    this.reason ??= reason
    this.worker.process.kill('SIGKILL')
  }

  get status(): WorkerStatus {
    const last = this.beats.at(-1)
    return {
      pid: this.pid ?? 0,
      slot: this.slot,
      generation: this.generation,
      state: this.state,
      uptime: Date.now() - this.startedAt,
      requests: last?.requests ?? 0,
      requestsPerSecond: this.requestsPerSecond,
      connections: this.connections,
      p99: last?.p99 ?? 0,
      loopDelay: last?.loopDelay ?? 0,
      memory: last?.memory ?? 0,
      reason: this.reason,
    }
  }

  private step(event: WorkerEvent): boolean {
    const before = this.state
    this.state = after(before, event)
    return this.state !== before
  }

  private hear(message: ToSupervisor | undefined): void {
    if (!message) return
    this.lastBeat = this.clock.now()
    if (message.type === 'beat') this.note(message.vitals)
    else if (message.type === 'load') this.connections = message.connections
    else if (message.type === 'took') this.handed.get(message.id)?.(message.accepted)
    else if (message.type === 'ready') {
      if (this.step('ready')) this.emit('ready')
    } else if (message.type === 'drained') {
      // The answer makes the round trip whole: whatever was sent before it has arrived.
      this.send({ type: 'exit' })
    }
    this.emit('message', message)
  }

  private note(vitals: Vitals): void {
    const before = this.beats.at(-1)?.requests ?? 0
    const seconds = Math.max(1, this.lastBeat - this.beatAt) / 1000
    this.requestsPerSecond = (vitals.requests - before) / seconds
    this.beatAt = this.lastBeat
    this.connections = vitals.connections
    this.beats = [...this.beats.slice(1 - keptBeats), vitals]
  }
}
