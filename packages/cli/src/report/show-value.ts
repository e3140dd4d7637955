import { inspect } from 'node:util'

import { isSecret, MASK } from './secrets.ts'

const LONGEST = 2_000
const MOST_ROWS = 100
const DEEPEST = 4

/** The entries of something as a table, what may be a secret masked; nothing of it runs. */
export function rowsOf(values: unknown): (readonly [string, string])[] {
  if (typeof values !== 'object' || values === null) return []
  try {
    return Object.entries(Object.getOwnPropertyDescriptors(values))
      .filter(([, { enumerable }]) => enumerable)
      .slice(0, MOST_ROWS)
      .map(([name, { value }]) => [name, isSecret(name) ? MASK : showValue(value)])
  } catch {
    return [] // a proxy that refuses
  }
}

/** A value as text, of bounded length. No getter, `toString` or `inspect` of its own is called. */
export function showValue(value: unknown): string {
  try {
    const text =
      typeof value === 'string'
        ? value
        : inspect(masked(value, 0), {
            customInspect: false,
            getters: false,
            depth: DEEPEST,
            maxArrayLength: 20,
            maxStringLength: 500,
            breakLength: 100,
          })
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
  } catch {
    return '(cannot be shown)'
  }
}

/** Plain objects and lists with their secrets masked; other things as they are. */
function masked(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return value
  if (Array.isArray(value)) return value.slice(0, MOST_ROWS).map((each) => masked(each, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) return value
  const own = Object.entries(Object.getOwnPropertyDescriptors(value))
  // As own properties, whatever they are called.
  return Object.fromEntries(
    own.map(([name, { value: each }]) => [name, isSecret(name) ? MASK : masked(each, depth + 1)]),
  )
}

/** Text of bounded length, whatever it is. */
export function textOf(value: unknown, longest = LONGEST): string {
  if (typeof value === 'string')
    return value.length > longest ? `${value.slice(0, longest)}…` : value
  return value === undefined ? '' : showValue(value)
}
