import { ArgumentError } from '../errors/argument-error.ts'

/** Whether keys that reach for a prototype are refused, or kept as Express keeps them. */
export type PrototypeKeys = 'refuse' | 'keep'

/** @throws {TypeError} for any other word. */
export function refusesPrototypeKeys(option: PrototypeKeys = 'refuse'): boolean {
  if (option === 'refuse' || option === 'keep') return option === 'refuse'
  throw new ArgumentError(
    `option prototypeKeys "${String(option)}" is invalid: expected "refuse" or "keep"`,
  )
}
