import type { ServerResponse } from 'node:http'
import type { Layer } from '../table/layer.ts'
import type { RouterState } from '../table/router-state.ts'
import { type Waiting, waitFor } from './await-next.ts'
import { channel } from './trace-channel.ts'
import { type Callback, UnhandledErrors } from './unhandled-errors.ts'

/** A layer, and the path that it matched. */
export interface Match {
  readonly layer: Layer
  readonly path: string
}

/** What the routers that one request goes through share: one is made by the outermost. */
export class RoutedRequest {
  readonly res: ServerResponse
  /** The last handler that was called; whoever calls `next()` is taken to be this one. */
  last: HandlerCall | undefined = undefined
  /** Handlers on the call stack right now. */
  running = 0
  /** Methods that routes of the path have, where the one asked for had none. */
  allowed: string[] | undefined = undefined
  /** Some route had the method asked for. */
  hadMethod = false
  /** Somebody listened on the diagnostics channel when the request came. */
  readonly isTraced = channel.hasSubscribers
  /** What matched last. Kept for those who listen. */
  match: Match | undefined = undefined
  /** The URL as the handler got it that was called last: another one is its doing. */
  url: string | undefined
  // Options of the outermost router, if there is one, for those inside that do not say otherwise.
  readonly canonicalTarget: ((url: string) => string) | undefined
  readonly methodNotAllowed: boolean
  private unhandled: UnhandledErrors | undefined = undefined
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

  /** No error handler took `error`: who does is found out when the stack has unwound. */
  fail(error: unknown, from: HandlerCall | undefined, deliver: Callback): void {
    this.unhandled ??= new UnhandledErrors()
    this.unhandled.add(error, from, deliver)
    if (this.running === 0) this.unhandled.handOver()
  }

  /** Resolves when no error is waiting to find out who takes it. */
  async decided(): Promise<void> {
    while (this.unhandled?.areWaiting === true) await Promise.resolve()
  }

  /** A handler has returned. */
  handlerReturned(): void {
    this.running--
    if (this.running === 0 && this.unhandled !== undefined) this.unhandled.handOver()
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

/**
 * One call of a handler; what `next()` returns to whoever made it come to that.
 *
 * It can be awaited, and settles when its handler and all that followed have settled. Nothing of
 * that is paid for unless someone calls `then`.
 */
export class HandlerCall implements PromiseLike<void> {
  readonly routed: RoutedRequest
  /** Whose `next()` led here. */
  readonly before: HandlerCall | undefined
  /** Where this handler's own `next()` led. */
  after: HandlerCall | undefined = undefined
  /** What the handler returned, when that can be waited for. */
  result: PromiseLike<unknown> | undefined = undefined
  /** The handler has called `next()` or failed: the router went on, or out. */
  movedOn = false
  /** An error has passed here, on its way from below to whoever took it. */
  broken: { readonly error: unknown } | undefined = undefined
  private waiting: Waiting | undefined = undefined
  walk: Promise<void> | undefined = undefined
  private pending: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined =
    undefined

  constructor(routed: RoutedRequest, before: HandlerCall | undefined) {
    this.routed = routed
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

  /** Resolves when something about this call has changed, or the response is over. */
  change(): Promise<void> {
    if (this.pending === undefined) {
      let resolve!: () => void
      const promise = new Promise<void>((resolvePromise) => {
        resolve = resolvePromise
      })
      this.pending = { promise, resolve }
      void this.routed.responseEnd().then(resolve)
    }
    return this.pending.promise
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
  [ROUTED]?: RoutedRequest | undefined
}

/** What the routers around have of a request; there while they work on it. */
export const ROUTED = Symbol('tokkyu.router.request')

/**
 * @returns what the routers around share, unless they had the request with another response: tests
 * use their requests again.
 */
export function routedBefore(req: RoutingRequest, res: object): RoutedRequest | undefined {
  const routed = req[ROUTED]
  return routed?.res === res ? routed : undefined
}
