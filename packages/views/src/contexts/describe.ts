import type { Context } from './context.ts'

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
  if (inner?.language === 'js') return inner.mode === 'code' ? 'the code' : `a ${inner.mode}`
  if (inner?.language === 'css') return inner.mode === 'code' ? 'the style' : `a ${inner.mode}`
  return 'the value'
}
