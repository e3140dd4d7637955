import { CacheKeyError } from '../errors/key-error.ts'
import { CacheOptionError } from '../errors/option-error.ts'
import { countOption, delayOption, functionOption } from '../option-values.ts'
import { adaptiveOption, type AdaptiveOptions } from './adaptive-limit.ts'
import type { GateLimits } from './gate.ts'

/** Options that `limit` and `limitConcurrency` share; `Args` is what a call or request brings. */
export interface LimitOptions<Args extends readonly unknown[]> {
  /** How many are served at once (for each key); from 1. */
  readonly max: number
  /**
   * How many wait for a place (for each key); from 0, which refuses at once.
   *
   * @default as many as `max`
   */
  readonly queue?: number | undefined
  /**
   * How long one waits for a place.
   *
   * - Unit: milliseconds, 1 to 2_147_483_647; `Infinity` for no limit.
   *
   * @default 1000
   */
  readonly timeout?: number | undefined
  /**
   * Who goes first: a higher number is served before a lower one, and takes its place in a full queue.
   *
   * @default 0 for all
   */
  readonly priority?: ((...args: Args) => number) | undefined
  /**
   * What is counted apart: a tenant, a route, an upstream.
   *
   * - Errors: `CACHE_BAD_KEY`, when it gives no string.
   *
   * @default all are counted together
   */
  readonly key?: ((...args: Args) => string) | undefined
  /**
   * Lowers `max` while the event loop is late, or what is let in takes too long, and raises it again by
   * steps. It begins with 16, and doubles every 50 ms while that is good.
   *
   * @default false
   */
  readonly adaptive?: boolean | AdaptiveOptions | undefined
  /**
   * What `Retry-After` says to those who are refused.
   *
   * - Unit: whole seconds, from 1.
   *
   * @default 1
   */
  readonly retryAfter?: number | undefined
}

/** The options, checked, with their defaults. */
export interface ResolvedLimit<Args extends readonly unknown[]> extends GateLimits {
  readonly keyOf: (...args: Args) => string
  readonly priorityOf: (...args: Args) => number
  readonly retryAfter: number
}

export function resolveLimit<Args extends readonly unknown[]>(
  options: LimitOptions<Args>,
): ResolvedLimit<Args> {
  const max = countOption('max', options?.max, Number.NaN)
  if (Number.isNaN(max)) throw new CacheOptionError('max', 'a whole number from 1 up', options?.max)
  const priority = functionOption('priority', options.priority)
  const key = functionOption('key', options.key)
  const retryAfter = countOption('retryAfter', options.retryAfter, 1)
  if (retryAfter === Infinity)
    throw new CacheOptionError('retryAfter', 'whole seconds from 1 up', retryAfter)
  return {
    max,
    queue: options.queue === 0 ? 0 : countOption('queue', options.queue, max),
    timeout: delayOption('timeout', options.timeout, 1000),
    adaptive: adaptiveOption(options.adaptive, max),
    retryAfter,
    priorityOf: (...args) => priority?.(...args) ?? 0,
    keyOf: (...args) => {
      if (!key) return ''
      const made: unknown = key(...args)
      if (typeof made !== 'string') throw new CacheKeyError(made)
      return made
    },
  }
}
