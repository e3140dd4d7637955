import type { ServerResponse } from 'node:http'
import { RejectedPromiseError } from '../errors.ts'
import { Layer, ownHandleError, ownHandleRequest } from '../table/layer.ts'
import type { RouterState } from '../table/router-state.ts'
import { isThenable } from '../table/thenable.ts'
import { Waiting, endOf } from './await-next.ts'
import { type Match, channel, patternOf } from './trace-channel.ts'
import { traced } from './tracing.ts'
import { type Callback, UnhandledErrors } from './unhandled-errors.ts'

/*
 * The calls of handlers that one request makes: how each is made, what becomes of what it returns, and
 * what all of them share.
 */

/** Whoever runs layers one after the other: the dispatch of a router or of a route. */
export interface Run {
  readonly req: RoutingRequest
  readonly res: object
  readonly routed: RoutedRequest
  /** What handlers get. */
  readonly next: Callback
  /** Goes on from `call`, which has failed with `error`. */
  advance(error: unknown, call: HandlerCall | undefined): HandlerCall
}

type AnyFunction = (...args: unknown[]) => unknown

/** Express's limit of handlers that call each other without the stack unwinding in between. */
const DEEPEST_STACK = 100
let depth = 0

/** Makes a call that others may be nested in: at once, or from an empty stack where it is deep. */
export function callNested(call: () => void): void {
  if (depth >= DEEPEST_STACK) {
    setImmediate(callNested, call)
    return
  }
  depth++
  try {
    call()
  } finally {
    depth--
  }
}

/** A layer as it is called here. */
export interface CallableLayer extends Layer {
  /**
   * Calls the layer's handler, which must be one that `takes` what is given.
   *
   * @param call - is made for this; what failed is told by it, and what `next()` gives to the handler before.
   * @returns `call`
   */
  callHandle(run: Run, error: unknown, call: HandlerCall): HandlerCall
}

/**
 * In stacks this has the name that Express's has: there are libraries that tell by it whether they were called
 * while a request is answered. So it is a method of layers; that all is done in it which a call of a handler takes
 * saves two calls of functions, 600 instructions of a layer's 9,950 in V8's interpreter, by valgrind on Node 24.
 */
function handleRequest(
  this: CallableLayer,
  run: Run,
  error: unknown,
  call: HandlerCall,
): HandlerCall {
  const { routed } = call
  routed.last = call
  if (depth >= DEEPEST_STACK) {
    setImmediate(callLater, this, run, error, call)
    return call
  }
  const isOutermost = !routed.isRunning
  if (isOutermost) routed.isRunning = true
  depth++
  try {
    let result: unknown
    if (error || routed.isTraced || this.handleRequest !== ownHandleRequest) {
      result = callSpecially(run, this, error)
    } else {
      const handle = this.handle as AnyFunction
      result = handle(run.req, run.res, run.next)
    }
    // `return next()` is nothing to wait for: its errors are on their way already.
    if (result !== undefined && result !== call.after && isThenable(result)) {
      watch(run, call, result)
    }
  } catch (thrown) {
    fail(run, call, thrown, isOutermost)
  }
  depth--
  if (isOutermost) routed.stackUnwound()
  return call
}

;(Layer.prototype as CallableLayer).callHandle = handleRequest

function callLater(layer: CallableLayer, run: Run, error: unknown, call: HandlerCall): void {
  layer.callHandle(run, error, call)
}

/** Calls a handler with an error, or where somebody listens or has put another function around the call. */
function callSpecially(run: Run, layer: Layer, error: unknown): unknown {
  const { req, res, next, routed } = run
  const handle = callOf(layer, error)
  if (!routed.isTraced) return error ? handle(error, req, res, next) : handle(req, res, next)
  const context = { req, res, layer, handler: layer.handle, route: patternOf(routed.match) }
  if (!error) return traced(context, next, (tracedNext) => ownResult(handle(req, res, tracedNext)))
  const errorContext = { ...context, errorHandler: true as const, incomingError: error }
  return traced(errorContext, next, (given) => ownResult(handle(error, req, res, given)))
}

/** What is to be called for a layer: its handler, or what an agent has put around it. */
function callOf(layer: Layer, error: unknown): AnyFunction {
  const { handle } = layer
  if (error) {
    const isOurs = layer.handleError === ownHandleError
    return isOurs ? (handle as AnyFunction) : (...given) => layer.handleError(...(given as Errored))
  }
  const isOurs = layer.handleRequest === ownHandleRequest
  return isOurs
    ? (handle as AnyFunction)
    : (...given) => layer.handleRequest(...(given as Requested))
}

type Requested = Parameters<Layer['handleRequest']>
type Errored = Parameters<Layer['handleError']>

/** What `next()` gave back, and the handler on, is no result of the handler. */
function ownResult(result: unknown): unknown {
  return result instanceof HandlerCall ? undefined : result
}

/** Goes on with an error. What comes after the last router may throw, too. */
function fail(run: Run, call: HandlerCall, error: unknown, isOutermost: boolean): void {
  try {
    run.advance(error, call)
  } catch (thrown) {
    depth--
    if (isOutermost) call.routed.isRunning = false
    throw thrown
  }
}

function watch(run: Run, call: HandlerCall, result: PromiseLike<unknown>): void {
  // `return next()`: its errors are on their way already.
  if (result instanceof HandlerCall) return
  call.result = result
  call.wake()
  result.then(undefined, (reason: unknown) => {
    // It awaited too late: the error has passed here already, on its way to someone who did not.
    if (call.broken !== undefined && call.broken.error === reason) return
    run.advance(reason || new RejectedPromiseError(), call)
  })
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

/**
 * One call of a handler; what `next()` returns to whoever made it come to that.
 *
 * It can be awaited, and settles when its handler and all that followed have settled. Nothing of
 * that is paid for unless someone calls `then`.
 */
export class HandlerCall implements PromiseLike<void> {
  declare readonly routed: RoutedRequest
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
  constructor(routed: RoutedRequest, before: HandlerCall | undefined) {
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
    return this.followed?.waiting?.takesErrors === true
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
