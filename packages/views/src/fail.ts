import { codeFrame } from './code-frame.ts'
import { TemplateRuntimeError, TemplateSyntaxError } from './errors.ts'
import { describePlace, positionAt, type Source } from './source.ts'

/** What an error thrown while a template runs is given. */
export interface TemplatePlace {
  /** The template's name, as EJS calls it. */
  path: string
  line: number
  column: number
  /** The lines around the fault, the fault underlined. */
  frame: string
  /** The templates that led here, the innermost first: "page.html:3:5". */
  includeStack: string[]
}

interface Known {
  readonly place: TemplatePlace
  readonly reason: string
}

const known = new WeakMap<object, Known>()

/**
 * Gives an error the place in the template where it was thrown, and each including template's.
 *
 * It stays the object it was, with its class, `code` and `status`: what a handler looks for is not
 * changed by the way it came. What cannot carry a place (a string, a frozen error) is wrapped.
 */
export function fail(thrown: unknown, source: Source, offset: number, length = 1): unknown {
  if (thrown instanceof TemplateSyntaxError) {
    thrown.includeStack.push(describePlace(source, offset))
    return thrown
  }
  const error =
    thrown instanceof Error && Object.isExtensible(thrown)
      ? thrown
      : new TemplateRuntimeError(thrown)
  const before = known.get(error)
  if (before) {
    before.place.includeStack.push(describePlace(source, offset))
    dress(error, before)
    return error
  }
  const { line, column } = positionAt(source, offset)
  const frame = codeFrame(source, offset, length)
  const place = { path: source.name, line, column, frame, includeStack: [] }
  const dressed = { place, reason: error.message }
  known.set(error, dressed)
  dress(error, dressed)
  return error
}

function dress(error: Error, { place, reason }: Known): void {
  const includes = place.includeStack.map((from) => `\n    included from ${from}`).join('')
  const message = `${place.path}:${place.line}:${place.column}\n${place.frame}\n\n${reason}${includes}`
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
