/** Hands an error, or nothing, to whoever comes after a router. */
export type Callback = (error?: unknown) => unknown

/** A call of a handler, as an error sees it that goes back along those who called `next()`. */
interface Caller {
  /** Whose `next()` led here. */
  readonly before: Caller | undefined
  /** What the handler returned, when that can be waited for. */
  readonly result: PromiseLike<unknown> | undefined
  /** Someone waits who will be told of an error, and so takes it over. */
  readonly isAwaited: boolean
  break(error: unknown): void
}

interface UnhandledError {
  readonly error: unknown
  readonly from: Caller | undefined
  readonly deliver: Callback
}

/**
 * Errors of one request that no error handler took: each goes to the nearest caller that awaits
 * `next()`, and if there is none to whoever comes after the router.
 *
 * Who awaits is known only when the handlers on the stack have returned: `await next()` reads the
 * thenable after `next()` has returned it. So errors wait here until then.
 */
export class UnhandledErrors {
  private waiting: UnhandledError[] | undefined = undefined
  private delivered: { readonly error: unknown } | undefined = undefined

  /** @param deliver - called with the error when nobody awaits. */
  add(error: unknown, from: Caller | undefined, deliver: Callback): void {
    this.waiting ??= []
    this.waiting.push({ error, from, deliver })
  }

  get areWaiting(): boolean {
    return this.waiting !== undefined
  }

  /** Called when no handler of this request is on the stack any more. */
  handOver(): void {
    const { waiting } = this
    if (waiting === undefined) return
    if (waiting.some(({ from }) => mayBeAwaited(from))) {
      // `await` calls `then` a microtask after it was reached.
      queueMicrotask(() => this.handOverNow())
    } else {
      this.handOverNow()
    }
  }

  private handOverNow(): void {
    const { waiting } = this
    this.waiting = undefined
    for (const each of waiting ?? []) this.pass(each)
  }

  private pass({ error, from, deliver }: UnhandledError): void {
    let call = from
    while (call !== undefined && !call.isAwaited) call = call.before
    for (let below = from; below !== call; below = below?.before) below?.break(error)
    if (call !== undefined) {
      call.break(error)
      return
    }
    // A caller that waited without taking errors may bring the same one back.
    if (this.delivered !== undefined && this.delivered.error === error) return
    this.delivered = { error }
    deliver(error)
  }
}

function mayBeAwaited(from: Caller | undefined): boolean {
  for (let call = from; call !== undefined; call = call.before) {
    if (call.isAwaited || call.before?.result !== undefined) return true
  }
  return false
}
