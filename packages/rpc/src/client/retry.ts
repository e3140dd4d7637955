import { setTimeout as sleep } from 'node:timers/promises'

import { RpcOptionError } from '../errors/option-error.ts'
import { RpcError } from '../status/rpc-error.ts'

/** When a call is made again that has failed. */
export interface RetryOptions {
  /**
   * How often at most a call is made in all; 1 is never again.
   *
   * @default 3
   */
  readonly attempts?: number | undefined
  /**
   * Retries for each call, over time: what a client adds at most to the load of servers that fail.
   *
   * @default 0.1
   */
  readonly budget?: number | undefined
  /**
   * Retries that may be made at once after a time without any: the calls that one lost connection costs.
   *
   * @default 100
   */
  readonly reserve?: number | undefined
}

/** What a retry waits for. */
export interface RetryWait {
  /** Milliseconds until a server may be tried again. */
  readonly pause: () => number
  /** Whether nobody wants the call any more. */
  readonly stopped: () => boolean
}

const [FIRST_PAUSE, LONGEST_PAUSE] = [25, 1000]

/** Makes calls again where that does no harm, and not more often than the budget allows. */
export class Retries {
  readonly #attempts: number
  readonly #budget: number
  readonly #reserve: number
  #left: number

  constructor({ attempts = 3, budget = 0.1, reserve = 100 }: RetryOptions = {}) {
    checkLimit('attempts', attempts, 1)
    checkLimit('budget', budget, 0)
    checkLimit('reserve', reserve, 0)
    this.#reserve = reserve
    this.#left = reserve
    this.#attempts = attempts
    this.#budget = budget
  }

  /** Takes one more attempt out of the budget; says whether there was one. */
  take(): boolean {
    if (this.#left < 1) return false
    this.#left--
    return true
  }

  /**
   * Makes a call, and again while it fails in a way that may pass.
   *
   * A call that no handler has seen is made again; one that a handler may have seen only when it is
   * idempotent and the connection or the server was gone.
   */
  async around<T>(idempotent: boolean, wait: RetryWait, make: () => Promise<T>): Promise<T> {
    this.#left = Math.min(this.#reserve, this.#left + this.#budget)
    let reached = false
    for (let attempt = 1; ; attempt++) {
      try {
        return await make()
      } catch (error) {
        if (error instanceof RpcError) reached ||= error.reached
        const isLast = attempt >= this.#attempts || !mayPass(error, idempotent) || !this.take()
        if (isLast) throw withReached(error, reached)
        await sleep(Math.max(pause(attempt), wait.pause()))
        if (wait.stopped()) throw withReached(error, reached)
      }
    }
  }
}

function checkLimit(name: keyof RetryOptions, value: number, least: number): void {
  if (typeof value === 'number' && value >= least) return
  throw new RpcOptionError(
    `retry.${name}`,
    `Cannot use ${String(value)} as ${name} of retries: expected a number from ${least}`,
  )
}

/** The error of the last attempt, which must not deny that one before it may have been seen. */
function withReached(error: unknown, reached: boolean): unknown {
  if (!(error instanceof RpcError) || error.reached === reached) return error
  const { code, details, metadata } = error
  return new RpcError(code, details, { metadata, reached, cause: error })
}

function mayPass(error: unknown, idempotent: boolean): boolean {
  return error instanceof RpcError && error.code === 'UNAVAILABLE' && (idempotent || !error.reached)
}

/** Longer each time, and never the same for two clients. */
function pause(attempt: number): number {
  return Math.random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt)
}
