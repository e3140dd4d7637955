import type { PathEnd } from './program.ts'
import type { CaptureToken, FlatToken } from './tokens.ts'
import { foldCase } from './units.ts'

/**
 * A RegExp for the paths on which a backtracking one takes linear time, as V8 compiles those to
 * machine code: parameters without a constraint, and between two of one segment a single unit.
 *
 * A parameter behind such a separator runs over no other one (see `compileProgram`). So whatever the
 * text, a place where a parameter can begin is reached from one place before it alone, and what two
 * attempts at the same parameter look at does not overlap: every unit is looked at a few times for
 * each parameter. A longer separator can overlap itself, and a splat runs over anything.
 *
 * @returns undefined for any other path.
 */
export function linearRegExp(
  flat: readonly FlatToken[],
  end: PathEnd,
  sensitive: boolean,
): RegExp | undefined {
  let source = '^'
  /** What stands before a parameter: the separator if another one of the segment stands before it. */
  let between: string | undefined
  for (const token of flat) {
    if (token.type === 'text') {
      const text = sensitive ? token.value : foldCase(token.value)
      source += escape(text)
      if (between !== undefined) between = text.includes('/') ? undefined : between + text
    } else {
      if (!isFree(token) || (between !== undefined && between.length !== 1)) return undefined
      source += between === undefined ? '([^/]+)' : behind(between)
      between = ''
    }
  }
  if (end.trailingSlash) source += '(?:/$)?'
  return new RegExp(source + (end.prefix ? '(?=/|$)' : '$'))
}

function isFree(token: CaptureToken): boolean {
  return token.type === 'param' && token.constraint === undefined
}

/** Free of the separator, or nothing but it. */
function behind(separator: string): string {
  const one = escape(separator)
  return `([^/${one}]+|${one})`
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
