import { breakOff, type Context, copyOf, type State } from './context.ts'
import { aroundEqualsSign, inAttributeName, inTag, inTagName } from './html-tag.ts'
import { inRawText, inText, until } from './html-text.ts'
import { inValue } from './html-value.ts'

/**
 * Reads static text of a page, as a browser's tokenizer does (HTML, 13.2.5).
 *
 * @param watch - is told where each part of it ends: no state that is passed through is left out.
 * @returns where its end lies. Time is linear in the text.
 */
export function advance(
  context: Context,
  text: string,
  watch?: (state: Context, end: number, length: number) => void,
): Context {
  const state = copyOf(context)
  state.pending = ''
  const input = context.pending === '' ? text : context.pending + text
  let i = 0
  while (i < input.length) {
    const { mode, noscript } = state
    const start = i
    i = step(state, input, i)
    if (noscript && mode !== 'text' && /<\/noscript/i.test(input.slice(start, i))) {
      breakOff(state, 'Where scripts run this ends the <noscript>, and else it does not')
    }
    watch?.(state, i, input.length)
  }
  return state
}

function step(state: State, input: string, i: number): number {
  switch (state.mode) {
    case 'text':
      return inText(state, input, i)
    case 'rcdata':
    case 'rawtext':
    case 'script':
    case 'style':
      return inRawText(state, input, i, advance)
    case 'comment':
      return until(state, input, i, /--!?>/g, /-{1,2}!?$/)
    case 'bogus comment':
      return until(state, input, i, />/g)
    case 'cdata':
      return until(state, input, i, /\]\]>/g, /\]{1,2}$/)
    case 'tag name':
      return inTagName(state, input, i)
    case 'tag':
    case 'end of attribute':
      return inTag(state, input, i)
    case 'attribute name':
      return inAttributeName(state, input, i)
    case 'after attribute name':
    case 'before value':
      return aroundEqualsSign(state, input, i)
    case 'double quoted':
      return inValue(state, input, i, /"/g, advance)
    case 'single quoted':
      return inValue(state, input, i, /'/g, advance)
    case 'unquoted':
      return inValue(state, input, i, /[\t\n\f\r >]/g, advance)
    default:
      return input.length // plaintext and broken have no end
  }
}
