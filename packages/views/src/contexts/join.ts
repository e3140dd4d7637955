import { joinCss } from './css-context.ts'
import type { Context } from './context.ts'
import { joinJs } from './js-context.ts'
import { joinUrls } from './url-context.ts'

/**
 * The one context in which two branches can go on, or undefined when they have ended in different
 * places. Where one has read more than the other (an attribute more, a URL further) the answer is
 * the one that asks for more care.
 */
export function join(a: Context, b: Context): Context | undefined {
  if (sameContext(a, b)) return a
  if (a.foreign !== b.foreign || a.isEndTag !== b.isEndTag || a.element !== b.element)
    return undefined
  if (BETWEEN_ATTRIBUTES.has(a.mode) && BETWEEN_ATTRIBUTES.has(b.mode)) {
    if (a.pending !== '' || b.pending !== '') return undefined
    const mode = a.mode === 'tag' && b.mode === 'tag' ? 'tag' : 'end of attribute'
    const type = a.type === b.type ? a.type : '?'
    return { ...a, mode, type, slash: false, attribute: '', kind: 'plain', inner: undefined }
  }
  if (a.mode !== b.mode || a.pending !== b.pending || a.kind !== b.kind) return undefined
  const attribute = a.attribute === b.attribute ? a.attribute : '?'
  const type = a.type === b.type ? a.type : '?'
  // Whether a script's content is code must not be open where its content is read.
  if (a.mode === 'script' && type === '?') return undefined
  const inner = joinInner(a.inner, b.inner)
  return inner === undefined ? undefined : { ...a, attribute, type, inner: inner ?? undefined }
}

/** Modes in which a tag can end, or go on after white space. */
const BETWEEN_ATTRIBUTES = new Set<Context['mode']>([
  'tag name',
  'tag',
  'end of attribute',
  'attribute name',
  'after attribute name',
  'unquoted',
])

export function sameContext(a: Context, b: Context): boolean {
  if (a === b) return true
  if (a.mode !== b.mode || a.element !== b.element || a.inner !== b.inner) {
    return a.mode === b.mode && a.element === b.element && contextKey(a) === contextKey(b)
  }
  return (
    a.isEndTag === b.isEndTag &&
    a.slash === b.slash &&
    a.attribute === b.attribute &&
    a.kind === b.kind &&
    a.onlyPrinted === b.onlyPrinted &&
    a.type === b.type &&
    a.foreign === b.foreign &&
    a.pending === b.pending &&
    a.fault === b.fault
  )
}

/** A text that is equal for equal contexts. */
export function contextKey(context: Context): string {
  return JSON.stringify(context)
}

/** null: neither has one. */
function joinInner(a: Context['inner'], b: Context['inner']): Context['inner'] | null {
  if (a === undefined && b === undefined) return null
  if (a?.language === 'js' && b?.language === 'js') return joinJs(a, b)
  if (a?.language === 'css' && b?.language === 'css') return joinCss(a, b)
  if (a?.language === 'url' && b?.language === 'url') return joinUrls(a, b)
  return undefined
}
