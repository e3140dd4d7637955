import { isThenable } from './invoke.ts'
import type { Params } from './params.ts'

type Callback = (error?: unknown) => void
export type ParamCallback = (...args: never[]) => unknown
export type ParamCallbacks = Readonly<Record<string, ParamCallback[] | undefined>>

/** What a parameter's callbacks came to, so that the same value is not looked up twice. */
interface Called {
  readonly match: unknown
  value: unknown
  error: unknown
}

/** Runs the callbacks of `router.param()` for the captures of one layer, one after the other. */
export function processParams(
  callbacks: ParamCallbacks,
  keys: readonly string[],
  called: Record<string, Called | undefined>,
  req: { params: Params },
  res: object,
  done: Callback,
): void {
  let index = 0
  nextParam()

  function nextParam(error?: unknown): void {
    if (error) return done(error)
    for (;;) {
      if (index >= keys.length) return done()
      const key = keys[index++]!
      const value = req.params[key]
      const list = callbacks[key]
      if (value === undefined || list === undefined) continue
      const before = called[key]
      if (
        before !== undefined &&
        (before.match === value || (before.error && before.error !== 'route'))
      ) {
        req.params[key] = before.value
        if (before.error) return done(before.error)
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
      current.value = req.params[key]
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
