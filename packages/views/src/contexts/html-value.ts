import he from 'he'

import {
  breakOff,
  type Context,
  type Fact,
  indexOf,
  isBroken,
  PAGE_START,
  type State,
} from './context.ts'
import { advanceCss, CSS_START } from './css-context.ts'
import { advanceJs } from './js-context.ts'
import { AFTER_VALUE_FAULT, JS_START } from './js-state.ts'
import { advanceRefresh, REFRESH_START } from './refresh-context.ts'
import { advanceUrl, IMAGE_START, LIST_START, URL_START } from './url-context.ts'
import { type AttributeKind, rowOf } from './what-is-code.ts'

/** Reads the text of a page inside of a page. */
export type PageReader = (context: Context, text: string) => Context

const COLON_FAULT = 'A colon here would make what is printed before it the scheme of the URL'

export function startValue(
  state: State,
  mode: 'double quoted' | 'single quoted' | 'unquoted',
): void {
  state.mode = mode
  state.onlyPrinted = false
  state.inner = INNER_OF_KIND[state.kind]
}

const INNER_OF_KIND: Record<AttributeKind, Context['inner']> = {
  plain: undefined,
  url: URL_START,
  'image url': IMAGE_START,
  'url list': LIST_START,
  refresh: REFRESH_START,
  style: CSS_START,
  script: JS_START,
  json: { ...JS_START, dialect: 'json' },
  words: undefined,
  srcdoc: PAGE_START,
  refused: undefined,
}

export function kindOf({ element, attribute, isEndTag, facts }: State): AttributeKind {
  if (isEndTag) return 'plain'
  // A printed name is that of a harmless attribute; what stands before a printed part is not.
  const kind = rowOf(element, attribute.replace(/\?!?$/, ''))?.kind ?? 'plain'
  if (kind !== 'refresh') return kind
  return /^(?:refresh|\?)$/.test(facts['http-equiv'] ?? facts.unknown ?? '') ? kind : 'plain'
}

/** The fact that the value being read is, if it is one, and no attribute of that name came before. */
export function factOf({ element, attribute, facts }: State | Context): Fact | undefined {
  const fact = FACTS.get(element)?.find((each) => each === attribute)
  return fact !== undefined && facts[fact] === undefined ? fact : undefined
}

const FACTS = new Map<string, readonly Fact[]>([
  ['script', ['type', 'language']],
  ['meta', ['http-equiv', 'content']],
])

export function inValue(
  state: State,
  input: string,
  i: number,
  end: RegExp,
  readPage: PageReader,
): number {
  const stop = indexOf(end, input, i)
  const isEnd = stop < input.length
  if (stop > i && state.onlyPrinted) {
    breakOff(state, 'What is printed before this may be empty: put the value in quotes')
    return input.length
  }
  readValue(state, input.slice(i, stop), isEnd, readPage)
  if (!isEnd || isBroken(state)) return input.length
  state.inner = undefined
  const quoted = state.mode !== 'unquoted'
  state.mode = 'tag'
  return quoted ? stop + 1 : stop
}

/** Gives the text of a value, its entities decoded, to the language that it is written in. */
function readValue(state: State, text: string, isEnd: boolean, readPage: PageReader): void {
  const fact = factOf(state)
  if (state.kind === 'plain' && fact === undefined) {
    state.pending = ''
    return
  }
  const { decoded, pending } = decodeValue(text, isEnd)
  state.pending = pending
  if (fact !== undefined) readFact(state, fact, decoded, isEnd)
  readInner(state, decoded, readPage)
}

/** Only the end of a value tells where an entity ends that the text breaks off in. */
export function decodeValue(text: string, isEnd: boolean): { decoded: string; pending: string } {
  const pending = isEnd ? '' : (/&#?\w*$/.exec(text)?.[0] ?? '')
  const whole = pending === '' ? text : text.slice(0, -pending.length)
  const decoded = whole.includes('&') ? he.decode(whole, { isAttributeValue: true }) : whole
  return { decoded, pending }
}

/** An attribute without a value has an empty one. */
export function noteEmptyFact(state: State): void {
  const fact = factOf(state)
  if (fact !== undefined) readFact(state, fact, '', true)
}

/** Collects the value, and notes it where it ends: a second attribute of the name does not count. */
function readFact(state: State, fact: Fact, text: string, isEnd: boolean): void {
  state.value += text
  if (!isEnd) return
  const isOpen = state.value.includes('?') || state.facts.unknown !== undefined
  const value = isOpen ? '?' : state.value.trim().toLowerCase()
  state.value = ''
  state.facts = { ...state.facts, [fact]: value }
  if (
    fact === 'http-equiv' &&
    state.facts.content === '?' &&
    (value === 'refresh' || value === '?')
  ) {
    breakOff(state, 'Here `http-equiv` must stand before `content`, in which something is printed')
  }
}

/** Gives text to the language inside of an element or an attribute. */
export function readInner(state: State, text: string, readPage: PageReader): void {
  const { inner } = state
  switch (inner?.language) {
    case undefined:
      return
    case 'page':
      state.inner = { ...inner, context: readPage(inner.context, text) }
      if (state.inner.context.mode === 'broken') breakOff(state, state.inner.context.fault)
      return
    case 'js': {
      const js = advanceJs(inner, text)
      state.inner = js
      if (js.mode === 'broken') breakOff(state, AFTER_VALUE_FAULT)
      else if (typeof js.string === 'object' && js.string.phase === 'broken') {
        breakOff(state, COLON_FAULT)
      }
      return
    }
    case 'css':
      state.inner = advanceCss(inner, text)
      if (state.inner.url.phase === 'broken') breakOff(state, COLON_FAULT)
      return
    case 'refresh':
      state.inner = advanceRefresh(inner, text)
      return
    case 'url':
      state.inner = advanceUrl(inner, text)
      if (state.inner.phase === 'broken') breakOff(state, COLON_FAULT)
      return
    default:
      inner satisfies never
  }
}
