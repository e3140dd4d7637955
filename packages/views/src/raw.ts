import { describeContext } from './contexts/describe.ts'
import { type Context } from './contexts/context.ts'
import { advance } from './contexts/html-context.ts'
import { join } from './contexts/join.ts'
import { encodeRaw, type Encoder } from './encoders.ts'
import { TemplatePlaceError } from './errors.ts'

/**
 * Prints raw text in one kind of place, and makes sure that the page goes on where it was: text that
 * opens a tag, a quote or a script and leaves it open would change what the template means.
 */
export function rawIn(place: Context): Encoder {
  const isText = place.mode === 'text'
  return (value) => {
    const text = encodeRaw(value)
    if (text === '' || (isText && !text.includes('<'))) return text
    const after = advance(place, text)
    if (after.pending === '' && staysIn(place, after)) return text
    throw new TemplatePlaceError(
      'TEMPLATE_RAW_LEAVES_PLACE',
      `Cannot print this raw: it starts in ${describeContext(place)} and would end in ${describeContext(after)}`,
    )
  }
}

function staysIn(place: Context, after: Context): boolean {
  if (after.mode === 'broken') return false
  if (place.mode === 'before value') return after.mode === 'unquoted' || after.mode === 'tag'
  return join(place, after) !== undefined
}
