import type { Journey } from './journey.ts'

/**
 * One handler's turn in a request; what `next()` returns.
 *
 * It can be awaited, and settles when its handler and all that followed have settled. Nothing of
 * that is paid for unless someone calls `then`.
 */
export class Step implements PromiseLike<void> {
  readonly journey: Journey
  /** Whose `next()` led here. */
  readonly before: Step | undefined
  /** Where this handler's own `next()` led. */
  after: Step | undefined = undefined
  /** What the handler returned, when that can be waited for. */
  result: PromiseLike<unknown> | undefined = undefined
  /** The handler has called `next()` or failed: the router went on, or out. */
  movedOn = false
  /** Someone waits who will be told of an error, and so takes it over. */
  awaited = false
  /** An error has passed here, on its way from below to whoever took it. */
  broken: { readonly error: unknown } | undefined = undefined
  #promise: Promise<void> | undefined = undefined
  #reject: ((error: unknown) => void) | undefined = undefined
  #wake: (() => void) | undefined = undefined

  constructor(journey: Journey, before: Step | undefined) {
    this.journey = journey
    this.before = before
    if (before !== undefined) before.follow(this)
  }

  // oxlint-disable-next-line unicorn/no-thenable -- awaiting `next()` is the purpose
  then<A = void, B = never>(
    onFulfilled?: ((value: void) => A | PromiseLike<A>) | null,
    onRejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#promise ??= this.#start()
    const takesErrors = typeof onRejected === 'function'
    this.awaited ||= takesErrors
    const promise = this.#promise.then(onFulfilled, onRejected)
    // Whoever asks for no errors gets none, and the error goes on without them: it must not come
    // back as an unhandled rejection that ends the process.
    if (!takesErrors) promise.catch(() => {})
    return promise
  }

  /** The handler moved on to `step`. */
  follow(step: Step): void {
    this.after = step
    this.moveOn()
  }

  /** The handler moved on, or is over: whoever waits looks again. */
  moveOn(): void {
    this.movedOn = true
    this.wake()
  }

  wake(): void {
    this.#wake?.()
  }

  /** Tells those who wait that this did not end well. */
  break(error: unknown): void {
    this.broken = { error }
    this.awaited = false
    this.#reject?.(error)
    this.wake()
  }

  #start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#reject = reject
      if (this.broken === undefined) void settle(this).then(resolve)
      else reject(this.broken.error)
    })
  }

  /** Resolves when something about this step has changed, or the response is over. */
  change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
      void this.journey.responseEnd().then(resolve)
    })
  }
}

/** Walks down from a step until nothing is left to wait for. Errors take their own road. */
async function settle(first: Step): Promise<void> {
  for (let step: Step | undefined = first; step !== undefined;) {
    if (step.result !== undefined) await ignoringErrors(step.result)
    await step.journey.decided()
    if (step.broken !== undefined) return
    if (step.after !== undefined) {
      step = step.after
    } else if (step.movedOn) {
      // Out of the router, to whoever answers last.
      return step.journey.responseEnd()
    } else if (step.result !== undefined) {
      return
    } else if (step.journey.isOver) {
      return
    } else {
      // It neither returned a promise nor moved on: it may still do so, or answer.
      await step.change()
    }
  }
}

async function ignoringErrors(promise: PromiseLike<unknown>): Promise<void> {
  try {
    await promise
  } catch {
    // The router that called the handler has it.
  }
}
