import type { EncoderName, ValueEncoderName } from '../encoders.ts'
import { type Context } from './context.ts'
import { startValue } from './html-tag.ts'
import { printInJs } from './js-context.ts'
import { printInUrl } from './url-context.ts'

/** What printing at a place means: the encoder that makes it safe there, and where one is after it. */
export type Printing =
  | { readonly encoder: EncoderName; readonly after: Context }
  | { readonly refusal: string }

/** Decides how a value is printed in a context, or why it cannot be. */
export function printIn(given: Context): Printing {
  const context = settle(given)
  if (typeof context === 'string') return { refusal: context }
  switch (context.mode) {
    case 'text':
      if (/(?:^|\/)(?:script|style)$/.test(context.foreign)) {
        return { refusal: 'Nothing can be printed in a script or style inside of SVG or MathML' }
      }
      return { encoder: 'text', after: context }
    case 'rcdata':
    case 'rawtext':
    case 'plaintext':
    case 'bogus comment':
    case 'cdata':
      return { encoder: 'text', after: context }
    case 'comment':
      return { encoder: 'comment', after: context }
    case 'script':
      if (context.type === '?') {
        return { refusal: 'Nothing can be printed in a <script> whose `type` is printed too' }
      }
      return inner(context)
    case 'style':
      return inner(context)
    case 'tag name':
      return { encoder: 'digits', after: { ...context, element: `${context.element}0` } }
    case 'tag':
    case 'after attribute name':
      if (context.isEndTag) return { refusal: 'Nothing can be printed in an end tag' }
      return {
        encoder: 'attribute name',
        after: { ...context, mode: 'attribute name', attribute: '?', slash: false },
      }
    case 'attribute name':
      if (/^(?:data|aria)-/.test(context.attribute)) return { encoder: 'name part', after: context }
      return {
        refusal:
          'Only a part of a `data-…` or `aria-…` name, or a whole attribute name, can be printed',
      }
    case 'before value': {
      const unquoted = { ...context }
      startValue(unquoted, 'unquoted')
      return value({ ...unquoted, onlyPrinted: true })
    }
    case 'double quoted':
    case 'single quoted':
      return value(context)
    case 'unquoted':
      // Were the first value empty, the second would be read as an attribute.
      if (context.onlyPrinted) return { refusal: 'A value of two printed parts must be quoted' }
      return value(context)
    case 'end of attribute':
      return { refusal: 'The branches before this end in different places of a tag' }
    case 'broken':
      return { refusal: context.fault }
    default:
      return context.mode satisfies never
  }
}

/** Clears what is pending, or says why a value cannot follow it. */
function settle(context: Context): Context | string {
  const { pending, mode } = context
  if (pending === '') return context
  if (pending.startsWith('<!--')) return { ...context, mode: 'comment', pending: '' }
  if (mode === 'comment' || mode === 'cdata') return { ...context, pending: '' }
  if (pending.startsWith('&')) return 'A printed value cannot be part of an entity'
  return pending === '<' && mode === 'text'
    ? 'The name of an element cannot be printed'
    : `A printed value cannot follow ${JSON.stringify(pending)}, with which it would be read as markup`
}

function value(context: Context): Printing {
  switch (context.kind) {
    case 'plain':
      // A printed `type` decides whether the script's content is run.
      if (context.element === 'script' && context.attribute === 'type') {
        return quoting('text', { ...context, type: '?' })
      }
      return quoting('text', context)
    case 'srcdoc':
      return quoting('srcdoc', context)
    case 'url list':
      return quoting('url list', context)
    default: {
      const printing = inner(context)
      if ('refusal' in printing) return printing
      return quoting(printing.encoder as ValueEncoderName, printing.after)
    }
  }
}

/** What is not quoted needs more characters encoded. */
function quoting(encoder: ValueEncoderName, after: Context): Printing {
  if (after.mode === 'unquoted') {
    return { encoder: `${after.onlyPrinted ? 'unquoted' : 'in unquoted'} ${encoder}`, after }
  }
  return { encoder: encoder === 'text' ? 'text' : `quoted ${encoder}`, after }
}

/** Prints in the language inside of a script, a style or an attribute. */
function inner(context: Context): Printing {
  const state = context.inner
  if (state === undefined) return { encoder: 'text', after: context } // <script type="text/template">
  switch (state.language) {
    case 'js': {
      const after = { ...context, inner: printInJs(state) }
      if (state.mode === 'code') return { encoder: context.type === 'json' ? 'json' : 'js', after }
      if (state.mode === 'double quoted' || state.mode === 'single quoted') {
        return { encoder: 'js string', after }
      }
      return { refusal: JS_REFUSALS[state.mode] }
    }
    case 'css': {
      if (state.tail !== '')
        return { refusal: `A value cannot be printed behind ${JSON.stringify(state.tail)} in CSS` }
      if (state.mode === 'comment') return { refusal: 'Nothing can be printed in a comment of CSS' }
      if (state.mode === 'code') return { encoder: 'css', after: context }
      if (state.mode === 'double quoted' || state.mode === 'single quoted') {
        return { encoder: 'css string', after: context }
      }
      const url = urlEncoder(state.url.phase, 'css')
      if (url === undefined) return { refusal: URL_REFUSAL }
      const mode = state.mode === 'url start' ? 'url' : state.mode
      return {
        encoder: url,
        after: { ...context, inner: { ...state, mode, url: printInUrl(state.url) } },
      }
    }
    case 'url': {
      const url = urlEncoder(state.phase, context.kind === 'image url' ? 'image' : 'plain')
      if (url === undefined) return { refusal: URL_REFUSAL }
      return { encoder: url, after: { ...context, inner: printInUrl(state) } }
    }
    default:
      return state satisfies never
  }
}

const JS_REFUSALS = {
  template:
    'Nothing can be printed in a template literal: use a quoted string, or print a value outside',
  regexp: 'Nothing can be printed in a regular expression',
  'regexp class': 'Nothing can be printed in a regular expression',
  'line comment': 'Nothing can be printed in a comment of JavaScript',
  'block comment': 'Nothing can be printed in a comment of JavaScript',
  unsure:
    'It is not certain how JavaScript reads the text before this: end it with a semicolon, and write a slash behind "}" in parentheses',
} as const

const URL_REFUSAL =
  'Nothing can be printed behind a static `javascript:`, `vbscript:` or `data:`, or around the colon of a scheme'

function urlEncoder(
  phase: 'start' | 'unsure' | 'settled' | 'script' | 'broken',
  place: 'plain' | 'image' | 'css',
): ValueEncoderName | undefined {
  if (phase === 'script' || phase === 'broken') return undefined
  const isCss = place === 'css'
  if (phase === 'settled') return isCss ? 'css url rest' : 'text'
  if (phase === 'unsure') return isCss ? 'css url part' : 'url part'
  return isCss ? 'css url' : place === 'image' ? 'image url' : 'url'
}
