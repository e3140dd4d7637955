import { OptionError } from './errors.ts'

/** @throws {OptionError} for what is no time that a timer can wait. */
export function milliseconds(option: string, value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 2 ** 31 - 1)
    throw new OptionError(option, value, 'whole milliseconds from 0 to 2147483647')
  return value
}
