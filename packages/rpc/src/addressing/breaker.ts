import { checkCount, checkTime, RpcOptionError } from '../errors/option-error.ts'
import type { StatusCode } from '../errors/status-code.ts'
import type { RpcError } from '../status/rpc-error.ts'

/** When a server that fails is left alone. */
export interface BreakerOptions {
  /**
   * Failures in a row after which a server is left alone: `INTERNAL`, `UNKNOWN`, `DATA_LOSS`,
   * `DEADLINE_EXCEEDED`, and `UNAVAILABLE` where a handler may have seen the call.
   *
   * @default 5
   */
  readonly failures?: number | undefined
  /**
   * Milliseconds for which it is left alone the first time, give or take a quarter; twice as long each time
   * that the one call which then tries it fails as well, up to 30 times.
   *
   * @default 1000
   */
  readonly pause?: number | undefined
  /**
   * How many of the servers of a name may be left alone at once, from 0 to 1, rounded down. With 0.5 a name
   * that has one server never loses it; with 1 calls fail at once while all are left alone.
   *
   * @default 0.5
   */
  readonly share?: number | undefined
}

const LONGEST_FACTOR = 30
const FAILURES: ReadonlySet<StatusCode> = new Set([
  'INTERNAL',
  'UNKNOWN',
  'DATA_LOSS',
  'DEADLINE_EXCEEDED',
  'UNAVAILABLE',
])

/** The options, each with a value. */
export type BreakerSettings = {
  readonly [Name in keyof BreakerOptions]-?: Exclude<BreakerOptions[Name], undefined>
}

/**
 * The options with their defaults.
 *
 * @throws {RpcOptionError} `RPC_BAD_OPTION` for one that cannot be meant.
 */
export function breakerOf(given: BreakerOptions): BreakerSettings {
  const { failures = 5, pause = 1000, share = 0.5 } = given
  checkCount('breaker.failures', failures, 1)
  checkTime('breaker.pause', pause)
  if (!(share >= 0 && share <= 1)) {
    throw new RpcOptionError('breaker.share', `Cannot leave a share of ${String(share)} alone`)
  }
  return { failures, pause, share }
}

/** Leaves a server alone that fails again and again, then lets one call try it. */
export class Breaker {
  readonly #options: BreakerSettings
  readonly #mayOpen: () => boolean
  #failures = 0
  /** How many times in a row it was left alone; 0 while it is not. */
  #times = 0
  /** By `performance.now()`. */
  #until = 0
  #isTried = false

  /** @param mayOpen - whether one more server may be left alone */
  constructor(options: BreakerSettings, mayOpen: () => boolean) {
    this.#options = options
    this.#mayOpen = mayOpen
  }

  /** Whether the server is left alone, or tried by a single call. */
  get isOpen(): boolean {
    return this.#times > 0
  }

  /** Milliseconds until a call may go there. */
  get pause(): number {
    if (this.#times === 0) return 0
    const left = this.#until - performance.now()
    if (left > 0) return left
    return this.#isTried ? this.#options.pause : 0
  }

  /** A call goes to the server; answers what hears how it has ended. */
  begin(): (error: RpcError | undefined) => void {
    if (this.#times === 0) return (error) => this.#ended(error)
    this.#isTried = true
    return (error) => this.#tried(error)
  }

  #ended(error: RpcError | undefined): void {
    if (this.#times > 0) return // begun before the others failed
    if (!isFailure(error)) this.#failures = 0
    else if (++this.#failures >= this.#options.failures && this.#mayOpen()) this.#open()
  }

  #tried(error: RpcError | undefined): void {
    this.#isTried = false
    if (isFailure(error)) this.#open()
    else if (error?.code !== 'CANCELLED') this.#failures = this.#times = 0
  }

  #open(): void {
    const { pause } = this.#options
    const time = pause * Math.min(LONGEST_FACTOR, 2 ** this.#times)
    this.#times++
    this.#until = performance.now() + time * (0.75 + Math.random() / 2)
  }
}

function isFailure(error: RpcError | undefined): boolean {
  if (!error || !FAILURES.has(error.code)) return false
  return error.code !== 'UNAVAILABLE' || error.reached
}
