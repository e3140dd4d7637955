import type { Taker } from '../channel/message-receiver.ts'
import type { MessageSource } from '../streams/message-stream.ts'
import type { Acquire } from './acquire.ts'
import { CallWithResponses } from './call-many.ts'
import type { Made } from './call-one.ts'
import type { CallScope } from './call-scope.ts'
import type { Retries, RetryWait } from './retry.ts'

/** How a call is made again. */
export interface Again {
  readonly retries: Retries
  readonly idempotent: boolean
  readonly wait: RetryWait
}

/**
 * A call of one request and many responses, which is made again while it fails before its first response. The
 * first attempt begins at once, and is the only one when it has ended before anybody asked for that response.
 */
export class RetriedResponses implements MessageSource<object> {
  readonly #made: Made
  readonly #scope: CallScope
  readonly #acquire: Acquire
  readonly #again: Again
  #running: CallWithResponses
  /** Somebody waits for the first response. */
  #isAwaited = false
  /** There will be no other attempt than the one that runs, or has ended. */
  #isFinal = false
  /** Of the attempt that runs. */
  #hasEnded = false
  #hasFailed = false
  #outcome: { readonly error: unknown } | 'well' | undefined

  constructor(made: Made, scope: CallScope, acquire: Acquire, again: Again) {
    this.#made = made
    this.#scope = scope
    this.#acquire = acquire
    this.#again = again
    this.#running = this.#begin()
  }

  take(taker: Taker): void {
    if (this.#isFinal) this.#running.take(taker)
    else if (this.#outcome) taker(undefined)
    else void this.#takeFirst(taker)
  }

  decode(bytes: Buffer): object {
    return this.#running.decode(bytes)
  }

  async finished(): Promise<void> {
    if (!this.#outcome) return this.#running.finished()
    if (this.#outcome !== 'well') throw this.#outcome.error
  }

  abandon(): void {
    this.#scope.cancel()
  }

  #begin(): CallWithResponses {
    this.#hasEnded = false
    const running = new CallWithResponses(this.#made, {
      cancel: () => this.#scope.cancel(),
      end: () => {
        this.#hasEnded = true
        this.#isFinal ||= !this.#isAwaited
        if (this.#isFinal) this.#scope.end()
      },
    })
    running.start(this.#acquire)
    return running
  }

  async #takeFirst(taker: Taker): Promise<void> {
    const { retries, idempotent, wait } = this.#again
    this.#isAwaited = true
    let first: Buffer | undefined
    try {
      first = await retries.around(idempotent, wait, () => this.#first())
      if (first) this.#isFinal = true
      else this.#outcome = 'well'
    } catch (error) {
      this.#outcome = { error }
    }
    if (this.#outcome || this.#hasEnded) this.#scope.end()
    taker(first)
  }

  /** The first response of an attempt; nothing when there is none and all is well. */
  #first(): Promise<Buffer | undefined> {
    if (this.#hasFailed) this.#running = this.#begin()
    this.#hasFailed = false
    const running = this.#running
    return new Promise((resolve, reject) => {
      running.take((bytes) => {
        if (bytes !== undefined) {
          resolve(bytes)
          return
        }
        running.finished().then(
          () => resolve(undefined),
          (error: Error) => {
            this.#hasFailed = true
            reject(error)
          },
        )
      })
    })
  }
}
