import he from 'he'

import { breakOff, type Context, indexOf, isBroken, type State } from './context.ts'
import { advanceCss, CSS_START } from './css-context.ts'
import {
  attributeKind,
  type AttributeKind,
  contentMode,
  enterForeign,
  isForeign,
  leaveForeign,
  scriptLanguage,
} from './elements.ts'
import { advanceJs, JS_START } from './js-context.ts'
import { advanceUrl, URL_START } from './url-context.ts'

export const COLON_FAULT = 'A colon here would make what is printed before it the scheme of the URL'

export function startTag(state: State, i: number, isEndTag: boolean): number {
  state.mode = 'tag name'
  state.element = ''
  state.isEndTag = isEndTag
  state.type = ''
  state.slash = false
  return i
}

export function inTagName(state: State, input: string, i: number): number {
  const end = indexOf(/[\t\n\f\r />]/g, input, i)
  state.element += input.slice(i, end).toLowerCase()
  if (end < input.length) state.mode = 'tag'
  return end
}

export function inTag(state: State, input: string, i: number): number {
  const char = input[i] as string
  if (char === '>') {
    finishTag(state)
    return i + 1
  }
  if (char === '/') {
    state.slash = true
    state.mode = 'tag'
    return i + 1
  }
  if (isSpace(char)) {
    state.slash = false
    state.mode = 'tag'
    return i + 1
  }
  if (state.mode === 'end of attribute') {
    breakOff(
      state,
      'Where branches end in different places of a tag, white space or ">" must follow',
    )
    return input.length
  }
  state.slash = false
  state.mode = 'attribute name'
  state.attribute = char.toLowerCase() // even `=`, which a name may begin with
  return i + 1
}

export function inAttributeName(state: State, input: string, i: number): number {
  const end = indexOf(/[\t\n\f\r />=]/g, input, i)
  state.attribute += input.slice(i, end).toLowerCase()
  if (end < input.length) state.mode = 'after attribute name'
  return end
}

export function aroundEqualsSign(state: State, input: string, i: number): number {
  const char = input[i] as string
  if (isSpace(char)) return i + 1
  if (state.mode === 'after attribute name') {
    if (char === '=') {
      state.mode = 'before value'
      state.kind = kindOf(state)
      return i + 1
    }
    state.mode = 'tag'
    return i
  }
  if (char === '>') {
    state.mode = 'tag'
    return i
  }
  startValue(state, char === '"' ? 'double quoted' : char === "'" ? 'single quoted' : 'unquoted')
  return state.mode === 'unquoted' ? i : i + 1
}

export function startValue(
  state: State,
  mode: 'double quoted' | 'single quoted' | 'unquoted',
): void {
  state.mode = mode
  state.onlyPrinted = false
  state.inner = INNER_OF_KIND[state.kind]
  if (state.element === 'script' && state.attribute === 'type') state.type = ''
}

const INNER_OF_KIND: Record<AttributeKind, Context['inner']> = {
  plain: undefined,
  url: URL_START,
  'image url': URL_START,
  'url list': undefined,
  style: CSS_START,
  script: JS_START,
  srcdoc: undefined,
}

function kindOf({ element, attribute, isEndTag }: State): AttributeKind {
  return isEndTag || attribute.startsWith('?') ? 'plain' : attributeKind(element, attribute)
}

export function inValue(state: State, input: string, i: number, end: RegExp): number {
  const stop = indexOf(end, input, i)
  const isEnd = stop < input.length
  if (stop > i) state.onlyPrinted = false
  readValue(state, input.slice(i, stop), isEnd)
  if (!isEnd || isBroken(state)) return input.length
  state.inner = undefined
  const quoted = state.mode !== 'unquoted'
  state.mode = 'tag'
  return quoted ? stop + 1 : stop
}

/** Gives the text of a value, its entities decoded, to the language that it is written in. */
function readValue(state: State, text: string, isEnd: boolean): void {
  if (state.kind === 'plain') {
    if (state.element === 'script' && state.attribute === 'type') state.type += text
    return
  }
  // Only the end of the value tells where an entity ends that the text breaks off in.
  const partial = isEnd ? undefined : /&#?\w*$/.exec(text)?.[0]
  const whole = partial === undefined ? text : text.slice(0, -partial.length)
  state.pending = partial ?? ''
  const decoded = whole.includes('&') ? he.decode(whole, { isAttributeValue: true }) : whole
  const { inner } = state
  if (inner?.language === 'js') state.inner = advanceJs(inner, decoded)
  else if (inner?.language === 'css') state.inner = advanceCss(inner, decoded)
  else if (inner?.language === 'url') state.inner = advanceUrl(inner, decoded)
  const url = state.inner?.language === 'css' ? state.inner.url : state.inner
  if (url?.language === 'url' && url.phase === 'broken') {
    breakOff(state, COLON_FAULT)
  }
}

function finishTag(state: State): void {
  const { element, isEndTag, slash, type, foreign } = state
  state.mode = 'text'
  state.element = ''
  state.isEndTag = false
  state.slash = false
  state.attribute = ''
  state.kind = 'plain'
  state.type = ''
  state.inner = undefined
  if (isEndTag) {
    state.foreign = leaveForeign(foreign, element)
    return
  }
  state.foreign = enterForeign(foreign, element, slash)
  if (isForeign(state.foreign) || state.foreign !== foreign) return
  state.mode = contentMode(element)
  if (state.mode === 'text') return
  state.element = element
  if (state.mode === 'style') state.inner = CSS_START
  if (state.mode !== 'script') return
  state.type = type.includes('?') ? '?' : scriptLanguage(type)
  if (state.type === 'js' || state.type === 'json') state.inner = JS_START
}

/** HTML's white space: fewer characters than JavaScript's. */
function isSpace(char: string): boolean {
  return char === ' ' || char === '\n' || char === '\t' || char === '\r' || char === '\f'
}
