import { RejectedPromiseError } from '../errors.ts'
import { type TraceContext, channel } from './trace-channel.ts'
import type { Callback } from './unhandled-errors.ts'
import { isThenable } from '../table/thenable.ts'

/**
 * Calls a function, and publishes what becomes of it: `start` and `end` around the call, `error`
 * once for an error that begins here, `asyncStart` and `asyncEnd` when a promise has settled.
 *
 * @param call - makes the call with the `next` it is given; what it throws goes there, too.
 */
export function traced(context: TraceContext, next: Callback, call: (next: Callback) => unknown) {
  // An error that comes in did not begin here, even if nobody listened where it did.
  if (context.errorHandler) rememberError(context.req, context.incomingError)

  const report = (error: unknown) => {
    if (!rememberError(context.req, error)) return
    context.error = error
    channel.error.publish(context)
  }
  const tracedNext: Callback = (error) => {
    if (context.errorHandler && error !== context.incomingError) {
      forgetError(context.req, context.incomingError)
    }
    if (error) report(error)
    return next(error)
  }
  return channel.start.runStores(context, () => {
    let result: unknown
    try {
      result = call(tracedNext)
    } catch (error) {
      // As in Express, what follows is told of first.
      tracedNext(error)
      if (isSignal(error)) context.result = undefined
      else if (!('error' in context)) context.error = error
      channel.end.publish(context)
      return undefined
    }
    if (!isThenable(result)) {
      context.result = result
      channel.end.publish(context)
      return result
    }
    publishPendingEnd(context)
    result.then(
      (value) => {
        context.result = value
        publishAsyncEnd(context)
      },
      (reason: unknown) => {
        const error = reason || new RejectedPromiseError()
        report(error)
        if (!isSignal(error) && !('error' in context)) context.error = error
        publishAsyncEnd(context)
      },
    )
    return result
  })
}

/** `result` or `error` at `end` says that nothing follows: an error passed before is held back. */
function publishPendingEnd(context: TraceContext): void {
  const { error } = context
  const hasError = 'error' in context
  if (hasError) delete context.error
  channel.end.publish(context)
  if (hasError) context.error = error
}

function publishAsyncEnd(context: TraceContext): void {
  channel.asyncStart.runStores(context, () => channel.asyncEnd.publish(context))
}

/** Shared with copies of Express's router, so that an error is not published by both. */
const PUBLISHED = Symbol.for('router.tracing.publishedErrors')

interface Remembering {
  [PUBLISHED]?: Set<unknown>
}

/** @returns false when the error was known, or is none. */
export function rememberError(req: object, error: unknown): boolean {
  if (!error || isSignal(error)) return false
  const known = ((req as Remembering)[PUBLISHED] ??= new Set())
  if (known.has(error)) return false
  known.add(error)
  return true
}

function forgetError(req: object, error: unknown): void {
  ;(req as Remembering)[PUBLISHED]?.delete(error)
}

function isSignal(error: unknown): boolean {
  return error === 'route' || error === 'router'
}
