import cluster from 'node:cluster'
import { EventEmitter } from 'node:events'

import type { AwakeClock } from './awake-clock.ts'
import { Member } from './member.ts'
import type { ToSupervisor, ToWorker } from '../wire/messages.ts'
import type { Program } from './program.ts'
import { attendance } from '../attendance.ts'

interface Events {
  started: [Member]
  message: [Member, ToSupervisor]
  ready: [Member]
  exit: [Member, reason: string]
}

/** What workers are started with, and the number that their status shows. */
export interface Release {
  readonly program: Program
  readonly generation: number
}

/** For how long workers are waited for; milliseconds, as the supervisor's options of the same names. */
export interface Patience {
  readonly readyTimeout: number
  readonly linger: number
  readonly grace: number
}

/** The workers that there are: how one is started, waited for, and ended. */
export class Crew extends EventEmitter<Events> {
  readonly members = new Set<Member>()
  private readonly patience: Patience
  private readonly clock: AwakeClock

  constructor(patience: Patience, clock: AwakeClock) {
    super()
    this.patience = patience
    this.clock = clock
  }

  start(slot: number, { program, generation }: Release): Member {
    const { entry, args = [], env } = program
    cluster.setupPrimary({
      exec: entry,
      args: [...args],
      execArgv: [...process.execArgv, '--require', attendance],
    })
    const worker = cluster.fork({ ...env, TOKKYU_WORKER: '1', TOKKYU_SLOT: String(slot) })
    const member = new Member(worker, slot, generation, this.clock)
    this.members.add(member)
    member.on('message', (message) => this.emit('message', member, message))
    member.once('ready', () => this.emit('ready', member))
    member.once('exit', (reason) => {
      this.members.delete(member)
      this.emit('exit', member, reason)
    })
    this.emit('started', member)
    return member
  }

  /** Waits until `member` is ready, and kills it when it takes too long. Why it is not; or nothing. */
  readiness(member: Member): Promise<string | undefined> {
    return new Promise((resolve) => {
      const limit = this.patience.readyTimeout
      const callOff = this.clock.after(limit, () => member.kill(`not ready after ${limit} ms`))
      member.once('ready', () => {
        callOff()
        resolve(undefined)
      })
      member.once('exit', (reason) => {
        callOff()
        resolve(reason)
      })
    })
  }

  /** Has `member` finish what it has; one that has nothing yet is killed. Settles when it is gone. */
  retire(member: Member, reason: string): Promise<void> {
    const { linger, grace } = this.patience
    return this.end(member, () => {
      if (member.state === 'starting') member.kill(reason)
      else member.drain(reason, linger, grace)
    })
  }

  /** Kills `member`. Settles when it is gone. */
  kill(member: Member, reason: string): Promise<void> {
    return this.end(member, () => member.kill(reason))
  }

  of(slot: number): Member[] {
    return [...this.members].filter((each) => each.slot === slot)
  }

  /** Whether somebody fills `slot`, or is about to. */
  occupied(slot: number): boolean {
    return this.of(slot).some(({ state }) => state === 'starting' || state === 'ready')
  }

  isReady(slot: number): boolean {
    return this.of(slot).some(({ state }) => state === 'ready')
  }

  tell(message: ToWorker): void {
    for (const member of this.members) member.send(message)
  }

  /** Waits for `time` ms, but no longer than until nobody is left. */
  outlives(time: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        this.off('exit', look)
        resolve()
      }
      const look = (): void => {
        if (this.members.size === 0) end()
      }
      const timer = setTimeout(end, time)
      this.on('exit', look)
      look()
    })
  }

  private end(member: Member, begin: () => void): Promise<void> {
    if (member.state === 'gone') return Promise.resolve()
    return new Promise((resolve) => {
      member.once('exit', () => resolve())
      begin()
    })
  }
}
