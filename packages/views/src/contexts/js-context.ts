import type { JsState } from './js-state.ts'
import { advanceUrl, URL_START } from './url-context.ts'

const BEFORE_REGEXP = new Set(
  'return typeof instanceof in of new delete void throw case default extends do else await yield'.split(
    ' ',
  ),
)
const BEFORE_CONTROL = new Set(['if', 'while', 'for', 'with'])
const BEFORE_NAME = new Set(
  'var let const function class new extends break continue enum interface'.split(' '),
)
/** Words that can stand behind a value. */
const BEHIND_VALUE = new Set(['in', 'instanceof', 'of', 'as', 'satisfies'])
// What is given to these, or to a property of that name, is loaded or gone to.
const LOADING = new Set('import importScripts Worker SharedWorker open'.split(' '))
const LOCATIONS = new Set('location href src action formAction'.split(' '))
/** What runs a text that it is given. */
const EVALUATING = new Set(
  'eval Function execScript setTimeout setInterval setImmediate'.split(' '),
)

/**
 * Reads static JavaScript. A lexer, not a parser: it only keeps track of what it is inside of.
 *
 * @param watch - is told where each part of it ends.
 */
export function advanceJs(from: JsState, text: string, watch?: (state: JsState) => void): JsState {
  const state: Mutable = { ...from }
  let i = 0
  while (i < text.length && state.mode !== 'unsure' && state.mode !== 'broken') {
    i = step(state, text, i)
    watch?.(state)
  }
  return state
}

type Mutable = { -readonly [K in keyof JsState]: JsState[K] }

function step(state: Mutable, text: string, i: number): number {
  switch (state.mode) {
    case 'code':
      return code(state, text, i)
    case 'double quoted':
      return quoted(state, text, i, '"')
    case 'single quoted':
      return quoted(state, text, i, "'")
    case 'template':
    case 'closed template':
      return template(state, text, i)
    case 'regexp':
    case 'regexp class':
      return regexp(state, text, i)
    case 'line comment': {
      const end = /[\n\r\u2028\u2029]/.exec(text.slice(i))
      if (!end) return text.length
      state.mode = 'code'
      state.gap = 'line'
      return i + end.index + 1
    }
    case 'block comment': {
      const end = text.indexOf('*/', i)
      if (end === -1) return text.length
      state.mode = 'code'
      if (state.gap === 'nothing') state.gap = 'blank'
      return end + 2
    }
    default:
      return text.length
  }
}

function code(state: Mutable, text: string, i: number): number {
  const char = text[i] as string
  if (/\s/.test(char)) {
    if (/[\n\r\u2028\u2029]/.test(char)) state.gap = 'line'
    else if (state.gap === 'nothing') state.gap = 'blank'
    return i + 1
  }
  if (state.last === 'value' && cannotFollowValue(state, text, i)) {
    state.mode = 'broken'
    return i
  }
  if (/[\w$\u0080-\uffff]/.test(char)) return word(state, text, i)
  return punctuator(state, text, i, char)
}

function cannotFollowValue({ gap }: JsState, text: string, i: number): boolean {
  const found = /^[\w$\u0080-\uffff]+/.exec(text.slice(i, i + 12))?.[0]
  if (found !== undefined) {
    return gap === 'nothing' || (gap === 'blank' && !BEHIND_VALUE.has(found))
  }
  const char = text[i] as string
  // No JSON can be called, be a tag or be assigned to.
  if (char === '(' || char === '`') return true
  if (char === '=') return text[i + 1] !== '='
  return gap !== 'line' && (char === '"' || char === "'")
}

function word(state: Mutable, text: string, i: number): number {
  const added = /^[\w$\u0080-\uffff]+/.exec(text.slice(i))?.[0] ?? ''
  const goesOn = state.gap === 'nothing' || state.word === '.'
  state.word = goesOn ? state.word + added : added
  state.before = BEFORE_REGEXP.has(state.word) ? 'operator' : 'operand'
  state.gap = 'nothing'
  if (BEFORE_NAME.has(state.word)) state.last = 'wants a name'
  else if (state.word === 'import' || state.word === 'from') state.last = 'wants a url'
  else state.last = 'other'
  return i + added.length
}

