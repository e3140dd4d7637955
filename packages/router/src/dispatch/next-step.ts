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
  /** An error has passed here, on its way from below to whoever took it. */
  broken: { readonly error: unknown } | undefined = undefined
  private waiting: Waiting | undefined = undefined
  /** Waits for this step and all that follow, whoever asked first: resolves when they are over. */
  walk: Promise<void> | undefined = undefined
  private pending: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined =
    undefined

  constructor(journey: Journey, before: Step | undefined) {
    this.journey = journey
    this.before = before
    if (before === undefined) return
    before.after = this
    before.moveOn()
  }

  // oxlint-disable-next-line unicorn/no-thenable -- awaiting `next()` is the purpose
  then<A = void, B = never>(
    onFulfilled?: ((value: void) => A | PromiseLike<A>) | null,
    onRejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const waiting = (this.waiting ??= waitFor(this))
    const takesErrors = typeof onRejected === 'function'
    if (takesErrors && this.broken === undefined) waiting.takesErrors = true
    const promise = waiting.promise.then(onFulfilled, onRejected)
    // Whoever asks for no errors gets none, and the error goes on without them: it must not come
    // back as an unhandled rejection that ends the process.
    if (!takesErrors) promise.catch(() => {})
    return promise
  }

  /** The handler moved on, or is over: whoever waits looks again. */
  moveOn(): void {
    this.movedOn = true
    if (this.pending !== undefined) this.wake()
  }

  /** Whoever walks along here looks again. */
  wake(): void {
    this.pending?.resolve()
    this.pending = undefined
  }

  /** Someone waits who will be told of an error, and so takes it over. */
  get isAwaited(): boolean {
    return this.waiting !== undefined && this.waiting.takesErrors
  }

  /** Tells those who wait that this did not end well. */
  break(error: unknown): void {
    this.broken = { error }
    if (this.waiting === undefined) return
    this.waiting.takesErrors = false
    this.waiting.reject(error)
    this.wake()
  }

  /** Resolves when something about this step has changed, or the response is over. */
  change(): Promise<void> {
    if (this.pending === undefined) {
      let resolve!: () => void
      const promise = new Promise<void>((resolvePromise) => {
        resolve = resolvePromise
      })
      this.pending = { promise, resolve }
      void this.journey.responseEnd().then(resolve)
    }
    return this.pending.promise
  }
}

/** What there is once someone waits for a step. */
interface Waiting {
  readonly promise: Promise<void>
  readonly reject: (error: unknown) => void
  takesErrors: boolean
}

function waitFor(step: Step): Waiting {
  let reject!: (error: unknown) => void
  const promise = new Promise<void>((resolve, rejectPromise) => {
    reject = rejectPromise
    void settled(step).then(resolve)
  })
  if (step.broken !== undefined) reject(step.broken.error)
  return { promise, reject, takesErrors: false }
}

/**
 * Resolves when nothing is left to wait for below a step. Errors take their own road.
 *
 * Every step is waited for once, however many of those before it are awaited: a walk that comes to
 * a step on which another has been leaves the rest to that one.
 */
function settled(first: Step): Promise<void> {
  if (first.walk !== undefined) return first.walk
  // A microtask later, because waiting begins on what a function has yet to return.
  const walk: Promise<void> = Promise.resolve().then(() => walkDown(first, walk))
  first.walk = walk
  return walk
}

async function walkDown(first: Step, walk: Promise<void>): Promise<void> {
  for (let step = first; ;) {
    if (step.result !== undefined) await ignoringErrors(step.result)
    await step.journey.decided()
    if (step.broken !== undefined) return undefined
    if (step.after !== undefined) {
      step = step.after
      if (step.walk !== undefined) return step.walk
      step.walk = walk
    } else if (step.movedOn) {
      // Out of the router, to whoever answers last.
      return step.journey.responseEnd()
    } else if (step.result !== undefined || step.journey.isOver) {
      return undefined
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

/** Whether a handler gave back something to wait for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value instanceof Promise ||
    (value !== null &&
      (typeof value === 'object' || typeof value === 'function') &&
      typeof (value as { then?: unknown }).then === 'function')
  )
}
