import type { EncoderName, ValueEncoderName } from './encoders.ts'
import type { Context, PageState } from './context.ts'
import { factOf, startValue } from './html-value.ts'
import { holeIn, type JsState, printInJs } from './js-state.ts'
import { printInRefresh, type RefreshState } from './refresh-context.ts'
import { printInUrl, type UrlState } from './url-context.ts'
import type { CssState } from './css-context.ts'
import { rowOf } from './what-is-code.ts'

/** What printing at a place means: the encoder that makes it safe there, and where one is after it. */
export type Printing =
  | { readonly encoder: EncoderName; readonly after: Context }
  | { readonly refusal: string }

/**
 * Decides how a value is printed in a context, or why it cannot be.
 *
 * @param next - the text that follows directly, as far as it is known.
 */
export function printIn(given: Context, next = ''): Printing {
  const context = settle(given)
  if (typeof context === 'string') return { refusal: context }
  switch (context.mode) {
    case 'text':
    case 'cdata':
      if (/(?:^|\/)(?:script|style)$/.test(context.foreign)) {
        return { refusal: 'Nothing can be printed in a script or style inside of SVG or MathML' }
      }
      return { encoder: 'text', after: context }
    case 'rcdata':
    case 'rawtext':
    case 'plaintext':
    case 'bogus comment':
      return { encoder: 'text', after: context }
    case 'comment':
      return { encoder: 'comment', after: context }
    case 'script':
      return inScript(context)
    case 'style':
      return inner(context)
    case 'tag name':
      return { encoder: 'digits', after: { ...context, element: `${context.element}0` } }
    case 'tag':
    case 'after attribute name':
      return attributeName(context, next)
    case 'attribute name':
      if (/^(?:data|aria)-[^?]*$/.test(context.attribute)) {
        const after = { ...context, attribute: `${context.attribute}?!` }
        return { encoder: `name ${context.attribute}`, after }
      }
      return {
        refusal:
          'Only the end of a `data-…` or `aria-…` name, or a whole attribute name, can be printed',
      }
    case 'before value': {
      const unquoted = { ...context }
      startValue(unquoted, 'unquoted')
      // What follows directly belongs to the value, which then is not empty.
      return value({ ...unquoted, onlyPrinted: !/^[^\s>]/.test(next) })
    }
    case 'double quoted':
    case 'single quoted':
      return value(context)
    case 'unquoted':
      // Were the first value empty, the second would be read as an attribute.
      if (context.onlyPrinted) return { refusal: 'A value of two printed parts must be quoted' }
      return value(context)
    case 'end of attribute':
      return {
        refusal: 'What runs before this may have written an attribute: white space must follow',
      }
    case 'broken':
      return { refusal: context.fault }
    default:
      return context.mode satisfies never
  }
}

/** Clears what is pending, or says why a value cannot follow it. */
export function settle(context: Context): Context | string {
  const { pending, mode } = context
  if (pending === '') return context
  if (pending.startsWith('<!--')) return { ...context, mode: 'comment', pending: '' }
  if (mode === 'comment') return { ...context, pending: '' }
  if (pending.startsWith('&')) return 'A printed value cannot be part of an entity'
  return pending === '<' && mode === 'text'
    ? 'The name of an element cannot be printed'
    : `A printed value cannot follow ${JSON.stringify(pending)}, with which it would be read as markup`
}

function inScript(context: Context): Printing {
  switch (context.script) {
    case '?':
      return { refusal: 'Nothing can be printed in a <script> whose `type` is printed too' }
    case 'unknown':
      return {
        refusal:
          'Nothing can be printed in a <script> of a type that we do not know, as somebody may run it: print it as JSON in a <script type="application/json">, or in an attribute `data-…`',
      }
    case 'text':
      return { encoder: 'text', after: context }
    case 'page': {
      const printing = inner(context)
      if ('refusal' in printing) return printing
      if (context.inner?.language === 'page' && context.inner.context.mode === 'script') {
        return { refusal: 'Nothing can be printed in a script inside of a template of a library' }
      }
      // Such a page is put together by a library, for which braces are code.
      return { ...printing, encoder: `braced ${printing.encoder}` }
    }
    default:
      return inner(context)
  }
}

function attributeName(context: Context, next: string): Printing {
  if (context.isEndTag) return { refusal: 'Nothing can be printed in an end tag' }
  const after: Context = { ...context, mode: 'attribute name', slash: false, attribute: '?' }
  // Were the name of a value empty, the value would be read as names.
  if (!/^\s*=/.test(next)) return { encoder: 'attribute name', after }
  return { encoder: 'attribute', after: { ...after, attribute: '?!' } }
}

