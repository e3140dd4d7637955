import { ArgumentError } from '../errors/argument-error.ts'
import { PrototypeKeyError } from './errors.ts'

/** Whether keys that reach for a prototype are refused, or kept as Express keeps them. */
export type PrototypeKeys = 'refuse' | 'keep'

/** @throws {TypeError} for any other word. */
export function refusesPrototypeKeys(option: PrototypeKeys = 'refuse'): boolean {
  if (option === 'refuse' || option === 'keep') return option === 'refuse'
  throw new ArgumentError(
    `option prototypeKeys "${String(option)}" is invalid: expected "refuse" or "keep"`,
  )
}

/**
 * Searches parsed data for the keys by which a careless merge reaches a prototype. A key called
 * `constructor` alone is fine: companies have constructors.
 *
 * @throws {PrototypeKeyError}
 */
export function refusePrototypeKeys(data: unknown): void {
  // Walks with a list of its own: the nesting of the data is the client's choice.
  const pending = [data]
  while (pending.length > 0) {
    const value = pending.pop()
    if (typeof value !== 'object' || value === null) continue
    if (Object.hasOwn(value, '__proto__')) throw new PrototypeKeyError('__proto__')
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner !== 'object' || inner === null) continue
      if (key === 'constructor' && Object.hasOwn(inner, 'prototype')) {
        throw new PrototypeKeyError('constructor.prototype')
      }
      pending.push(inner)
    }
  }
}
