import { isThenable } from './invoke.ts'
import type { Callback } from './journey.ts'
import type { RoutingRequest } from './routing-request.ts'

type AnyParams = Record<string, unknown>

export type ParamCallback = (...args: never[]) => unknown
export type ParamCallbacks = Record<string, ParamCallback[] | undefined>
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
  req: RoutingRequest,
  res: object,
  done: Callback,
): void {
  const params = req.params as AnyParams
  let index = 0
  nextParam()

  function nextParam(error?: unknown): void {
    if (error) return void done(error)
    for (;;) {
      if (index >= keys.length) return void done()
      const key = keys[index++]!
      const value = params[key]
      const list = callbacks[key]
      if (value === undefined || list === undefined) continue
      const before = called[key]
      if (
        before !== undefined &&
        (before.match === value || (before.error && before.error !== 'route'))
      ) {
        params[key] = before.value
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
      current.value = params[key]
      if (error) {
        current.error = error
        return nextParam(error)
      }
      if (callback === undefined) return nextParam()
      try {
        const result = callback(req, res, next, current.match, key)
        if (isThenable(result)) {
          result.then(undefined, (reason: unknown) => next(reason || new Error('Rejected promise')))
        }
      } catch (thrown) {
        next(thrown)
      }
    }
  }
}
