import type { Taker } from '../channel/message-receiver.ts'
import type { MadeCall } from '../channel/callable.ts'
import { RpcError } from '../status/rpc-error.ts'
import type { MessageSource } from '../streams/message-stream.ts'
import type { Acquire } from './acquire.ts'
import { Attempt, type AttemptObserver } from './attempt.ts'
import type { Made } from './call-one.ts'
import type { CallScope } from './call-scope.ts'

/** How something ended: well, or with what was thrown. */
type Outcome = { readonly error: unknown } | 'well'

/** A call that has many responses, while it runs. */
export class CallWithResponses implements MessageSource<object>, AttemptObserver {
  readonly #made: Made
  readonly #scope: Pick<CallScope, 'cancel' | 'end'>
  #attempt: Attempt | undefined
  #call: MadeCall | undefined
  /** Has asked for a response before the call had begun. */
  #taker: Taker | undefined
  #fault: RpcError | undefined
  /** Interceptors wait for the end of the call. */
  #callEnded: ((error: RpcError | undefined) => void) | undefined
  #outcome: Outcome | undefined
  /** Has heard all responses and waits for how it ended. */
  #finish: ((outcome: Outcome) => void) | undefined

  constructor(made: Made, scope: Pick<CallScope, 'cancel' | 'end'>) {
    this.#made = made
    this.#scope = scope
  }

  /** Makes the call; how that ends is what comes after the last response. */
  start(acquire: Acquire): void {
    this.#attempt = new Attempt(this.#made.options, this.#made.scope, this)
    this.#attempt.start(acquire, this.#made.path)
  }

  /** Makes the call inside `around`, whose end is what comes after the last response. */
  startInside(acquire: Acquire, around: (run: () => Promise<void>) => Promise<unknown>): void {
    const run = (): Promise<void> =>
      new Promise((resolve, reject) => {
        this.#callEnded = (error) => (error ? reject(error) : resolve())
        this.start(acquire)
      })
    around(run).then(
      () => this.#settle('well'),
      (error: unknown) => this.#settle({ error }),
    )
  }

  begun(call: MadeCall): void {
    this.#call = call
    if (this.#taker) call.take(this.#taker)
    this.#made.send(call, this)
  }

  ended(error: RpcError | undefined): void {
    const reason = this.#fault ?? error
    if (this.#callEnded) this.#callEnded(reason)
    else this.#settle(reason ? { error: reason } : 'well')
  }

  take(taker: Taker): void {
    if (this.#call) this.#call.take(taker)
    else if (this.#outcome) taker(undefined)
    else this.#taker = taker
  }

  decode(bytes: Buffer): object {
    try {
      return this.#made.response.decode(bytes)
    } catch (cause) {
      const error = new RpcError('INTERNAL', 'The response cannot be read', { cause })
      this.fail(error)
      throw error
    }
  }

  finished(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#finish = (outcome) => (outcome === 'well' ? resolve() : reject(outcome.error))
      if (this.#outcome) this.#finish(this.#outcome)
    })
  }

  abandon(): void {
    this.#scope.cancel()
  }

  #settle(outcome: Outcome): void {
    this.#scope.end()
    this.#outcome = outcome
    if (!this.#call) this.#taker?.(undefined)
    this.#finish?.(outcome)
  }

  fail(error: RpcError): void {
    this.#fault ??= error
    this.#attempt?.stop({ code: error.code, details: error.details })
  }
}

/** The responses of a call that could not be made: whoever asks for them hears why. */
export class FailedCall implements MessageSource<never> {
  readonly #error: unknown

  constructor(error: unknown) {
    this.#error = error
  }

  take(taker: Taker): void {
    taker(undefined)
  }

  decode(): never {
    throw this.#error
  }

  async finished(): Promise<void> {
    throw this.#error
  }

  abandon(): void {
    // Nothing runs.
  }
}
