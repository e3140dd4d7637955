/** A call of a handler, as someone sees it who awaits the `next()` that led to it. */
interface AwaitedCall {
  /** Where the handler's own `next()` led. */
  readonly after: AwaitedCall | undefined
  /** What the handler returned, when that can be waited for. */
  readonly result: PromiseLike<unknown> | undefined
  /** The handler has called `next()` or failed: the router went on, or out. */
  readonly movedOn: boolean
  /** An error has passed here, on its way from below to whoever took it. */
  readonly broken: { readonly error: unknown } | undefined
  /** Waits for this call and all that follow, whoever asked first. */
  walk: Promise<void> | undefined
  readonly routed: AwaitedRequest
  /** Resolves when something about this call has changed, or the response is over. */
  change(): Promise<void>
}

interface AwaitedRequest {
  readonly isOver: boolean
  /** Resolves when the response is sent or its connection closed. */
  responseEnd(): Promise<void>
  /** Resolves when no error is waiting to find out who takes it. */
  decided(): Promise<void>
}

/** What there is once someone waits for a call. */
export interface Waiting {
  readonly promise: Promise<void>
  readonly reject: (error: unknown) => void
  takesErrors: boolean
}

export function waitFor(call: AwaitedCall): Waiting {
  let reject!: (error: unknown) => void
  const promise = new Promise<void>((resolve, rejectPromise) => {
    reject = rejectPromise
    void settled(call).then(resolve)
  })
  if (call.broken !== undefined) reject(call.broken.error)
  return { promise, reject, takesErrors: false }
}

/**
 * Resolves when nothing is left to wait for below a call. Errors take their own road.
 *
 * Every call is waited for once, however many of those before it are awaited: a walk that comes to
 * a call on which another has been leaves the rest to that one.
 */
function settled(first: AwaitedCall): Promise<void> {
  if (first.walk !== undefined) return first.walk
  // A microtask later, because waiting begins on what a function has yet to return.
  const walk: Promise<void> = Promise.resolve().then(() => walkDown(first, walk))
  first.walk = walk
  return walk
}

async function walkDown(first: AwaitedCall, walk: Promise<void>): Promise<void> {
  const { routed } = first
  for (let call = first; ;) {
    if (call.result !== undefined) await ignoringErrors(call.result)
    await routed.decided()
    if (call.broken !== undefined) return undefined
    if (call.after !== undefined) {
      call = call.after
      if (call.walk !== undefined) return call.walk
      call.walk = walk
    } else if (call.movedOn) {
      // Out of the router, to whoever answers last.
      return routed.responseEnd()
    } else if (call.result !== undefined || routed.isOver) {
      return undefined
    } else {
      // It neither returned a promise nor moved on: it may still do so, or answer.
      await call.change()
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
