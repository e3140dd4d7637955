import { RejectedPromiseError } from '../errors.ts'
import type { ParamCallback, ParamCallbacks } from '../table/router-state.ts'
import { isThenable } from '../table/thenable.ts'
import { type Run, callNested } from './handler-calls.ts'
import { patternOf } from './trace-channel.ts'
import { traced } from './tracing.ts'
import type { Callback } from './unhandled-errors.ts'

type AnyParams = Record<string, unknown>

export type CalledParams = Record<string, Called | undefined>

/** What a parameter's callbacks came to, so that the same value is not looked up twice. */
interface Called {
  readonly match: unknown
  value: unknown
  error: unknown
}

/** Runs the callbacks of `router.param()` for the captures of one layer, one after the other. */
export function processParams(
  { params: callbacks }: { readonly params: ParamCallbacks },
  keys: readonly string[],
  called: CalledParams,
  run: Run,
  done: Callback,
): void {
  const { req, res } = run
  let index = 0
  nextParam()

  function nextParam(error?: unknown): void {
    if (error) return void done(error)
    for (;;) {
      if (index >= keys.length) return void done()
      const key = keys[index++]!
      const value = (req.params as AnyParams)[key]
      const list = callbacks[key]
      if (value === undefined || list === undefined) continue
      const before = called[key]
      if (
        before !== undefined &&
        (before.match === value || (before.error && before.error !== 'route'))
      ) {
        ;(req.params as AnyParams)[key] = before.value
        if (before.error) return void done(before.error)
        continue
      }
      const current: Called = { match: value, value, error: null }
      called[key] = current
      return runCallbacks(key, list, current)
    }
  }

  function runCallbacks(key: string, list: ParamCallback[], current: Called): void {
    let at = 0
    next()

    function next(error?: unknown): void {
      const callback = list[at++] as ((...args: unknown[]) => unknown) | undefined
      current.value = (req.params as AnyParams)[key]
      if (error) {
        current.error = error
        return nextParam(error)
      }
      if (callback === undefined) return nextParam()
      callNested(() => call(callback))
    }

    function call(callback: (...args: unknown[]) => unknown): void {
      try {
        const ask = (given: Callback) => callback(req, res, given, current.match, key)
        const result = run.routed.isTraced ? traced(contextOf(key, callback), next, ask) : ask(next)
        if (isThenable(result)) passRejection(result, next)
      } catch (thrown) {
        next(thrown)
      }
    }
  }

  function contextOf(param: string, handler: unknown) {
    const { routed } = run
    return { req, res, layer: routed.match!.layer, handler, route: patternOf(routed.match), param }
  }
}

function passRejection(promise: PromiseLike<unknown>, go: Callback): void {
  promise.then(undefined, (reason: unknown) => go(reason || new RejectedPromiseError()))
}
