import { singleFlight } from './flight/single-flight.ts'
import * as names from './names.ts'
import type { CallContext, CallOptions, SingleFlightOptions } from './names.ts'

/**
 * Makes many calls at once into one; `singleFlight` under the package's own name.
 *
 * @throws {CacheOptionError} `CACHE_BAD_OPTION`, at once, for options that cannot be meant.
 * @example const user = cache((id: string) => database.user(id))
 */
function cache<Input, Result>(
  fn: (input: Input, context: CallContext) => Result | PromiseLike<Result>,
  options?: SingleFlightOptions<Input>,
): (input: Input, call?: CallOptions) => Promise<Result> {
  return singleFlight(fn, options)
}

export * from './names.ts'
export default Object.assign(cache, names)
