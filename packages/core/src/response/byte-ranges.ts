import { onDemand } from '../on-demand.ts'

/** Bytes `start` to `end`, both included, as in `Content-Range`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * Chooses what a `Range` header asks of a body of `size` bytes (RFC 9110 §14.2).
 *
 * Ignored, so that the whole body is sent: an unknown unit, a malformed header, more ranges than
 * anyone needs, any range of an empty body. Ranges that overlap or touch become one.
 *
 * @returns `undefined` to send the whole body, an empty list when no range can be satisfied.
 */
export function selectRanges(header: string, size: number): readonly ByteRange[] | undefined {
  if (size === 0 || !/^bytes=/i.test(header)) return undefined
  if (header.split(',').length > MOST_RANGES) return undefined
  const ranges = onDemand.rangeParser(size, capSuffixes(header, size), { combine: true })
  if (ranges === -2) return undefined
  return ranges === -1 ? [] : ranges
}

export function contentRange({ start, end }: ByteRange, size: number): string {
  return `bytes ${start}-${end}/${size}`
}

/** A client that wants more pieces than this is testing the server (CVE-2011-3192), not reading. */
const MOST_RANGES = 20

/** A suffix longer than the body means the whole of it; range-parser calls it unsatisfiable. */
function capSuffixes(header: string, size: number): string {
  return header.replace(
    /([=,][ \t]*-)(\d+)/g,
    (_, lead: string, length: string) => lead + Math.min(Number(length), size),
  )
}
