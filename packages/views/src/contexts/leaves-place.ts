import type { Context } from './context.ts'
import { advanceCss, type CssState } from './css-context.ts'
import { describeContext } from './describe.ts'
import { advance } from './html-context.ts'
import { decodeValue, startValue } from './html-value.ts'
import { join } from './join.ts'
import { advanceJs } from './js-context.ts'
import type { JsState } from './js-state.ts'
import { settle } from './print.ts'
import { advanceRefresh } from './refresh-context.ts'
import { advanceUrl, type UrlState } from './url-context.ts'

/**
 * Why raw text would not stay in its place; undefined when it does. In the text of a page it may hold
 * whole elements. Anywhere else it must not even pass through another place to come back: what ends
 * the script, the quote or the comment that it stands in ends it for the browser.
 *
 * @returns the end of a sentence that says what cannot be printed.
 */
export function leavesPlace(place: Context, text: string): string | undefined {
  const home = settle(place)
  if (typeof home === 'string') return home
  let left: Context | undefined
  const after = advance(place, text, (state, end, length) => {
    if (left === undefined && !isInside(home, state, end === length)) left = { ...state }
  })
  if (after.mode === 'broken') return `${after.fault} (this is ${describeContext(home)})`
  if (left) return leading(home, 'and would pass through', left)
  if (home.script === 'page' && isCodeForLibrary(home, text)) {
    return `its braces are code for the library that reads the template (this is ${describeContext(home)})`
  }
  const reason = leavesLanguage(home, text)
  if (reason !== undefined) return `${reason} (this is ${describeContext(home)})`
  if (after.pending !== '' && !isEndOfUrl(after)) {
    return `it starts in ${describeContext(home)} and ends with ${JSON.stringify(after.pending)}, which could be read together with what follows`
  }
  if (after.comment !== home.comment) return 'it would leave a comment of HTML open in a script'
  if (home.mode !== 'text') return undefined
  return join(home, after) ? undefined : leading(home, 'and would end in', after)
}

/** In the text of a template raw text may be anything, in a value it is one. */
function isCodeForLibrary({ inner }: Context, text: string): boolean {
  return inner?.language === 'page' && inner.context.mode !== 'text' && /[{}]/.test(text)
}

/** Why text would not stay in its place of a script, a style or a value. */
function leavesLanguage(home: Context, text: string): string | undefined {
  switch (home.mode) {
    case 'script':
    case 'style':
      return leavesInner(home.inner, text)
    case 'double quoted':
    case 'single quoted':
    case 'unquoted':
      return leavesInner(home.inner, decodeValue(text, false).decoded)
    case 'before value': {
      const [, quote = '', value = text] = /^(["'])(.*)\1$/s.exec(text) ?? []
      const begun = { ...home }
      startValue(begun, quote === '"' ? 'double quoted' : quote ? 'single quoted' : 'unquoted')
      return leavesInner(begun.inner, decodeValue(value, true).decoded)
    }
    default:
      return undefined
  }
}

const IN_TAG = new Set<Context['mode']>([
  'tag',
  'after attribute name',
  'attribute name',
  'before value',
  'double quoted',
  'single quoted',
  'unquoted',
])
const BETWEEN_ATTRIBUTES = new Set<Context['mode']>([
  'tag',
  'after attribute name',
  'attribute name',
  'unquoted',
])

function isInside(place: Context, { mode, pending }: Context, isLast: boolean): boolean {
  switch (place.mode) {
    case 'text':
      return true // it may hold whole elements, and is looked at where it ends
    case 'tag':
    case 'after attribute name':
      return isLast ? BETWEEN_ATTRIBUTES.has(mode) : IN_TAG.has(mode)
    case 'before value':
      // One value, with its quotes.
      return isLast ? mode === 'unquoted' || mode === 'tag' : mode !== 'tag'
    case 'comment':
      return mode === 'comment' || (mode === 'text' && pending.startsWith('<!--'))
    default:
      return mode === place.mode
  }
}

function leading(place: Context, how: string, to: Context): string {
  return `it starts in ${describeContext(place)} ${how} ${describeContext(to)}`
}

/** The rest of a URL that has begun decides nothing, whatever an entity in it may still become. */
function isEndOfUrl({ inner, pending }: Context): boolean {
  return pending.startsWith('&') && inner?.language === 'url' && inner.phase === 'settled'
}

function leavesInner(inner: Context['inner'], text: string): string | undefined {
  switch (inner?.language) {
    case undefined:
      return undefined
    case 'page':
      return leavesPlace(inner.context, text)
    case 'js':
      return leavesJs(inner, text)
    case 'css':
      return leavesCss(inner, text)
    case 'url':
      return refusedUrl(advanceUrl(inner, text))
    case 'refresh': {
      const after = advanceRefresh(inner, text)
      return after.language === 'url' ? refusedUrl(after) : undefined
    }
    default:
      return inner satisfies never
  }
}

/** Code may hold whole strings and brackets; the text of a string stays one. */
function leavesJs(home: JsState, text: string): string | undefined {
  let left: string | undefined
  const after = advanceJs(home, text, ({ mode, stack }) => {
    if (home.mode !== 'code' && mode !== home.mode) left ??= `it would end the ${home.mode} text`
    if (!stack.startsWith(home.stack)) left ??= 'it would close a bracket that it does not open'
  })
  if (left !== undefined) return left
  if (after.mode === 'unsure') return 'it is not certain how JavaScript reads it up to its end'
  if (after.mode === 'broken') return 'it cannot follow the value before it'
  if (typeof after.string === 'object') return refusedUrl(after.string)
  const isWhole = after.mode === home.mode || (after.mode === 'line comment' && home.endsLine)
  if (isWhole && after.stack === home.stack) return undefined
  return after.mode === 'code'
    ? 'it would leave a bracket open'
    : `it would leave a ${after.mode} open`
}

function leavesCss(home: CssState, text: string): string | undefined {
  let left = false
  const after = advanceCss(home, text, ({ mode }) => {
    const stays = mode === home.mode || (home.mode === 'url start' && mode === 'url')
    if (home.mode !== 'code' && !stays) left = true
  })
  if (left) return `it would end the ${home.mode}`
  if (home.mode === 'code' && after.mode !== 'code') return `it would leave a ${after.mode} open`
  if (after.tail !== '') return `${JSON.stringify(after.tail)} at its end could go on behind it`
  return refusedUrl(after.url)
}

function refusedUrl({ phase }: UrlState): string | undefined {
  if (phase === 'broken') return 'its colon would make what is printed before it a scheme'
  if (phase !== 'script') return undefined
  return 'by policy no `javascript:`, `vbscript:` and `data:` but an image is printed as a URL, not even raw'
}
