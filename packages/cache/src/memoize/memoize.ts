import { refreshFailed } from '../diagnostics.ts'
import { CacheOptionError } from '../errors/option-error.ts'
import type { CallContext } from '../flight/flight.ts'
import { Flights } from '../flight/flights.ts'
import type { CallOptions, SingleFlightOptions } from '../flight/single-flight.ts'
import { keyMaker } from '../key.ts'
import {
  countOption,
  delayOption,
  functionOption,
  leaseOption,
  timeOption,
} from '../option-values.ts'
import { fill } from '../stores/fill.ts'
import { GuardedStore } from '../stores/guarded-store.ts'
import { memoryStore } from '../stores/memory-store.ts'
import type { CacheStore } from '../stores/store.ts'
import { freshnessOf, type KeptResult } from './kept-result.ts'

/** Options of `memoize`; those of `singleFlight` with them. */
export interface MemoizeOptions<Input, Result> extends SingleFlightOptions<Input> {
  /**
   * How long a result is fresh. A function is asked for each result; 0 keeps it not at all.
   *
   * - Unit: milliseconds, from 0; `Infinity` until room is needed.
   */
  readonly ttl: number | ((result: Result, input: Input) => number)
  /**
   * How long after `ttl` a stale result goes out at once, while it is renewed behind it.
   *
   * - Unit: milliseconds. Source: RFC 5861 §3.
   *
   * @default 0
   */
  readonly staleWhileRevalidate?: number | undefined
  /**
   * How long after `ttl` a stale result goes out when the call for a new one fails or is too slow.
   *
   * - Unit: milliseconds. Source: RFC 5861 §4.
   *
   * @default 0
   */
  readonly staleIfError?: number | undefined
  /**
   * By how much `ttl` is shortened at random, so that what was stored together does not end together.
   *
   * - Unit: a share, 0 to 1.
   *
   * @default 0.1
   */
  readonly jitter?: number | undefined
  /**
   * Where results are kept. A store that several functions share needs keys that differ.
   *
   * @default a `memoryStore()` of its own
   */
  readonly store?: CacheStore | undefined
  /**
   * Names under which results are forgotten together (`store.deleteByTag`).
   *
   * @default none
   */
  readonly tags?:
    | readonly string[]
    | ((result: Result, input: Input) => readonly string[])
    | undefined
  /**
   * How long a call waits for another process that fills the same key of a shared store; then it calls
   * itself, and stores nothing.
   *
   * - Unit: milliseconds, from 0.
   *
   * @default 5000
   */
  readonly patience?: number | undefined
  /**
   * How long a key of a shared store stays with a process that died while it filled it. A living one renews
   * its lease in time.
   *
   * - Unit: milliseconds, 1 to 2_147_483_647.
   *
   * @default 3000, or a third of `timeout` where that is less
   */
  readonly lease?: number | undefined
  /**
   * How long a store may take to answer; then the call goes on without it.
   *
   * - Unit: milliseconds, 1 to 2_147_483_647; `Infinity` for no limit.
   *
   * @default 1000
   */
  readonly storeTimeout?: number | undefined
}

/** A function whose results are kept. */
export interface Memoized<Input, Result> {
  (input: Input, call?: CallOptions): Promise<Result>
  /** Forgets the result for this input. A call for it that is under way is not joined any more, nor kept. */
  delete(input: Input): Promise<void>
}

/**
 * Keeps what a function answers, and asks once where many want it at once. Errors are not kept.
 *
 * What is given out is the kept value itself: it must not be changed.
 *
 * @throws {CacheOptionError} `CACHE_BAD_OPTION`, at once, for options that cannot be meant.
 *
 * @example
 * const user = memoize((id: string, { signal }) => database.user(id, { signal }), {
 *   key: (id) => `user:${id}`,
 *   ttl: 60_000,
 *   staleWhileRevalidate: 60_000,
 *   staleIfError: 3_600_000,
 * })
 */