function value(context: Context): Printing {
  switch (context.kind) {
    case 'plain':
      // A value that decides what the content is leaves that open.
      return quoting('plain', factOf(context) ? { ...context, value: '?' } : context)
    case 'words':
      return quoting('words', context)
    case 'refused': {
      const { source } = rowOf(context.element, context.attribute) ?? { source: 'a library' }
      return {
        refusal: `Nothing can be printed in \`${context.attribute}\`, which is code or a template (${source})`,
      }
    }
    case 'refresh':
      if (context.facts['http-equiv'] !== 'refresh') {
        return { refusal: 'Nothing can be printed in `content` where `http-equiv` is printed too' }
      }
      break
  }
  const printing = inner(context)
  return 'refusal' in printing ? printing : quoting(printing.encoder, printing.after)
}

/** What is not quoted needs more characters encoded. */
function quoting(encoder: EncoderName, after: Context): Printing {
  if (after.mode === 'unquoted') {
    return { encoder: `${after.onlyPrinted ? 'unquoted' : 'in unquoted'} ${encoder}`, after }
  }
  return { encoder: encoder === 'plain' ? 'text' : `quoted ${encoder}`, after }
}

/** Prints in the language inside of a script, a style or an attribute. */
function inner(context: Context): Printing {
  const state = context.inner
  switch (state?.language) {
    case undefined:
      return { encoder: 'plain', after: context }
    case 'page':
      return inPage(context, state)
    case 'js':
      return inJs(context, state)
    case 'css':
      return inCss(context, state)
    case 'url':
      return inUrl(context, state)
    case 'refresh':
      return inRefresh(context, state)
    default:
      return state satisfies never
  }
}

/** A page inside: a value is encoded for its place in that one, and then for the place of that one. */
function inPage(context: Context, state: PageState): Printing {
  const printing = printIn(state.context)
  if ('refusal' in printing) return printing
  return {
    encoder: printing.encoder,
    after: { ...context, inner: { ...state, context: printing.after } },
  }
}

function inJs(context: Context, state: JsState): Printing {
  const hole = holeIn(state)
  if ('refusal' in hole) return hole
  const after = { ...context, inner: printInJs(state) }
  switch (hole.prints) {
    case 'value':
      return { encoder: state.dialect === 'json' ? 'json' : 'js', after }
    case 'url value':
      return { encoder: 'js url', after }
    case 'string':
      return { encoder: 'js string', after }
    case 'template':
      return { encoder: 'js template', after }
    case 'url string': {
      const url = urlEncoder(hole.url, 'js string')
      return url === undefined ? { refusal: URL_REFUSAL } : { encoder: url, after }
    }
    default:
      return hole satisfies never
  }
}

function inCss(context: Context, state: CssState): Printing {
  if (state.tail !== '') {
    return { refusal: `A value cannot be printed behind ${JSON.stringify(state.tail)} in CSS` }
  }
  if (state.mode === 'comment') return { refusal: 'Nothing can be printed in a comment of CSS' }
  if (state.mode === 'code') return { encoder: 'css', after: context }
  if (state.mode === 'double quoted' || state.mode === 'single quoted') {
    return { encoder: 'css string', after: context }
  }
  const url = urlEncoder(state.url, 'css')
  if (url === undefined) return { refusal: URL_REFUSAL }
  const mode = state.mode === 'url start' ? 'url' : state.mode
  return {
    encoder: url,
    after: { ...context, inner: { ...state, mode, url: printInUrl(state.url) } },
  }
}

function inUrl(context: Context, state: UrlState): Printing {
  const url = urlEncoder(state, 'plain')
  if (url === undefined) return { refusal: URL_REFUSAL }
  return { encoder: url, after: { ...context, inner: printInUrl(state) } }
}

function inRefresh(context: Context, state: RefreshState): Printing {
  const after = printInRefresh(state)
  if (after === undefined)
    return { refusal: 'Only the number, or what follows `url=`, can be printed' }
  return { encoder: 'digits', after: { ...context, inner: after } }
}

const URL_REFUSAL =
  'Nothing can be printed behind a static `javascript:`, `vbscript:` or `data:`, or around the colon of a scheme'

function urlEncoder(
  { phase, holds }: UrlState,
  place: 'plain' | 'css' | 'js string',
): ValueEncoderName | undefined {
  if (phase === 'script' || phase === 'broken') return undefined
  if (place === 'css') {
    return phase === 'settled' ? 'css url rest' : phase === 'unsure' ? 'css url part' : 'css url'
  }
  if (place === 'js string') {
    return phase === 'settled'
      ? 'js string'
      : phase === 'unsure'
        ? 'js string url part'
        : 'js string url'
  }
  // What begins behind a separator may be a URL of its own.
  if (holds === 'list') return phase === 'unsure' ? 'url list part' : 'url list'
  if (phase === 'settled') return 'plain'
  if (phase === 'unsure') return 'url part'
  return holds === 'image' ? 'image url' : 'url'
}
