import type { ServerResponse } from 'node:http'

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
  /** Whoever awaits can give an error back to the router. */
  readonly isHeard: boolean
  /** Waits for this call and all that follow, whoever asked first. */
  walk: Promise<void> | undefined
  readonly routed: AwaitedRequest
  /** Resolves when something about this call has changed, or the response is over. */
  change(): Promise<void>
}

/** The request that a call belongs to, as far as waiting goes. */
export interface AwaitedRequest {
  readonly res: ServerResponse
  /** Resolves when the response is sent or its connection closed. */
  responseEnd(): Promise<void>
  /** Resolves when no error is waiting to find out who takes it. */
  decided(): Promise<void>
}

/** What there is once someone waits for a call. */
export class Waiting {
  /** Someone waits who will be told of an error. */
  takesErrors = false
  /** Those who waited were told that all went well: an error that comes later is no longer theirs. */
  private isOver = false
  private readonly call: AwaitedCall
  private readonly promise: Promise<void>
  private fail!: (error: unknown) => void

  constructor(call: AwaitedCall) {
    this.call = call
    this.promise = new Promise((resolve, reject) => {
      this.fail = reject
      void settled(call).then(() => {
        this.takesErrors = false
        this.isOver = true
        resolve()
      })
    })
    if (call.broken !== undefined) this.fail(call.broken.error)
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it stands for a call, which can be awaited
  then<A, B>(
    onFulfilled?: ((value: void) => A | PromiseLike<A>) | null,
    onRejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const takesErrors = typeof onRejected === 'function'
    if (takesErrors && !this.isOver && this.call.broken === undefined) this.takesErrors = true
    if (takesErrors) {
      // Whoever could not give the error back goes on, as on Express: a function that runs beside the handler
      // would end the process with it.
      return this.promise.then(onFulfilled, (error: unknown) => {
        if (this.call.isHeard) return onRejected(error)
        warnOfUnheard()
        return onFulfilled?.() as A
      })
    }
    // Whoever asks for no errors gets none, and the error goes on without them: it must not come
    // back as an unhandled rejection that ends the process.
    const promise = this.promise.then(onFulfilled)
    promise.catch(() => {})
    return promise
  }

  reject(error: unknown): void {
    this.takesErrors = false
    this.fail(error)
  }
}

let hasWarned = false

/** Once for a process: a function that would roll back, were its promise returned, must not fail to in silence. */
function warnOfUnheard(): void {
  if (hasWarned) return
  hasWarned = true
  process.emitWarning(
    'A function that awaits next() goes on after an error as after a success, as its handler did not return the promise: return it to be told of errors',
    { type: 'TokkyuWarning', code: 'TOKKYU_NEXT_UNHEARD' },
  )
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
    } else if (call.result !== undefined || isOver(routed.res)) {
      return undefined
    } else {
      // It neither returned a promise nor moved on: it may still do so, or answer.
      await call.change()
    }
  }
}

/** Resolves when a response is sent or its connection closed. */
export function endOf(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (isOver(res)) {
      resolve()
      return
    }
    res.once('finish', resolve)
    res.once('close', resolve)
  })
}

function isOver(res: ServerResponse): boolean {
  return res.writableFinished || res.destroyed || res.closed || typeof res.once !== 'function'
}

async function ignoringErrors(promise: PromiseLike<unknown>): Promise<void> {
  try {
    await promise
  } catch {
    // The router that called the handler has it.
  }
}
