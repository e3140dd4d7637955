import { joinCss } from './css-context.ts'
import { type Context, type Fact, type Facts, NO_FACTS } from './context.ts'
import { factOf } from './html-value.ts'
import { joinJs } from './js-state.ts'
import { joinUrls } from './url-context.ts'

/**
 * The one context in which two branches can go on, or undefined when they have ended in different
 * places. Where one has read more than the other (an attribute more, a URL further) the answer is
 * the one that asks for more care.
 */
export function join(a: Context, b: Context): Context | undefined {
  if (sameContext(a, b)) return a
  if (a.noscript !== b.noscript) return undefined
  if (a.foreign !== b.foreign || a.isEndTag !== b.isEndTag || a.element !== b.element)
    return undefined
  if (BETWEEN_ATTRIBUTES.has(a.mode) && BETWEEN_ATTRIBUTES.has(b.mode)) {
    if (a.pending !== '' || b.pending !== '') return undefined
    const mode = a.mode === 'tag' && b.mode === 'tag' ? 'tag' : 'end of attribute'
    const facts = joinFacts(factsBehind(a), factsBehind(b))
    const nothing = { attribute: '', kind: 'plain', value: '', inner: undefined } as const
    return { ...a, mode, facts, slash: false, ...nothing }
  }
  if (a.mode !== b.mode || a.pending !== b.pending || a.kind !== b.kind) return undefined
  const attribute = a.attribute === b.attribute ? a.attribute : '?'
  // Whether a script's content is code must not be open where its content is read.
  if (a.script !== b.script || a.comment !== b.comment) return undefined
  const inner = joinInner(a.inner, b.inner)
  if (inner === undefined) return undefined
  const value = a.value === b.value ? a.value : '?'
  const onlyPrinted = a.onlyPrinted || b.onlyPrinted
  let facts = joinFacts(a.facts, b.facts)
  // In one branch the value may be that of a fact.
  if (attribute === '?' && (factOf(a) ?? factOf(b))) facts = { ...facts, unknown: '?' }
  return { ...a, attribute, value, onlyPrinted, facts, inner: inner ?? undefined }
}

/** An attribute that breaks off here has its name, and may have a value by then. */
function factsBehind(context: Context): Facts {
  const fact = context.mode === 'tag' ? undefined : factOf(context)
  return fact === undefined ? context.facts : { ...context.facts, [fact]: '?' }
}

/** What only one branch says is not certain. */
function joinFacts(a: Facts, b: Facts): Facts {
  if (a === b) return a
  const joined: Partial<Record<Fact, string>> = {}
  for (const fact of ['type', 'language', 'http-equiv', 'content', 'unknown'] as const) {
    if (a[fact] === undefined && b[fact] === undefined) continue
    joined[fact] = a[fact] === b[fact] ? (a[fact] as string) : '?'
  }
  return Object.keys(joined).length === 0 ? NO_FACTS : joined
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
  if (a.mode !== b.mode || a.element !== b.element || a.inner !== b.inner || a.facts !== b.facts) {
    return a.mode === b.mode && a.element === b.element && contextKey(a) === contextKey(b)
  }
  return (
    a.isEndTag === b.isEndTag &&
    a.slash === b.slash &&
    a.attribute === b.attribute &&
    a.kind === b.kind &&
    a.onlyPrinted === b.onlyPrinted &&
    a.value === b.value &&
    a.script === b.script &&
    a.comment === b.comment &&
    a.foreign === b.foreign &&
    a.noscript === b.noscript &&
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
  if (a?.language === 'refresh' && b?.language === 'refresh')
    return a.text === b.text ? a : undefined
  if (a?.language === 'page' && b?.language === 'page') {
    const context = join(a.context, b.context)
    return context && { ...a, context }
  }
  return undefined
}
