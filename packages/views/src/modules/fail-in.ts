import { TemplateRuntimeError } from '../source/errors.ts'

interface Known {
  readonly place: string
  readonly reason: string
  readonly includeStack: string[]
}

const known = new WeakMap<object, Known>()
const reasons = new WeakMap<object, string>()
// A template that includes itself for ever has thousands.
const MOST_INCLUDES = 50

/** Called when an error has left the outermost template: thrown again it starts anew. */
export function forget(error: unknown): void {
  if (typeof error === 'object' && error !== null) known.delete(error)
}

/**
 * Gives an error the place in the template where it was thrown, and each including template's, as the
 * engine does; without the lines around it, as a module has not the text of its template.
 */
export function failIn(
  name: string,
  lines: readonly number[],
): (thrown: unknown, offset: number) => unknown {
  return (thrown, offset) => {
    const isOwn = thrown instanceof Error && Object.isExtensible(thrown)
    const error: Error = isOwn ? thrown : new TemplateRuntimeError(thrown)
    const line = lines.findLastIndex((start) => start <= offset) + 1
    const column = offset - (lines[line - 1] ?? 0) + 1
    const place = `${name}:${line}:${column}`
    const before = known.get(error)
    if (before) {
      if (before.includeStack.length >= MOST_INCLUDES) return error
      before.includeStack.push(place)
      write(error, before)
      return error
    }
    const first = { place, reason: reasons.get(error) ?? error.message, includeStack: [] }
    known.set(error, first)
    reasons.set(error, first.reason)
    write(error, first)
    try {
      Object.assign(error, { path: name, line, column, includeStack: first.includeStack })
    } catch {
      // An error with read-only properties keeps its own.
    }
    return error
  }
}

function write(error: Error, { place, reason, includeStack }: Known): void {
  const includes = includeStack.map((from) => `\n    included from ${from}`).join('')
  try {
    error.message = `${place}\n\n${reason}${includes}`
  } catch {
    // As above.
  }
}
