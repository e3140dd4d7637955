import type { ServerResponse } from 'node:http'
import type { Layer } from '../table/layer.ts'
import type { RouterState } from '../table/router-state.ts'
import { isTraced } from './trace-channel.ts'

/** Hands an error, or nothing, to whoever comes after a router. */
export type Callback = (error?: unknown) => unknown

/** A layer, and the path that it matched. */
export interface Match {
  readonly layer: Layer
  readonly path: string
}

interface Failure {
  readonly error: unknown
  readonly from: Step | undefined
  readonly deliver: Callback
}

/**
 * The way of one request through a router and all that are nested in it: who called whom, and
 * which error is still on its way.
 */
export class Journey {
  readonly res: ServerResponse
  /** The last handler's turn; whoever calls `next()` is taken to be this one. */
  last: Step | undefined = undefined
  /** Handlers on the call stack right now. */
  running = 0
  /** Methods that routes of the path have, where the one asked for had none. */
  allowed: string[] | undefined = undefined
  /** Some route had the method asked for. */
  hadMethod = false
  /** Somebody listened on the diagnostics channel when the request came. */
  readonly isTraced = isTraced()
  /** What matched last. Kept for those who listen. */
  match: Match | undefined = undefined
  /** The URL as the handler got it whose turn it is: another one is its doing. */
  url: string | undefined
  // Options of the outermost router, if there is one, for those inside that do not say otherwise.
  readonly canonicalTarget: ((url: string) => string) | undefined
  readonly methodNotAllowed: boolean
  private failures: Failure[] | undefined = undefined
  private delivered: { readonly error: unknown } | undefined = undefined
  private end: Promise<void> | undefined = undefined

  constructor(req: RoutingRequest, res: ServerResponse, router: RouterState | undefined) {
    this.res = res
    this.url = req.url
    this.canonicalTarget = router?.canonicalTarget
    this.methodNotAllowed = router?.methodNotAllowed ?? false
  }

  /** The path that matched last, as registered: of several the one that did. */
  pattern(): unknown {
    const { match } = this
    if (match === undefined) return undefined
    const { layer, path } = match
    if (!Array.isArray(layer.rawPath)) return layer.rawPath
    const found = layer.match(path)
    return found ? found.pattern : undefined
  }

  /**
   * No error handler took `error`: it goes to the nearest caller that awaits `next()`, and if
   * there is none to `deliver`.
   *
   * Who awaits is known only when the handlers on the stack have returned: `await next()` reads
   * the thenable after `next()` has returned it.
   */
  fail(error: unknown, from: Step | undefined, deliver: Callback): void {
    this.failures ??= []
    this.failures.push({ error, from, deliver })
    if (this.running === 0) this.decideFailures()
  }

  get hasFailures(): boolean {
    return this.failures !== undefined
  }

  /** Called when no handler of this request is on the stack any more. */
  decideFailures(): void {
    const failures = this.failures
    if (failures === undefined) return
    if (failures.some(({ from }) => mayBeAwaited(from))) {
      // `await` calls `then` a microtask after it was reached.
      queueMicrotask(() => this.decide())
    } else {
      this.decide()
    }
  }

  /** Resolves when no error is waiting to find out who takes it. */
  async decided(): Promise<void> {
    while (this.failures !== undefined) await Promise.resolve()
  }

  private decide(): void {
    const failures = this.failures
    this.failures = undefined
    for (const failure of failures ?? []) this.handOver(failure)
  }

  private handOver({ error, from, deliver }: Failure): void {
    let step = from
    while (step !== undefined && !step.isAwaited) step = step.before
    for (let below = from; below !== step; below = below?.before) below?.break(error)
    if (step !== undefined) {
      step.break(error)
      return
    }
    // A caller that waited without taking errors may bring the same one back.
    if (this.delivered !== undefined && this.delivered.error === error) return
    this.delivered = { error }
    deliver(error)
  }

  get isOver(): boolean {
    const { res } = this
    return res.writableFinished || res.destroyed || res.closed || typeof res.once !== 'function'
  }

  /** Resolves when the response is sent or its connection closed. Asked for once per request. */
  responseEnd(): Promise<void> {
    this.end ??= new Promise((resolve) => {
      if (this.isOver) {
        resolve()
        return
      }
      this.res.once('finish', resolve)
      this.res.once('close', resolve)
    })
    return this.end
  }
}

function mayBeAwaited(from: Step | undefined): boolean {
  for (let step = from; step !== undefined; step = step.before) {
    if (step.isAwaited || step.before?.result !== undefined) return true
  }
  return false
}

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

/** What a router reads and writes on a request. */
export interface RoutingRequest {
  method?: string | undefined
  url?: string | undefined
  originalUrl?: string | undefined
  baseUrl?: string | undefined
  params?: unknown
  route?: unknown
  next?: unknown
  [JOURNEY]?: Journey | undefined
}

/** The way a request is on; there while a router works on it. */
export const JOURNEY = Symbol('tokkyu.router.journey')

/**
 * @returns the way that the request is on, unless it was on it with another response: tests use
 * their requests again.
 */
export function journeyOf(req: RoutingRequest, res: object): Journey | undefined {
  const journey = req[JOURNEY]
  return journey?.res === res ? journey : undefined
}
