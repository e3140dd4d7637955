// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import type parseRange from 'range-parser'
import { onDemand } from '../on-demand.ts'
import type { DispatchedRequest } from '../types/dispatched.ts'

/**
 * Reads the `Range` header for a body of `size` units. A handler that asks answers for the ranges
 * itself: `res.send` then leaves its body whole.
 *
 * @returns the ranges, with their unit as `type`; `undefined` without a header; -1 when none can be
 *   satisfied; -2 when the header is malformed.
 */
export function range(
  this: DispatchedRequest & RangeReader,
  size: number,
  options?: parseRange.Options,
): parseRange.Ranges | parseRange.Result | undefined {
  this[HANDLES_RANGES] = true
  const header = this.get('Range')
  return header ? onDemand.rangeParser(size, header, options) : undefined
}

/** Whether a handler has read the ranges, and does with them what it means to. */
export function handlesRanges(req: DispatchedRequest & RangeReader): boolean {
  return req[HANDLES_RANGES] === true
}

const HANDLES_RANGES = Symbol('the handler reads the ranges')

interface RangeReader {
  [HANDLES_RANGES]?: boolean
}
