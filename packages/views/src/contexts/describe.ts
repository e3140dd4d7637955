import type { Context } from './context.ts'
import type { CssState } from './css-context.ts'
import type { JsState } from './js-state.ts'

/** A context in words, for errors: "the attribute `href`". */
export function describeContext(context: Context): string {
  const { mode, element, attribute } = context
  switch (mode) {
    case 'text':
      return context.pending === '' ? 'text' : `text behind ${JSON.stringify(context.pending)}`
    case 'rcdata':
    case 'rawtext':
    case 'plaintext':
      return `the text of <${element}>`
    case 'script':
    case 'style':
      return `${innerWords(context)} of <${element}>`
    case 'comment':
    case 'bogus comment':
      return 'a comment'
    case 'cdata':
      return 'a CDATA section'
    case 'tag name':
    case 'tag':
    case 'end of attribute':
    case 'attribute name':
    case 'after attribute name':
      return `the tag <${context.isEndTag ? '/' : ''}${element}>`
    case 'before value':
    case 'double quoted':
    case 'single quoted':
    case 'unquoted': {
      const how = mode === 'before value' ? '' : ` (${mode})`
      return `${innerWords(context)} of the attribute \`${attribute}\`${how}`
    }
    case 'broken':
      return 'a place that cannot be told'
    default:
      return mode satisfies never
  }
}

function innerWords({ inner }: Context): string {
  if (inner?.language === 'page') return `${describeContext(inner.context)} of the page`
  if (inner?.language === 'js') return JS_WORDS[inner.mode]
  if (inner?.language === 'css') return CSS_WORDS[inner.mode]
  return 'the value'
}

const JS_WORDS: Readonly<Record<JsState['mode'], string>> = {
  code: 'the code',
  'double quoted': 'a double quoted string',
  'single quoted': 'a single quoted string',
  template: 'a template literal',
  'closed template': 'a template literal',
  regexp: 'a regular expression',
  'regexp class': 'a regular expression',
  'line comment': 'a comment',
  'block comment': 'a comment',
  unsure: 'code that cannot be told',
  broken: 'code that cannot be read',
}

const CSS_WORDS: Readonly<Record<CssState['mode'], string>> = {
  code: 'the style',
  'double quoted': 'a double quoted string',
  'single quoted': 'a single quoted string',
  comment: 'a comment',
  'url start': 'a URL',
  url: 'a URL',
  'double quoted url': 'a double quoted URL',
  'single quoted url': 'a single quoted URL',
}
