import { availableParallelism } from 'node:os'

import type { Balance } from '../balance/balance.ts'
import { milliseconds } from '../check-time.ts'
import { OptionError } from '../errors.ts'
import type { Program } from '../crew/program.ts'
import type { RecycleLimits } from '../crew/recycle-policy.ts'
import type { RestartLimits } from './restart-policy.ts'

/** What `supervise` is told: the program, how many of it, and how patient to be with them. */
export interface SupervisorOptions extends Program {
  /** How many processes, from 1 to 1024. @default 'max', one for each core */
  readonly workers?: number | 'max' | undefined
  /** Which worker gets a new connection. @default 'least-connections' */
  readonly balance?: Balance | undefined
  /** How long a new worker may take until it is ready; milliseconds. @default 30_000 */
  readonly readyTimeout?: number | undefined
  /** How long a draining worker may take before it is killed; milliseconds. @default 30_000 */
  readonly grace?: number | undefined
  /**
   * How long a draining worker keeps idle connections, so that the client's next request still finds
   * somebody, who answers it with `Connection: close`. Longer than clients stay idle.
   *
   * - Unit: milliseconds.
   *
   * @default 5_000 (node's own `keepAliveTimeout`)
   */
  readonly linger?: number | undefined
  /**
   * How long `ready()` answers 503 before a stop begins, for the balancer in front; milliseconds.
   *
   * @default 0
   */
  readonly unreadyDelay?: number | undefined
  /** When workers that die one after the other are a crash loop. @default 10 in 60 s, see there */
  readonly restarts?: RestartLimits | undefined
  /** When a worker that lives is unfit, and replaced. @default one that is silent for 10 s, see there */
  readonly recycle?: RecycleLimits | undefined
  /** Path of the control socket, or `false` for none. Made with mode 0600. @default false */
  readonly control?: string | false | undefined
  /** JSON lines to this file, reopened on SIGUSR2. @default none: listen to the `event` event */
  readonly log?: string | undefined
  /** Handle SIGTERM, SIGINT, SIGHUP and SIGUSR2, and end the process after a stop. @default true */
  readonly signals?: boolean | undefined
}

/** The options, each with a value. */
export interface Settings {
  readonly program: Program
  readonly workers: number
  readonly balance: Balance
  readonly readyTimeout: number
  readonly grace: number
  readonly linger: number
  readonly unreadyDelay: number
  readonly restarts: RestartLimits
  readonly recycle: RecycleLimits
}

export function settle(options: SupervisorOptions): Settings {
  const { entry, args = [], env = {} } = options
  if (typeof entry !== 'string' || entry === '')
    throw new OptionError('entry', entry, 'the path of the file that each worker runs')
  return {
    program: { entry, args, env },
    workers: countOf(options.workers ?? 'max'),
    balance: balanceOf(options.balance ?? 'least-connections'),
    readyTimeout: milliseconds('readyTimeout', options.readyTimeout ?? 30_000),
    grace: milliseconds('grace', options.grace ?? 30_000),
    linger: milliseconds('linger', options.linger ?? 5_000),
    unreadyDelay: milliseconds('unreadyDelay', options.unreadyDelay ?? 0),
    restarts: restartsOf(options.restarts ?? {}),
    recycle: recycleOf(options.recycle ?? {}),
  }
}

/** `max` is one worker for each core that this process may use. */
export function countOf(workers: number | 'max'): number {
  if (workers === 'max') return availableParallelism()
  if (!Number.isInteger(workers) || workers < 1 || workers > 1024)
    throw new OptionError('workers', workers, 'a whole number from 1 to 1024, or "max"')
  return workers
}

function balanceOf(balance: Balance): Balance {
  if (balance === 'least-connections' || balance === 'round-robin') return balance
  if (typeof balance === 'object') {
    if (balance.sticky === 'address') return balance
    if (['cookie', 'header'].includes(balance.sticky) && balance.name) return balance
  }
  throw new OptionError(
    'balance',
    balance,
    '"least-connections", "round-robin" or { sticky: "address" | "cookie" | "header", name }',
  )
}

function restartsOf(limits: RestartLimits): RestartLimits {
  checkLimit('restarts.max', limits.max)
  checkLimit('restarts.window', limits.window)
  if (limits.maxDelay !== undefined) milliseconds('restarts.maxDelay', limits.maxDelay)
  return limits
}

function recycleOf(limits: RecycleLimits): RecycleLimits {
  checkLimit('recycle.silence', limits.silence)
  checkLimit('recycle.memory', limits.memory)
  checkLimit('recycle.loopDelay', limits.loopDelay)
  return limits
}

/** A limit is compared only: `Infinity` is one that nothing passes, and with NaN nothing ever would. */
function checkLimit(option: string, value: number | undefined): void {
  if (value !== undefined && !(typeof value === 'number' && value >= 0))
    throw new OptionError(option, value, 'a number from 0, or Infinity')
}
