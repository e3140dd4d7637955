import { CacheOptionError } from './errors/option-error.ts'

/** The longest delay that a timer of node's can count; a longer one would fire at once. */
const LONGEST_DELAY = 2 ** 31 - 1

/** A whole number from 1 up, or `Infinity` for no bound. */
export function countOption(name: string, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise
  if (value === Infinity || (Number.isSafeInteger(value) && value >= 1)) return value
  throw new CacheOptionError(name, 'a whole number from 1 up, or Infinity', value)
}

/** A time that may be 0 or, for "without end", `Infinity`; in milliseconds. */
export function timeOption(name: string, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise
  if (typeof value === 'number' && value >= 0) return value
  throw new CacheOptionError(name, 'milliseconds from 0 up, or Infinity', value)
}

/** How long a timer waits: at least 1 ms, and `Infinity` for none at all. */
export function delayOption(name: string, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise
  if (value === Infinity || (value >= 1 && value <= LONGEST_DELAY)) return value
  throw new CacheOptionError(name, `1 to ${LONGEST_DELAY} milliseconds, or Infinity`, value)
}

/** How long a lease lasts before it is renewed; others are to get it in time when its holder died. */
export function leaseOption(value: number | undefined, callTimeout: number): number {
  const lease = delayOption('lease', value, Math.max(1, Math.min(3000, callTimeout / 3)))
  if (lease === Infinity) throw new CacheOptionError('lease', 'an end', lease)
  return lease
}

/** A function, where one is given. */
export function functionOption<Given extends (...args: never[]) => unknown>(
  name: string,
  value: Given | undefined,
): Given | undefined {
  if (value === undefined || typeof value === 'function') return value
  throw new CacheOptionError(name, 'a function', value)
}
