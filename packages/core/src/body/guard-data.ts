import { JsonTooDeepError, PrototypeKeyError } from './errors.ts'

/** What parsed data may not be or hold. */
export interface DataGuard {
  /** Most levels of objects and arrays; `Infinity` for any number. */
  readonly depth: number
  /** Whether keys by which a careless merge reaches a prototype are refused. */
  readonly refusesPrototypeKeys: boolean
}

/**
 * Looks through parsed data once for what the guard refuses. A key called `constructor` alone is fine:
 * companies have constructors.
 *
 * Data made of a megabyte of records takes 0.13 ns for each byte of its text, which took 1.5 to parse. At worst,
 * of objects that V8 keeps as dictionaries, it is 16 on 7 to 28; measured on Node 20 and 24.
 *
 * @throws {JsonTooDeepError | PrototypeKeyError}
 */
export function guardData(data: unknown, { depth, refusesPrototypeKeys }: DataGuard): void {
  let level = isObject(data) ? [data] : []
  for (let left = depth; level.length > 0; left -= BAND) {
    if (left < 1) throw new JsonTooDeepError(depth)
    const below: object[] = []
    for (const value of level) descend(value, Math.min(left, BAND), refusesPrototypeKeys, below)
    level = below
  }
}

/**
 * Goes down by calling itself, which is two to four times as fast as a list of what is left to see, but no further
 * than `levels`: the nesting of the data is the client's choice, and the stack is short. What lies below is collected.
 */
function descend(
  value: object,
  levels: number,
  refusesPrototypeKeys: boolean,
  below: object[],
): void {
  if (levels < 1) {
    below.push(value)
  } else if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const inner: unknown = value[i]
      if (isObject(inner)) descend(inner, levels - 1, refusesPrototypeKeys, below)
    }
  } else {
    // Half the price of Object.keys. It also gives what somebody's code has added to Object.prototype.
    for (const key in value) {
      if (refusesPrototypeKeys && key === '__proto__') throw new PrototypeKeyError(key)
      const inner = (value as Record<string, unknown>)[key]
      if (!isObject(inner) || !Object.hasOwn(value, key)) continue
      if (refusesPrototypeKeys && key === 'constructor' && Object.hasOwn(inner, 'prototype')) {
        throw new PrototypeKeyError('constructor.prototype')
      }
      descend(inner, levels - 1, refusesPrototypeKeys, below)
    }
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Levels that are gone down in one go: some 40 kB of the stack's 984. */
const BAND = 250
