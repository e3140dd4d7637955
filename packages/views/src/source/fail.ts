import { frameAt } from './code-frame.ts'
import { TemplateRuntimeError, TemplateCompileError } from './errors.ts'
import { givePlace, MOST_INCLUDES } from './error-place.ts'
import { offsetOf, type Segment } from './source-map.ts'
import { describePlace, positionAt, type Source } from './source.ts'

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
  const place = { path: source.name, ...positionAt(source, exact) }
  return givePlace(error, place, () => frameAt(source, exact))
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
