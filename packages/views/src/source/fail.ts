import { codeFrame } from './code-frame.ts'
import { TemplateRuntimeError, TemplateCompileError } from './errors.ts'
import { offsetOf, type Segment } from './source-map.ts'
import { describePlace, positionAt, type Source } from './source.ts'

/** What an error thrown while a template runs is given. */
interface TemplatePlace {
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
// A template that includes itself for ever has thousands.
const MOST_INCLUDES = 50
// What an error said before it was given a place, should it be thrown again another time.
const reasons = new WeakMap<object, string>()

/** Called when an error has left the outermost template: thrown again it starts anew. */
export function forget(error: unknown): void {
  if (typeof error === 'object' && error !== null) known.delete(error)
}

/** How a template's program appears in a stack trace. */
export interface ProgramTrace {
  readonly url: string
  readonly segments: readonly Segment[]
}

/**
 * Gives an error the place in the template where it was thrown, and each including template's.
 *
 * It stays the object it was, with its class, `code` and `status`: what a handler looks for is not
 * changed by the way it came. What cannot carry a place (a string, a frozen error) is wrapped.
 *
 * @param offset - the tag that was running; the stack trace tells the exact place in it.
 */
export function fail(
  thrown: unknown,
  source: Source,
  offset: number,
  program?: ProgramTrace,
): unknown {
  if (thrown instanceof TemplateCompileError) {
    if (thrown.includeStack.length < MOST_INCLUDES) {
      thrown.includeStack.push(describePlace(source, offset))
    }
    return thrown
  }
  const isOwn = thrown instanceof Error && Object.isExtensible(thrown)
  const error = isOwn ? thrown : new TemplateRuntimeError(thrown)
  const exact = (isOwn && program && translateStack(error, source, program)) || offset
  const before = known.get(error)
  if (before) {
    if (before.place.includeStack.length >= MOST_INCLUDES) return error
    before.place.includeStack.push(describePlace(source, exact))
    dress(error, before)
    return error
  }
  const { line, column } = positionAt(source, exact)
  const length = /^[\w$.]+/.exec(source.text.slice(exact))?.[0].length ?? 1
  const frame = codeFrame(source, exact, length)
  const place = { path: source.name, line, column, frame, includeStack: [] }
  const dressed = { place, reason: reasons.get(error) ?? error.message }
  reasons.set(error, dressed.reason)
  known.set(error, dressed)
  dress(error, dressed)
  return error
}

/** Turns the lines of a stack trace that lie in a program into lines of its template. */
function translateStack(error: Error, source: Source, program: ProgramTrace): number | undefined {
  const { stack } = error
  if (typeof stack !== 'string') return undefined
  let first: number | undefined
  const lines = stack.split('\n').map((text) => {
    const start = text.indexOf(`${program.url}:`)
    if (start === -1) return text
    const place = /^:(\d+):(\d+)/.exec(text.slice(start + program.url.length))
    const offset = place
      ? offsetOf(program.segments, Number(place[1]), Number(place[2]))
      : undefined
    if (!place || offset === undefined || offset > source.text.length) return text
    first ??= startOfCallee(source.text, offset)
    const end = start + program.url.length + place[0].length
    return `${text.slice(0, start)}${describePlace(source, offset)}${text.slice(end)}`
  })
  try {
    error.stack = lines.join('\n')
  } catch {
    // A stack that cannot be written stays as it is.
  }
  return first
}

/** A call is reported behind its name where that was checked: the name says more. */
function startOfCallee(text: string, offset: number): number {
  if (text[offset] !== '(' && text[offset] !== '`') return offset
  return offset - (/[\w$.]*$/.exec(text.slice(0, offset))?.[0].length ?? 0)
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
