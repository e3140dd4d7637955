import type { Context } from '../contexts/context.ts'
import { type Encoder, encoderOf, encodeText } from '../contexts/encoders.ts'
import { printIn } from '../contexts/print.ts'
import { Blocks, printPart } from './blocks.ts'
import type { Runtime } from './runtime.ts'

/** How programs fill the blocks of their layouts, and print their own. */
export function blockPrinting(escapeBy: 'context' | 'html'): Pick<Runtime, 'blocks' | 'print'> {
  return {
    blocks: () => new Blocks(),
    print: (body, blocks, name, fallback, place) => {
      const encode = escapeBy === 'html' ? encodeText : encoderIn(place)
      if (name === 'body') return body ?? printPart(fallback, name, place, encode)
      return blocks
        ? blocks.print(name, fallback, place, encode)
        : printPart(fallback, name, place, encode)
    },
  }
}

/** How a value is encoded in a place that the compiler has found to be one for values. */
function encoderIn(place: Context): Encoder {
  const printing = printIn(place)
  return 'refusal' in printing ? encodeText : encoderOf(printing.encoder)
}
