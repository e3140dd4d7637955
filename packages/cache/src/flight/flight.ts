import { CallTimeoutError, NobodyWaitsError } from '../errors/flight-errors.ts'

/** What a call is given: a signal that aborts when its result is of use to nobody. */
export interface CallContext {
  /** To be handed on to `fetch` or a query, so that nothing goes on for nobody. */
  readonly signal: AbortSignal
}

interface Waiter<Result> {
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
  /** Stops listening to the signal that the caller gave. */
  readonly release: () => void
}

/** One call under way, and all who wait for it. */
export class Flight<Result> {
  readonly #controller = new AbortController()
  readonly #waiters = new Set<Waiter<Result>>()
  readonly #onEnd: (waiting: number) => void
  #timer: NodeJS.Timeout | undefined

  /** @param onEnd - told once, when nobody can join any more, with how many still waited. */
  constructor(onEnd: (waiting: number) => void) {
    this.#onEnd = onEnd
  }

  start(call: (context: CallContext) => Result | PromiseLike<Result>, timeout: number): void {
    if (timeout !== Infinity) {
      this.#timer = setTimeout(() => {
        const error = new CallTimeoutError(timeout)
        this.#end((waiter) => waiter.reject(error))
        this.#controller.abort(error)
      }, timeout)
    }
    // What the call says after the flight has ended finds no waiter, and is nobody's unhandled rejection.
    void run(call, this.#controller.signal).then(
      (result) => this.#end((waiter) => waiter.resolve(result)),
      (error: unknown) => this.#end((waiter) => waiter.reject(error)),
    )
  }

  /** @param onLeave - told when this caller gives up while the call goes on. */
  wait(signal: AbortSignal | undefined, onLeave: () => void): Promise<Result> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiters.delete(waiter)
        waiter.release()
        onLeave()
        reject(signal?.reason)
        if (this.#waiters.size === 0) this.#abandon()
      }
      const release = (): void => signal?.removeEventListener('abort', leave)
      const waiter: Waiter<Result> = { resolve, reject, release }
      this.#waiters.add(waiter)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }

  #abandon(): void {
    const error = new NobodyWaitsError()
    this.#end(() => {})
    this.#controller.abort(error)
  }

  #end(settle: (waiter: Waiter<Result>) => void): void {
    if (this.#controller.signal.aborted) return
    clearTimeout(this.#timer)
    const waiters = [...this.#waiters]
    this.#waiters.clear()
    this.#onEnd(waiters.length)
    for (const waiter of waiters) {
      waiter.release()
      settle(waiter)
    }
  }
}

/** A throw and a rejection are the same to those who wait. */
async function run<Result>(
  call: (context: CallContext) => Result | PromiseLike<Result>,
  signal: AbortSignal,
): Promise<Result> {
  return call({ signal })
}
