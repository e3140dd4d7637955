import { OverloadedError } from '../errors/overloaded-error.ts'
import { functionOption } from '../option-values.ts'
import { Gates } from './gates.ts'
import { type LimitOptions, resolveLimit } from './options.ts'

/**
 * Lets a function run so many times at once; further calls wait, and are refused early when too many do.
 * A refused call rejects with `OVERLOADED` (503).
 *
 * @throws {CacheOptionError} `CACHE_BAD_OPTION`, at once, for options that cannot be meant.
 *
 * @example
 * const query = limit((sql: string) => database.query(sql), { max: 10, queue: 100 })
 */
export function limit<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result | PromiseLike<Result>,
  options: LimitOptions<Args>,
): (...args: Args) => Promise<Result> {
  functionOption('fn', fn)
  const resolved = resolveLimit(options)
  const gates = new Gates(resolved)
  return async (...args) => {
    const key = resolved.keyOf(...args)
    await new Promise<void>((resolve, reject) => {
      gates.enter(key, {
        priority: resolved.priorityOf(...args),
        onEnter: resolve,
        onRefused: (reason) => reject(new OverloadedError(reason, resolved.retryAfter)),
      })
    })
    const begun = performance.now()
    try {
      return await fn(...args)
    } finally {
      gates.leave(key, begun)
    }
  }
}
