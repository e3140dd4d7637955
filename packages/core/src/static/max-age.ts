/** Longest time a file may be called fresh, in milliseconds: one year (RFC 2616 §14.21). */
const YEAR = 365 * 24 * 60 * 60 * 1000

/**
 * Reads a time in milliseconds, or text such as `'1d'`, `'2 hours'`, `'1000'`.
 *
 * @returns milliseconds, from 0 to one year; `undefined` for what is no time.
 */
export function parseMaxAge(age: unknown): number | undefined {
  const ms = typeof age === 'string' ? parseDuration(age) : age
  if (typeof ms !== 'number' || Number.isNaN(ms)) return undefined
  return Math.min(Math.max(0, ms), YEAR)
}

function parseDuration(text: string): number | undefined {
  const [, amount, unit = 'ms'] = DURATION.exec(text) ?? []
  if (amount === undefined) return undefined
  return Number(amount) * (UNITS.find(([names]) => names.test(unit))?.[1] ?? Number.NaN)
}

const DURATION = /^(-?\d*\.?\d+) *([a-z]+)?$/i

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(?:ms|msecs?|milliseconds?)$/i, 1],
  [/^(?:s|secs?|seconds?)$/i, 1000],
  [/^(?:m|mins?|minutes?)$/i, 60_000],
  [/^(?:h|hrs?|hours?)$/i, 3_600_000],
  [/^(?:d|days?)$/i, 86_400_000],
  [/^(?:w|weeks?)$/i, 604_800_000],
  [/^(?:y|yrs?|years?)$/i, 31_557_600_000],
]
