import { type Context, copyOf, type State } from './context.ts'
import { aroundEqualsSign, inAttributeName, inTag, inTagName, inValue } from './html-tag.ts'
import { inRawText, inText, until } from './html-text.ts'

/**
 * Reads static text of a page, as a browser's tokenizer does (HTML, 13.2.5).
 *
 * @returns where its end lies. Time is linear in the text.
 */
export function advance(context: Context, text: string): Context {
  const state = copyOf(context)
  state.pending = ''
  const input = context.pending === '' ? text : context.pending + text
  let i = 0
  while (i < input.length) i = step(state, input, i)
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
      return inRawText(state, input, i)
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
      return inValue(state, input, i, /"/g)
    case 'single quoted':
      return inValue(state, input, i, /'/g)
    case 'unquoted':
      return inValue(state, input, i, /[\t\n\f\r >]/g)
    default:
      return input.length // plaintext and broken have no end
  }
}
