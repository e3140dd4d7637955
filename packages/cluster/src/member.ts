import { EventEmitter } from 'node:events'
import type { Worker } from 'node:cluster'
import type { Socket } from 'node:net'

import type { Candidate } from './balance.ts'
import { opened, type ToSupervisor, type ToWorker, type Vitals } from './messages.ts'
import type { Pulse } from './recycle-policy.ts'
import { after, type WorkerEvent, type WorkerState } from './worker-life.ts'

interface Events {
  message: [ToSupervisor]
  ready: []
  exit: [reason: string]
}

const keptBeats = 3

/** One worker as the supervisor sees it. */
export class Member extends EventEmitter<Events> implements Candidate, Pulse {
  readonly worker: Worker
  readonly slot: number
  readonly generation: number
  readonly startedAt = Date.now()
  state: WorkerState = 'starting'
  /** Why it goes, or went. */
  reason: string | undefined
  connections = 0
  lastBeat = Date.now()
  beats: Vitals[] = []
  requestsPerSecond = 0
  /** Given to it, and not yet taken: should it die now, another gets them. */
  readonly handed = new Map<number, () => void>()
  private killer: NodeJS.Timeout | undefined

  constructor(worker: Worker, slot: number, generation: number) {
    super()
    this.worker = worker
    this.slot = slot
    this.generation = generation
    worker.on('message', (message: unknown) =>
      this.hear(opened(message) as ToSupervisor | undefined),
    )
    worker.on('error', () => {}) // a channel that broke: `exit` follows
    worker.once('exit', (code, signal) => {
      clearTimeout(this.killer)
      this.reason ??= signal ? `killed by ${signal}` : `exit code ${code}`
      this.step('exit')
      this.emit('exit', this.reason)
    })
  }

  get free(): boolean {
    return this.handed.size === 0
  }

  get pid(): number | undefined {
    return this.worker.process.pid
  }

  step(event: WorkerEvent): boolean {
    const before = this.state
    this.state = after(before, event)
    return this.state !== before
  }

  send(message: ToWorker, socket?: Socket): void {
    if (!this.worker.isConnected()) return
    // `keepOpen`: until the worker says it has the connection, ours is the only sure hold on it.
    if (socket) this.worker.process.send({ tokkyu: message }, socket, { keepOpen: true }, () => {})
    else this.worker.process.send({ tokkyu: message }, () => {})
  }

  /** Asks it to finish what it has and go; after `grace` it is killed. */
  drain(reason: string, linger: number, grace: number): void {
    if (!this.step('drain')) return
    this.reason ??= reason
    this.send({ type: 'drain', linger, grace })
    // The worker ends itself after its grace; this is for one that cannot.
    this.killer = setTimeout(() => this.kill(), grace + 1000)
  }

  kill(reason?: string): void {
    this.reason ??= reason
    this.worker.process.kill('SIGKILL')
  }

  private hear(message: ToSupervisor | undefined): void {
    if (!message) return
    this.lastBeat = Date.now()
    if (message.type === 'beat') this.note(message.vitals)
    else if (message.type === 'load') this.connections = message.connections
    else if (message.type === 'ready') {
      if (this.step('ready')) this.emit('ready')
    } else if (message.type === 'drained') {
      // The answer makes the round trip whole: whatever was sent before it has arrived.
      if (this.free) this.send({ type: 'exit' })
      else this.once('message', () => this.send({ type: 'exit' }))
    }
    this.emit('message', message)
  }

  private beatAt = Date.now()

  private note(vitals: Vitals): void {
    const now = Date.now()
    const before = this.beats.at(-1)?.requests ?? 0
    this.requestsPerSecond = ((vitals.requests - before) * 1000) / Math.max(1, now - this.beatAt)
    this.beatAt = now
    this.connections = vitals.connections
    this.beats = [...this.beats.slice(1 - keptBeats), vitals]
  }
}
