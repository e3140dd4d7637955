import { frameAt } from '../source/code-frame.ts'
import { givePlace } from '../source/error-place.ts'
import { TemplateRuntimeError } from '../source/errors.ts'

/**
 * Gives an error the place in the template where it was thrown, and each including template's, as the
 * engine does.
 *
 * @param source - the template's text, or the offsets at which its lines begin: then an error has not the
 *   lines around it.
 */
export function failIn(
  name: string,
  source: string | readonly number[],
): (thrown: unknown, offset: number) => unknown {
  return (thrown, offset) => {
    const isOwn = thrown instanceof Error && Object.isExtensible(thrown)
    const error: Error = isOwn ? thrown : new TemplateRuntimeError(thrown)
    const lines =
      typeof source === 'string'
        ? [0, ...Array.from(source.matchAll(/\n/g), ({ index }) => index + 1)]
        : source
    const line = lines.findLastIndex((start) => start <= offset) + 1
    const column = offset - (lines[line - 1] ?? 0) + 1
    return givePlace(error, { path: name, line, column }, () =>
      typeof source === 'string' ? frameAt({ name, text: source }, offset) : undefined,
    )
  }
}
