/**
 * The promise of `res.render`, `res.sendFile` and `res.download`: an error reaches whoever waits for
 * it, and only if nobody does, the place where Express would have sent it. So it is delivered once,
 * and ignoring the promise is never an unhandled rejection.
 *
 * Waiting counts when it begins before the failure or in the same turn of the event loop.
 */
export class Outcome extends Promise<void> {
  #awaited = false
  readonly #resolve: () => void
  readonly #reject: (error: unknown) => void

  // What `then` makes, and what `catch` and `finally` make through it, are ordinary promises.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  constructor() {
    let settle: [() => void, (error: unknown) => void] | undefined
    super((resolve, reject) => {
      settle = [resolve, reject]
    })
    const [resolve, reject] = settle as NonNullable<typeof settle>
    this.#resolve = resolve
    this.#reject = reject
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it is a Promise, and counts who waits for it
  override then<Fulfilled = void, Rejected = never>(
    onFulfilled?: ((value: void) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    this.#awaited = true
    return super.then(onFulfilled, onRejected)
  }

  succeed(): void {
    this.#resolve()
  }

  /** Rejects for those who wait, or hands the error to `otherwise`. */
  fail(error: unknown, otherwise: (error: unknown) => void): void {
    if (this.#awaited) {
      this.#reject(error)
      return
    }
    // A handler that returns or awaits this promise has not had its turn when it fails at once.
    setImmediate(() => {
      if (this.#awaited) {
        this.#reject(error)
        return
      }
      this.#resolve()
      otherwise(error)
    })
  }
}
