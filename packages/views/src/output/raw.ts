import { describeContext } from '../contexts/describe.ts'
import type { Context } from '../contexts/context.ts'
import { leavesPlace } from '../contexts/leaves-place.ts'
import { printIn } from '../contexts/print.ts'
import { encodeRaw, type Encoder, encoderOf } from '../contexts/encoders.ts'
import { TemplatePlaceError } from '../source/errors.ts'

/**
 * Prints raw text in one kind of place, and makes sure that it stays there and that the page goes on
 * where it was: text that opens a tag, a quote or a script and leaves it open, or that ends what it
 * stands in and begins it anew, would change what the template means.
 */
export function rawIn(place: Context): Encoder {
  const { mode } = place
  // A name is not raw anywhere: it decides how the page is read.
  if (mode === 'tag name' || mode === 'attribute name') return sameAsEncoded(place)
  return (value) => {
    const text = encodeRaw(value)
    if (text === '') return ofNothing(place)
    if (mode === 'text' && !text.includes('<')) return text
    const reason = leavesPlace(place, text)
    if (reason === undefined) return text
    throw new TemplatePlaceError('TEMPLATE_RAW_LEAVES_PLACE', `Cannot print this raw: ${reason}`)
  }
}

/** Where nothing at all would join what stands before and behind, something harmless stands for it. */
function ofNothing({ mode, pending }: Context): string {
  if (mode === 'before value') return '""'
  return mode === 'comment' && pending !== '' ? ' ' : ''
}

function sameAsEncoded(place: Context): Encoder {
  const printing = printIn(place)
  if ('encoder' in printing) return encoderOf(printing.encoder)
  return () => {
    throw new TemplatePlaceError(
      'TEMPLATE_RAW_LEAVES_PLACE',
      `Cannot print this raw: ${printing.refusal} (this is ${describeContext(place)})`,
    )
  }
}
