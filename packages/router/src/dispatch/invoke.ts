import { RejectedPromiseError } from '../errors.ts'
import type { Callback, Journey } from './journey.ts'
import { Step, isThenable } from './journey.ts'
import { traced } from './tracing.ts'
import type { Layer } from '../table/layer.ts'
import type { RoutingRequest } from './journey.ts'

/** Whoever runs layers one after the other: the dispatch of a router or of a route. */
export interface Run {
  readonly req: RoutingRequest
  readonly res: object
  readonly journey: Journey
  /** What handlers get. */
  readonly next: Callback
  /** Goes on from `step`, which has failed with `error`. */
  advance(error: unknown, step: Step | undefined): Step
}

type AnyFunction = (...args: unknown[]) => unknown

/** Express's limit of handlers that call each other without the stack unwinding in between. */
const DEEPEST_STACK = 100
let depth = 0

/**
 * Gives a handler its turn. It must be one that `takes` what is given.
 *
 * @param from - the turn that ended, or called `next()`, to come here.
 * @returns the turn, which `next()` gives to whoever called it.
 */
export function invoke(run: Run, layer: Layer, error: unknown, from: Step | undefined): Step {
  const step = new Step(run.journey, from)
  run.journey.last = step
  if (depth < DEEPEST_STACK) callHandler(run, layer, error, step)
  else setImmediate(callHandler, run, layer, error, step)
  return step
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

function callHandler(run: Run, layer: Layer, error: unknown, step: Step): void {
  const { journey } = step
  depth++
  journey.running++
  try {
    const result =
      error || journey.isTraced
        ? callSpecially(run, layer, error)
        : (layer.handle as AnyFunction)(run.req, run.res, run.next)
    // `return next()` is nothing to wait for: its errors are on their way already.
    if (result !== undefined && result !== step.after && isThenable(result)) {
      watch(run, step, result)
    }
  } catch (thrown) {
    fail(run, step, thrown)
  }
  depth--
  journey.running--
  if (journey.running === 0 && journey.hasFailures) journey.decideFailures()
}

/** Calls a handler with an error, or where somebody listens. */
function callSpecially(run: Run, layer: Layer, error: unknown): unknown {
  const { req, res, next, journey } = run
  const handle = layer.handle as AnyFunction
  if (!journey.isTraced) return handle(error, req, res, next)
  const context = { req, res, layer, handler: handle, route: journey.pattern() }
  if (!error) return traced(context, next, (tracedNext) => handle(req, res, tracedNext))
  const errorContext = { ...context, errorHandler: true as const, incomingError: error }
  return traced(errorContext, next, (tracedNext) => handle(error, req, res, tracedNext))
}

/** Goes on with an error. What comes after the last router may throw, too. */
function fail(run: Run, step: Step, error: unknown): void {
  try {
    run.advance(error, step)
  } catch (thrown) {
    depth--
    step.journey.running--
    throw thrown
  }
}

function watch(run: Run, step: Step, result: PromiseLike<unknown>): void {
  // `return next()`: its errors are on their way already.
  if (result instanceof Step) return
  step.result = result
  step.wake()
  result.then(undefined, (reason: unknown) => {
    // It awaited too late: the error has passed here already, on its way to someone who did not.
    if (step.broken !== undefined && step.broken.error === reason) return
    run.advance(reason || new RejectedPromiseError(), step)
  })
}
