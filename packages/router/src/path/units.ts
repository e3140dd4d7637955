/**
 * Reads one UTF-16 code unit of a text.
 *
 * `text.charCodeAt(at)` takes five times as long in a place that has seen strings of several kinds
 * (flat, sliced, joined, two-byte), as every place of a router soon has. Called through a bound
 * function it does not, measured on Node 20.
 */
// oxlint-disable-next-line typescript/unbound-method -- it is bound, to be called with any text
export const unitAt = Function.prototype.call.bind(String.prototype.charCodeAt) as unknown as (
  text: string,
  at: number,
) => number

/**
 * Makes paths equal that differ in letter case alone, as the `i` flag of a RegExp sees it.
 *
 * Works on each UTF-16 code unit for itself, so the length never changes and offsets stay valid:
 * "ß" and "ſ" are equal to themselves only.
 */
export function foldCase(text: string): string {
  if (!MAY_CHANGE.test(text)) return text
  if (isAscii(text)) return text.toLowerCase()
  let folded = ''
  for (let at = 0; at < text.length; at++) folded += foldUnit(text[at]!)
  return folded
}

/** Whether a text has nothing of other alphabets. */
export function isAscii(text: string): boolean {
  return !WIDE.test(text)
}

const MAY_CHANGE = /[A-Z\u0080-\uffff]/
const WIDE = /[\u0080-\uffff]/

// ECMA-262, "Canonicalize": upper case decides, unless it takes more than one unit or leads from
// outside of ASCII into it. ASCII letters are then written small, which keeps most paths as they are.
function foldUnit(unit: string): string {
  if (unit < '\u0080') return unit.toLowerCase()
  const upper = unit.toUpperCase()
  return upper.length === 1 && upper >= '\u0080' ? upper : unit
}

/** @returns where the segment of a path ends that begins at `start`, or before. */
export function endOfSegment(path: string, start: number): number {
  const slash = path.indexOf('/', start)
  return slash === -1 ? path.length : slash
}
