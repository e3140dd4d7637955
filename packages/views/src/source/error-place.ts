/** What an error thrown while a template runs is given. */
export interface ErrorPlace {
  /** The template's name, as EJS calls it. */
  readonly path: string
  readonly line: number
  readonly column: number
  /** The lines around the fault, the fault underlined; none where the template's text is not at hand. */
  readonly frame?: string
}

interface Known extends ErrorPlace {
  readonly reason: string
  /** The templates that led here, the innermost first: "page.html:3:5". */
  readonly includeStack: string[]
}

const known = new WeakMap<object, Known>()
// A template that includes itself for ever has thousands.
export const MOST_INCLUDES = 50
// What an error said before it was given a place, should it be thrown again another time.
const reasons = new WeakMap<object, string>()

/** Called when an error has left the outermost template: thrown again it starts anew. */
export function forget(error: unknown): void {
  if (typeof error === 'object' && error !== null) known.delete(error)
}

/**
 * Gives an error the place in the template where it was thrown, or where that one was included.
 *
 * @param frame - the lines around it, made when they are wanted.
 */
export function givePlace(
  error: Error,
  { line, column, path }: ErrorPlace,
  frame: () => string | undefined,
): Error {
  const before = known.get(error)
  if (before) {
    if (before.includeStack.length >= MOST_INCLUDES) return error
    before.includeStack.push(`${path}:${line}:${column}`)
    dress(error, before)
    return error
  }
  const lines = frame()
  const first: Known = {
    path,
    line,
    column,
    ...(lines !== undefined && { frame: lines }),
    includeStack: [],
    reason: reasons.get(error) ?? error.message,
  }
  reasons.set(error, first.reason)
  known.set(error, first)
  dress(error, first)
  return error
}

function dress(error: Error, { reason, ...place }: Known): void {
  const { path, line, column, frame = '', includeStack } = place
  const includes = includeStack.map((from) => `\n    included from ${from}`).join('')
  const message = `${path}:${line}:${column}\n${frame && `${frame}\n`}\n${reason}${includes}`
  try {
    const calls = stackOf(error)
    error.message = message
    Object.defineProperty(error, 'stack', {
      value: `${error.name}: ${message}\n${calls}`,
      configurable: true,
      writable: true,
    })
    Object.assign(error, place)
  } catch {
    // An error with read-only properties keeps its own words.
  }
}

/** The lines of the stack below the message. */
function stackOf(error: Error): string {
  const lines = (error.stack ?? '').split('\n')
  const first = lines.findIndex((line) => /^\s+at /.test(line))
  return first === -1 ? '' : lines.slice(first).join('\n')
}