export function memoize<Input, Result>(
  fn: (input: Input, context: CallContext) => Result | PromiseLike<Result>,
  options: MemoizeOptions<Input, Result>,
): Memoized<Input, Result> {
  functionOption('fn', fn)
  const keyOf = keyMaker(options.key)
  const ttl = perResult('ttl', options.ttl, (value) => timeOption('ttl', value, Number.NaN))
  const tagsOf = perResult('tags', options.tags ?? [], tagList)
  const shareOfJitter = shareOption('jitter', options.jitter, 0.1)
  const stale = {
    staleWhileRevalidate: timeOption('staleWhileRevalidate', options.staleWhileRevalidate, 0),
    staleIfError: timeOption('staleIfError', options.staleIfError, 0),
  }
  const keptStale = Math.max(stale.staleWhileRevalidate, stale.staleIfError)
  const timeout = delayOption('timeout', options.timeout, 30_000)
  const leaseTime = leaseOption(options.lease, timeout)
  const patience = timeOption('patience', options.patience, 5000)
  const store = options.store ?? memoryStore()
  const guarded = new GuardedStore(store, delayOption('storeTimeout', options.storeTimeout, 1000))
  const flights = new Flights<Result>({
    timeout,
    maxWaiting: countOption('maxWaiting', options.maxWaiting, 10_000),
  })

  const renew = (key: string, input: Input, call: CallOptions): Promise<Result> =>
    flights.join(
      key,
      ({ signal }) =>
        fill(guarded, {
          key,
          signal,
          leaseTime,
          patience,
          accept: (kept) => {
            const found = kept as KeptResult<Result> | undefined
            return freshnessOf(found, stale, Date.now()) === 'fresh' ? found : undefined
          },
          call: () => fn(input, { signal }),
          keep: (result, lease) => {
            const fresh = ttl(result, input) * (1 - Math.random() * shareOfJitter)
            const value: KeptResult<Result> = { result, freshUntil: Date.now() + fresh }
            const kept = fresh === 0 ? 0 : fresh + keptStale
            return lease.set(value, { ttl: kept, tags: tagsOf(result, input) })
          },
        }),
      call.signal,
    )

  const ask = async (input: Input, call: CallOptions = {}): Promise<Result> => {
    const key = keyOf(input)
    const kept = (await guarded.get(key)) as KeptResult<Result> | undefined
    const freshness = freshnessOf(kept, stale, Date.now())
    if (!kept || freshness === 'gone') return renew(key, input, call)
    if (freshness === 'fresh') return kept.result
    const under = flights.has(key)
    const renewed = renew(key, input, freshness === 'if-error' ? call : {})
    if (!under) renewed.catch((error: unknown) => refreshFailed.publish({ key, error }))
    if (freshness === 'if-error') {
      return renewed.catch((error: unknown) => {
        if (call.signal?.aborted) throw error
        return kept.result
      })
    }
    // Who joined a call under way is not the one who tells of its failure.
    renewed.catch(() => {})
    return kept.result
  }

  return Object.assign(ask, {
    delete: async (input: Input) => {
      const key = keyOf(input)
      flights.part(key)
      await store.delete(key)
    },
  })
}

/** An option that is the same for every result, or a function of it. */
function perResult<Value, Arguments extends unknown[]>(
  name: string,
  option: Value | ((...args: Arguments) => Value),
  check: (value: Value) => Value,
): (...args: Arguments) => Value {
  if (option === undefined) throw new CacheOptionError(name, 'a value or a function', option)
  if (typeof option === 'function') {
    const ask = option as (...args: Arguments) => Value
    return (...args) => check(ask(...args))
  }
  const value = check(option)
  return () => value
}

function tagList(tags: readonly string[]): readonly string[] {
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')) return tags
  throw new CacheOptionError('tags', 'a list of strings', tags)
}

function shareOption(name: string, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise
  if (value >= 0 && value <= 1) return value
  throw new CacheOptionError(name, 'a number from 0 to 1', value)
}
