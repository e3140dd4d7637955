import { countOption, delayOption, functionOption } from '../option-values.ts'
import { keyMaker } from '../key.ts'
import type { CallContext } from './flight.ts'
import { Flights } from './flights.ts'

/** Options of `singleFlight`. */
export interface SingleFlightOptions<Input> {
  /**
   * Says which calls are the same.
   *
   * - Errors: `CACHE_BAD_KEY`, when it gives no string.
   *
   * @default the input itself, which then must be a string
   */
  readonly key?: ((input: Input) => string) | undefined
  /**
   * How long one call may take. Then all who wait are told, and the call's signal is aborted.
   *
   * - Unit: milliseconds, 1 to 2_147_483_647; `Infinity` for no limit.
   * - Errors: `CACHE_CALL_TIMEOUT` (503), for those who wait.
   *
   * @default 30_000
   */
  readonly timeout?: number | undefined
  /**
   * How many callers may wait at once, over all keys.
   *
   * - Unit: callers, from 1; `Infinity` for no limit.
   * - Errors: `CACHE_TOO_MANY_WAITING` (503), for the one that is turned away.
   *
   * @default 10_000
   */
  readonly maxWaiting?: number | undefined
}

/** What one caller may say about its own call. */
export interface CallOptions {
  /**
   * Lets this caller go; the others wait on. The call is aborted when it was the last.
   *
   * @default none
   */
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes many calls at once into one: who asks while a call of the same key is under way gets its
 * result. Errors are shared in the same way; nothing is kept when the call has ended.
 *
 * The call runs in the asynchronous context (`AsyncLocalStorage`) of its first caller.
 *
 * @throws {CacheOptionError} `CACHE_BAD_OPTION`, at once, for options that cannot be meant.
 *
 * @example
 * const user = singleFlight((id: string, { signal }) => database.user(id, { signal }))
 * await Promise.all([user('7'), user('7')]) // asks the database once
 */
export function singleFlight<Input, Result>(
  fn: (input: Input, context: CallContext) => Result | PromiseLike<Result>,
  options: SingleFlightOptions<Input> = {},
): (input: Input, call?: CallOptions) => Promise<Result> {
  functionOption('fn', fn)
  const keyOf = keyMaker(options.key)
  const flights = new Flights<Result>({
    timeout: delayOption('timeout', options.timeout, 30_000),
    maxWaiting: countOption('maxWaiting', options.maxWaiting, 10_000),
  })
  return async (input, call = {}) =>
    flights.join(keyOf(input), (context) => fn(input, context), call.signal)
}
