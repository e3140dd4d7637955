import { RejectedPromiseError } from '../errors.ts'
import {
  HandlerCall,
  type RoutedRequest,
  type RoutingRequest,
  isThenable,
} from './routed-request.ts'
import type { Callback } from './unhandled-errors.ts'
import { traced } from './tracing.ts'
import type { Layer } from '../table/layer.ts'

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

/**
 * Calls a handler, which must be one that `takes` what is given.
 *
 * @param from - the call that ended, or called `next()`, to come here.
 * @returns the call, which `next()` gives to whoever called it.
 */
export function invoke(
  run: Run,
  layer: Layer,
  error: unknown,
  from: HandlerCall | undefined,
): HandlerCall {
  const call = new HandlerCall(run.routed, from)
  run.routed.last = call
  if (depth < DEEPEST_STACK) callHandler(run, layer, error, call)
  else setImmediate(callHandler, run, layer, error, call)
  return call
}

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

function callHandler(run: Run, layer: Layer, error: unknown, call: HandlerCall): void {
  const { routed } = call
  depth++
  routed.running++
  try {
    const result =
      error || routed.isTraced
        ? callSpecially(run, layer, error)
        : (layer.handle as AnyFunction)(run.req, run.res, run.next)
    // `return next()` is nothing to wait for: its errors are on their way already.
    if (result !== undefined && result !== call.after && isThenable(result)) {
      watch(run, call, result)
    }
  } catch (thrown) {
    fail(run, call, thrown)
  }
  depth--
  routed.handlerReturned()
}

/** Calls a handler with an error, or where somebody listens. */
function callSpecially(run: Run, layer: Layer, error: unknown): unknown {
  const { req, res, next, routed } = run
  const handle = layer.handle as AnyFunction
  if (!routed.isTraced) return handle(error, req, res, next)
  const context = { req, res, layer, handler: handle, route: routed.pattern() }
  if (!error) return traced(context, next, (tracedNext) => handle(req, res, tracedNext))
  const errorContext = { ...context, errorHandler: true as const, incomingError: error }
  return traced(errorContext, next, (tracedNext) => handle(error, req, res, tracedNext))
}

/** Goes on with an error. What comes after the last router may throw, too. */
function fail(run: Run, call: HandlerCall, error: unknown): void {
  try {
    run.advance(error, call)
  } catch (thrown) {
    depth--
    call.routed.running--
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