function punctuator(state: Mutable, text: string, i: number, char: string): number {
  if (char === '/' && (text[i + 1] === '/' || text[i + 1] === '*')) {
    state.mode = text[i + 1] === '/' ? 'line comment' : 'block comment'
    return i + 2
  }
  const { word: name, last, gap, before } = state
  state.word = ''
  state.last = 'other'
  state.gap = 'nothing'
  switch (char) {
    case '"':
    case "'":
      state.mode = char === '"' ? 'double quoted' : 'single quoted'
      state.string = undefined
      if (last === 'wants a url' || state.dialect === 'import map') state.string = URL_START
      if (last === 'wants code') state.string = 'code'
      return i + 1
    case '`':
      state.mode = before === 'operator' && last === 'other' ? 'template' : 'closed template'
      return i + 1
    case '/':
      return slash(state, text, i)
    case '(':
      state.stack += BEFORE_CONTROL.has(name) ? 'c' : '('
      state.last = wantedBy(name)
      break
    case '[':
    case '{':
      state.stack += char
      break
    case ')':
    case ']': {
      const isControl = state.stack.endsWith('c')
      state.stack = state.stack.slice(0, -1)
      state.before = isControl ? 'operator' : 'operand'
      return i + 1
    }
    case '}': {
      const opened = state.stack.at(-1)
      state.stack = state.stack.slice(0, -1)
      state.before = 'either'
      if (opened === '$') state.mode = 'template'
      if (opened === 't') state.mode = 'closed template'
      return i + 1
    }
    case '.':
      state.before = 'operator'
      if (text.startsWith('...', i)) return i + 3
      state.word = '.'
      state.last = 'wants a name'
      return i + 1
    case '*':
      if (last === 'wants a name') state.last = last // a generator
      break
    case '=':
      if (text[i + 1] !== '=' && LOCATIONS.has(withoutDot(name))) state.last = 'wants a url'
      break
    case '<':
      if (text.startsWith('<!--', i)) {
        state.mode = 'line comment'
        return i + 4
      }
      if (state.dialect === 'jsx' && before !== 'operand') state.mode = 'unsure'
      break
    case '>':
    case '!':
      // The end of a type, an element or an assertion; or an operator.
      if (state.dialect !== 'jsx') break
      state.before = char === '>' || before !== 'operator' ? 'either' : 'operator'
      return i + 1
    case '+':
    case '-':
      if (gap === 'line' && text.startsWith('-->', i)) state.mode = 'unsure' // a comment
      // `a++ / b` divides, `a + /b/` does not.
      if (text[i + 1] === char) {
        state.before = before === 'operand' ? 'operand' : 'operator'
        return i + 2
      }
      break
  }
  state.before = 'operator'
  return i + 1
}

function wantedBy(name: string): JsState['last'] {
  if (LOADING.has(withoutDot(name))) return 'wants a url'
  return EVALUATING.has(withoutDot(name)) ? 'wants code' : 'other'
}

function withoutDot(name: string): string {
  return name.startsWith('.') ? name.slice(1) : name
}

function slash(state: Mutable, text: string, i: number): number {
  // At the end of a static text a slash is no comment yet; what is printed behind it is refused.
  if (text[i + 1] === undefined || state.before === 'either') state.mode = 'unsure'
  else if (state.before === 'operator') state.mode = 'regexp'
  state.before = 'operator'
  return i + 1
}

function quoted(state: Mutable, text: string, i: number, quote: string): number {
  const char = text[i] as string
  if (typeof state.string === 'object' && char !== quote) {
    // What an escape stands for in the scheme of a URL is not looked at: nothing is printed behind it.
    const isHidden = char === '\\' && state.string.phase !== 'settled'
    state.string = isHidden ? { ...URL_START, phase: 'script' } : advanceUrl(state.string, char)
  }
  if (char === '\\') return afterBackslash(state, text, i)
  if (char === quote || char === '\n' || char === '\r') {
    state.mode = 'code'
    state.before = 'operand'
    state.string = undefined
  }
  return i + 1
}

/** What a backslash escapes must be in the same text. */
function afterBackslash(state: Mutable, text: string, i: number): number {
  if (i + 1 === text.length) state.mode = 'unsure'
  return i + 2
}

function template(state: Mutable, text: string, i: number): number {
  const char = text[i]
  if (char === '\\') return afterBackslash(state, text, i)
  if (char === '`') {
    state.mode = 'code'
    state.before = 'operand'
  } else if (char === '$' && text[i + 1] === undefined) {
    state.mode = 'unsure'
  } else if (char === '$' && text[i + 1] === '{') {
    state.stack += state.mode === 'template' ? '$' : 't'
    state.mode = 'code'
    state.before = 'operator'
    return i + 2
  }
  return i + 1
}

function regexp(state: Mutable, text: string, i: number): number {
  const char = text[i]
  if (char === '\\') return afterBackslash(state, text, i)
  if (char === '[') state.mode = 'regexp class'
  else if (char === ']') state.mode = 'regexp'
  else if ((char === '/' && state.mode === 'regexp') || char === '\n') {
    state.mode = 'code'
    state.before = 'operand'
  }
  return i + 1
}
