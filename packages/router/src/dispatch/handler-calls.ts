import { RejectedPromiseError } from '../errors.ts'
import { type Layer, ownHandleError, ownHandleRequest } from '../table/layer.ts'
import { isThenable } from '../table/thenable.ts'
import { HandlerCall, OVER, type RoutedRequest, type RoutingRequest } from './routed-request.ts'
import { patternOf } from './trace-channel.ts'
import { traced } from './tracing.ts'
import type { Callback } from './unhandled-errors.ts'

/*
 * The calls of handlers that one request makes: how each is made, and what becomes of what it returns.
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
 * while a request is answered. So it is a method of layers, and all is done in it that a call of a handler takes:
 * each function more is some 300 instructions of a layer's 7,200 in V8's interpreter, by valgrind on Node 24.
 */
function handleRequest(
  this: CallableLayer,
  run: Run,
  error: unknown,
  call: HandlerCall,
): HandlerCall {
  const { routed } = run
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

/** What the dispatcher adds to layers. */
export const layerMethods = { callHandle: handleRequest }

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
    if (isOutermost) run.routed.isRunning = false
    throw thrown
  }
}

function watch(run: Run, call: HandlerCall, result: PromiseLike<unknown>): void {
  // `return next()`: its errors are on their way already.
  if (result instanceof HandlerCall) return
  call.result = result
  call.wake()
  const over = (): void => {
    call.result = OVER
  }
  result.then(over, (reason: unknown) => {
    // It awaited too late: the error has passed here already, on its way to someone who did not.
    if (call.broken !== undefined && call.broken.error === reason) return
    run.advance(reason || new RejectedPromiseError(), call)
  })
}
