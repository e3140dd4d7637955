/** How far JavaScript (or JSON) in a page has been read. */
export interface JsState {
  readonly language: 'js'
  readonly mode:
    | 'code'
    | 'double quoted'
    | 'single quoted'
    | 'template'
    | 'regexp'
    | 'regexp class'
    | 'line comment'
    | 'block comment'
    | 'unsure' // where only a whole parser would know; nothing can be printed behind it
  /** Open brackets: `(` `[` `{`, `c` for the parenthesis of `if (…)`, `$` for `${`. */
  readonly stack: string
  /** What a slash would mean here: after an operand it divides; after `}` nobody knows. */
  readonly before: 'operator' | 'operand' | 'either'
  /** The word being read, as keywords decide what a slash means. */
  readonly word: string
  /** Behind a static `<!--`, where HTML treats a second `<script` in a way of its own. */
  readonly htmlComment: boolean
}

export const JS_START: JsState = {
  language: 'js',
  mode: 'code',
  stack: '',
  before: 'operator',
  word: '',
  htmlComment: false,
}

const BEFORE_REGEXP = new Set(
  'return typeof instanceof in of new delete void throw case do else await yield'.split(' '),
)
const BEFORE_CONTROL = new Set(['if', 'while', 'for', 'with'])

/** Reads static JavaScript. A lexer, not a parser: it only keeps track of what it is inside of. */
export function advanceJs(from: JsState, text: string): JsState {
  const state: { -readonly [K in keyof JsState]: JsState[K] } = { ...from }
  let i = 0
  while (i < text.length) {
    switch (state.mode) {
      case 'code':
        i = code(state, text, i)
        break
      case 'double quoted':
        i = quoted(state, text, i, '"')
        break
      case 'single quoted':
        i = quoted(state, text, i, "'")
        break
      case 'template':
        i = template(state, text, i)
        break
      case 'regexp':
      case 'regexp class':
        i = regexp(state, text, i)
        break
      case 'line comment': {
        const end = /[\n\r\u2028\u2029]/.exec(text.slice(i))
        if (!end) return state
        state.mode = 'code'
        i += end.index + 1
        break
      }
      case 'block comment': {
        const end = text.indexOf('*/', i)
        if (end === -1) return state
        state.mode = 'code'
        i = end + 2
        break
      }
      case 'unsure':
        return state
    }
  }
  return state
}

type Mutable = { -readonly [K in keyof JsState]: JsState[K] }

function code(state: Mutable, text: string, i: number): number {
  const char = text[i] as string
  if (/[\w$\u0080-\uffff]/.test(char) && !/[\u2028\u2029\u00a0\ufeff]/.test(char)) {
    const word = /^[\w$\u0080-\uffff]+/.exec(text.slice(i))?.[0] ?? char
    state.word += word
    state.before = BEFORE_REGEXP.has(state.word) ? 'operator' : 'operand'
    return i + word.length
  }
  if (/\s/.test(char)) {
    // A word that ends at white space keeps what it means; a new one starts.
    if (!BEFORE_CONTROL.has(state.word)) state.word = ''
    return i + 1
  }
  const { word } = state
  state.word = ''
  switch (char) {
    case '"':
      state.mode = 'double quoted'
      return i + 1
    case "'":
      state.mode = 'single quoted'
      return i + 1
    case '`':
      state.mode = 'template'
      return i + 1
    case '/':
      return slash(state, text, i)
    case '(':
      state.stack += BEFORE_CONTROL.has(word) ? 'c' : '('
      break
    case '[':
    case '{':
      state.stack += char
      break
    case ')': {
      const isControl = state.stack.endsWith('c')
      state.stack = state.stack.slice(0, -1)
      state.before = isControl ? 'operator' : 'operand'
      return i + 1
    }
    case ']':
      state.stack = state.stack.slice(0, -1)
      state.before = 'operand'
      return i + 1
    case '}': {
      const isTemplate = state.stack.endsWith('$')
      state.stack = state.stack.slice(0, -1)
      state.before = 'either'
      if (isTemplate) state.mode = 'template'
      return i + 1
    }
    case '<':
      if (text.startsWith('<!--', i)) {
        state.mode = 'line comment'
        return i + 4
      }
      break
    case '+':
    case '-':
      if (text.startsWith('-->', i)) state.mode = 'unsure' // a comment at the start of a line
      // `a++ / b` divides, `a + /b/` does not.
      if (text[i + 1] === char) {
        state.before = state.before === 'operand' ? 'operand' : 'operator'
        return i + 2
      }
      break
  }
  state.before = 'operator'
  return i + 1
}

function slash(state: Mutable, text: string, i: number): number {
  const next = text[i + 1]
  if (next === '/') state.mode = 'line comment'
  else if (next === '*') state.mode = 'block comment'
  // At the end of a static text a slash is no comment yet; what is printed behind it is refused.
  else if (next === undefined || state.before === 'either') state.mode = 'unsure'
  else if (state.before === 'operator') state.mode = 'regexp'
  else {
    state.before = 'operator'
    return i + 1
  }
  return i + (state.mode === 'line comment' || state.mode === 'block comment' ? 2 : 1)
}

function quoted(state: Mutable, text: string, i: number, quote: string): number {
  const char = text[i]
  if (char === '\\') return afterBackslash(state, text, i)
  if (char === quote || char === '\n' || char === '\r') {
    state.mode = 'code'
    state.before = 'operand'
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
    state.mode = 'code'
    state.before = 'operator'
    state.stack += '$'
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

/** JavaScript after a value was printed where a value can stand. */
export function printInJs(state: JsState): JsState {
  return state.mode === 'code' ? { ...state, before: 'operand', word: '' } : state
}

export function joinJs(a: JsState, b: JsState): JsState | undefined {
  if (a.mode !== b.mode || a.stack !== b.stack || a.htmlComment !== b.htmlComment) return undefined
  if (a.before === b.before && a.word === b.word) return a
  return { ...a, before: a.before === b.before ? a.before : 'either', word: '' }
}
