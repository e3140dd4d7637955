import { breakOff, type Context, indexOf, NO_FACTS, PAGE_START, type State } from './context.ts'
import { CSS_START } from './css-context.ts'
import {
  contentMode,
  enterForeign,
  isForeign,
  isUncertainInForeign,
  leaveForeign,
} from './elements.ts'
import { kindOf, noteEmptyFact, startValue } from './html-value.ts'
import { JS_START, type JsState } from './js-state.ts'
import { scriptLanguage } from './what-is-code.ts'

export function startTag(state: State, i: number, isEndTag: boolean): number {
  state.mode = 'tag name'
  state.element = ''
  state.isEndTag = isEndTag
  state.facts = NO_FACTS
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
      'What runs before this may have written an attribute: white space or ">" must follow',
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
  if (end > i && state.attribute.includes('?')) {
    breakOff(state, 'The name of an attribute must end where a part of it is printed')
    return input.length
  }
  state.attribute += input.slice(i, end).toLowerCase()
  if (end < input.length) state.mode = 'after attribute name'
  return end
}

export function aroundEqualsSign(state: State, input: string, i: number): number {
  const char = input[i] as string
  if (isSpace(char)) return i + 1
  if (state.mode === 'after attribute name') {
    if (char === '=') {
      if (state.attribute === '?') {
        breakOff(state, EMPTY_NAME_FAULT)
        return input.length
      }
      state.mode = 'before value'
      state.kind = kindOf(state)
      return i + 1
    }
    noteEmptyFact(state)
    state.mode = 'tag'
    return i
  }
  if (char === '>') {
    noteEmptyFact(state)
    state.mode = 'tag'
    return i
  }
  startValue(state, char === '"' ? 'double quoted' : char === "'" ? 'single quoted' : 'unquoted')
  return state.mode === 'unquoted' ? i : i + 1
}

const EMPTY_NAME_FAULT =
  'A printed name may be empty, and "=" would then begin another: it must stand right behind the name, in the same text'

function finishTag(state: State): void {
  const { element, isEndTag, slash, facts, foreign } = state
  state.mode = 'text'
  state.element = ''
  state.isEndTag = false
  state.slash = false
  state.attribute = ''
  state.kind = 'plain'
  state.facts = NO_FACTS
  state.script = ''
  state.inner = undefined
  if (element === 'noscript') state.noscript = !isEndTag
  if (isEndTag) {
    state.foreign = leaveForeign(foreign, element)
    return
  }
  if (isForeign(foreign) && isUncertainInForeign(element)) {
    breakOff(state, `Whether HTML goes on behind a <${element}> in SVG or MathML is not certain`)
    return
  }
  state.foreign = enterForeign(foreign, element, slash)
  if (isForeign(state.foreign) || state.foreign !== foreign) return
  state.mode = contentMode(element)
  if (state.mode === 'text') return
  state.element = element
  if (state.mode === 'style') state.inner = CSS_START
  if (state.mode === 'script') startScript(state, facts)
}

function startScript(state: State, { type, language }: Context['facts']): void {
  // Without a `type`, an old `language` says what it is (HTML, prepare the script element).
  const said = type ?? (language ? `text/${language}` : '')
  state.script = said.includes('?') ? '?' : scriptLanguage(said)
  const dialect = DIALECTS[state.script]
  if (dialect !== undefined) state.inner = { ...JS_START, dialect }
  if (state.script === 'page') state.inner = PAGE_START
}

const DIALECTS: Partial<Record<Context['script'], JsState['dialect']>> = {
  js: 'js',
  jsx: 'jsx',
  json: 'json',
  'import map': 'import map',
}

/** HTML's white space: fewer characters than JavaScript's. */
function isSpace(char: string): boolean {
  return char === ' ' || char === '\n' || char === '\t' || char === '\r' || char === '\f'
}
