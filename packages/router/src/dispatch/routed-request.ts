import type { ServerResponse } from 'node:http'
import type { RouterState } from '../table/router-state.ts'
import { type AwaitedRequest, Waiting, endOf } from './await-next.ts'
import { type Match, channel } from './trace-channel.ts'
import { type Callback, UnhandledErrors } from './unhandled-errors.ts'

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

/** What the routers that one request goes through share: one is made by the outermost. */
export class RoutedRequest {
  declare readonly res: ServerResponse
  /** The outermost router, if it is one: its options hold for those inside that do not say otherwise. */
  declare readonly router: RouterState | undefined
  /** The last handler that was called; whoever calls `next()` is taken to be this one. */
  declare last: HandlerCall | undefined
  /** There are handlers on the call stack right now. */
  declare isRunning: boolean
  /** Some route had the method asked for. */
  declare hadMethod: boolean
  /** Somebody listened on the diagnostics channel when the request came. */
  declare readonly isTraced: boolean
  /** The URL as the handler got it that was called last: another one is its doing. */
  declare url: string | undefined

  // What few requests have is not there until it is needed, as in `RouterRun`.
  /** What matched last. Kept for those who listen. */
  declare match?: Match | undefined
  /** Methods that routes of the path have, where the one asked for had none. */
  declare allowed?: string[]
  declare private unhandled?: UnhandledErrors
  declare private end?: Promise<void>

  constructor(req: RoutingRequest, res: ServerResponse, router: RouterState | undefined) {
    this.res = res
    this.router = router
    this.last = undefined
    this.isRunning = false
    this.hadMethod = false
    this.isTraced = channel.hasSubscribers
    this.url = req.url
  }

  /** No error handler took `error`: who does is found out when the stack has unwound. */
  fail(error: unknown, from: HandlerCall | undefined, deliver: Callback): void {
    this.unhandled ??= new UnhandledErrors()
    this.unhandled.add(error, from, deliver)
    if (!this.isRunning) this.unhandled.handOver()
  }

  /** Resolves when no error is waiting to find out who takes it. */
  async decided(): Promise<void> {
    while (this.unhandled?.areWaiting === true) await Promise.resolve()
  }

  /** The last of the handlers on the call stack has returned. */
  stackUnwound(): void {
    this.isRunning = false
    if (this.unhandled !== undefined) this.unhandled.handOver()
  }

  /** Resolves when the response is sent or its connection closed. Asked for once per request. */
  responseEnd(): Promise<void> {
    return (this.end ??= endOf(this.res))
  }
}

/** Stands for the promise of a handler that has ended well. */
export const OVER = Promise.resolve()

/**
 * One call of a handler; what `next()` returns to whoever made it come to that.
 *
 * It can be awaited, and settles when its handler and all that followed have settled. Nothing of
 * that is paid for unless someone calls `then`.
 */
export class HandlerCall implements PromiseLike<void> {
  declare readonly routed: AwaitedRequest
  /** Where this handler's own `next()` led. */
  declare after: HandlerCall | undefined
  /** What the handler returned, when that can be waited for. */
  declare result: PromiseLike<unknown> | undefined
  /** The handler moved on, and not to another one. */
  declare private hasLeft: boolean
  /** Whose `next()` led here. */
  declare readonly before: HandlerCall | undefined
  declare private followed: Followed | undefined

  // One is made for every layer. A field that is assigned here runs 50 instructions less in V8's
  // interpreter than one that the class defines, and 95 more than none, by valgrind on Node 24.
  constructor(routed: AwaitedRequest, before: HandlerCall | undefined) {
    this.routed = routed
    this.before = before
    this.after = undefined
    this.result = undefined
    this.hasLeft = false
    this.followed = undefined
    if (before === undefined) return
    before.after = this
    if (before.followed !== undefined) before.wake()
  }

  // oxlint-disable-next-line unicorn/no-thenable -- awaiting `next()` is the purpose
  then<A = void, B = never>(
    onFulfilled?: ((value: void) => A | PromiseLike<A>) | null,
    onRejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return (this.follow().waiting ??= new Waiting(this)).then(onFulfilled, onRejected)
  }

  private follow(): Followed {
    return (this.followed ??= new Followed())
  }

  /** The handler has called `next()` or failed: the router went on, or out. */
  get movedOn(): boolean {
    return this.hasLeft || this.after !== undefined
  }

  /** The handler moved on, or is over: whoever waits looks again. */
  moveOn(): void {
    this.hasLeft = true
    this.wake()
  }

  /** Whoever walks along here looks again. */
  wake(): void {
    const { followed } = this
    if (followed?.pending === undefined) return
    followed.pending.resolve()
    followed.pending = undefined
  }

  /** Someone waits who will be told of an error, and so takes it over. */
  get isAwaited(): boolean {
    return this.followed?.waiting?.takesErrors === true && this.isHeard
  }

  /**
   * Whoever called `next()` can give an error back: their promise is with the router, and pending. A function that
   * was started beside the handler has nobody who hears of its rejection, which would end the process.
   */
  get isHeard(): boolean {
    const { before } = this
    return before === undefined || (before.result !== undefined && before.result !== OVER)
  }

  /** An error has passed here, on its way from below to whoever took it. */
  get broken(): { readonly error: unknown } | undefined {
    return this.followed?.broken
  }

  /** Tells those who wait that this did not end well. */
  break(error: unknown): void {
    const followed = this.follow()
    followed.broken = { error }
    if (followed.waiting === undefined) return
    followed.waiting.reject(error)
    this.wake()
  }

  get walk(): Promise<void> | undefined {
    return this.followed?.walk
  }

  set walk(walk: Promise<void> | undefined) {
    this.follow().walk = walk
  }

  /** Resolves when something about this call has changed, or the response is over. */
  change(): Promise<void> {
    const followed = this.follow()
    if (followed.pending === undefined) {
      let resolve!: () => void
      const promise = new Promise<void>((resolvePromise) => {
        resolve = resolvePromise
      })
      followed.pending = { promise, resolve }
      void this.routed.responseEnd().then(resolve)
    }
    return followed.pending.promise
  }
}

/** What a call has for those who wait for it, or for an error that passed: most calls have neither. */
class Followed {
  waiting: Waiting | undefined = undefined
  broken: { readonly error: unknown } | undefined = undefined
  walk: Promise<void> | undefined = undefined
  pending: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined = undefined
}
