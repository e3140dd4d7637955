import parseRange from 'range-parser'
import type { Req } from './pair.ts'

/**
 * Reads the `Range` header for a body of `size` units.
 *
 * @returns the ranges, with their unit as `type`; `undefined` without a header; -1 when none can be
 *   satisfied; -2 when the header is malformed.
 */
export function range(
  this: Req,
  size: number,
  options?: parseRange.Options,
): parseRange.Ranges | parseRange.Result | undefined {
  const header = this.get('Range')
  return header ? parseRange(size, header, options) : undefined
}
