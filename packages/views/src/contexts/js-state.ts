import { joinUrls, printInUrl, type UrlState } from './url-context.ts'

/** How far JavaScript (or JSON) in a page has been read. */
export interface JsState {
  readonly language: 'js'
  /** `jsx`: JSX or TypeScript, in which `<` and `>` say nothing certain; `import map`: all strings are URLs. */
  readonly dialect: 'js' | 'jsx' | 'json' | 'import map'
  readonly mode:
    | 'code'
    | 'double quoted'
    | 'single quoted'
    | 'template'
    | 'closed template' // a template literal that is tagged, a URL or code
    | 'regexp'
    | 'regexp class'
    | 'line comment'
    | 'block comment'
    | 'unsure' // where only a whole parser would know; nothing can be printed behind it
    | 'broken' // no program can be read behind a value that was printed
  /** Open brackets: `(` `[` `{`, `c` for the parenthesis of `if (…)`, `$` for `${`. */
  readonly stack: string
  /** What a slash would mean here: after an operand it divides; after `}` nobody knows. */
  readonly before: 'operator' | 'operand' | 'either'
  /** The word being read, as keywords decide what a slash means; with a dot before a property's. */
  readonly word: string
  /** What was read last, where it decides what can follow. */
  readonly last:
    | 'other'
    | 'value' // one that was printed
    | 'wants a name' // `.`, `var`, `function`
    | 'wants a url' // `import`, `new Worker(`, `location.href =`
    | 'wants code' // `eval(`, `setTimeout(`
  /** What stands between that and here. */
  readonly gap: 'nothing' | 'blank' | 'line'
  /** The URL that the string is which is being read, or code that may be run from a string. */
  readonly string: UrlState | 'code' | undefined
  /** Of a place for raw code: whether the line ends right behind it, and with it a comment. */
  readonly endsLine: boolean
}

export const JS_START: JsState = {
  language: 'js',
  dialect: 'js',
  mode: 'code',
  stack: '',
  before: 'operator',
  word: '',
  last: 'other',
  gap: 'line',
  string: undefined,
  endsLine: false,
}

/** What a value in JavaScript is printed as, or why none can be. */
export type JsHole =
  | { readonly prints: 'value' | 'url value' | 'string' | 'template' }
  | { readonly prints: 'url string'; readonly url: UrlState }
  | { readonly refusal: string }

/** Decides what a value is printed as. */
export function holeIn(state: JsState): JsHole {
  switch (state.mode) {
    case 'code':
      return valueIn(state)
    case 'template':
      return { prints: 'template' }
    case 'double quoted':
    case 'single quoted':
      if (state.string === 'code') return { refusal: RUN_STRING }
      return state.string ? { prints: 'url string', url: state.string } : { prints: 'string' }
    default:
      return { refusal: REFUSALS[state.mode] }
  }
}

function valueIn({ before, last, gap, dialect }: JsState): JsHole {
  if (last === 'wants a name') return { refusal: NAME_WANTED }
  if (last === 'wants code') return { refusal: RUN_STRING }
  if (before === 'operand' && gap !== 'line' && last !== 'wants a url') {
    return {
      refusal:
        'A value is printed as JSON, which JavaScript cannot read behind another value or a name: put an operator between, or print the whole as one value',
    }
  }
  return { prints: last === 'wants a url' || dialect === 'import map' ? 'url value' : 'value' }
}

const NAME_WANTED =
  'JavaScript reads a name here, and a value is printed as JSON: write `object[<%= key %>]` for a property; no other name can be printed'
const RUN_STRING = 'Nothing can be printed in a text that is run as code: pass a function'
const UNCERTAIN =
  'It is not certain how JavaScript reads the text before this: end it with a semicolon, and write a slash behind "}" in parentheses'

const REFUSALS = {
  'closed template':
    'Nothing can be printed in a template literal that is tagged, a URL or code: print the value inside of ${…}',
  regexp: 'Nothing can be printed in a regular expression',
  'regexp class': 'Nothing can be printed in a regular expression',
  'line comment': 'Nothing can be printed in a comment of JavaScript',
  'block comment': 'Nothing can be printed in a comment of JavaScript',
  unsure: UNCERTAIN,
  broken: UNCERTAIN,
} as const

export const AFTER_VALUE_FAULT =
  'What stands here cannot follow a printed value, which is JSON: JavaScript would not read the program. Print the whole as one value'

/** JavaScript after a value was printed where a value can stand. */
export function printInJs(state: JsState): JsState {
  if (typeof state.string === 'object') return { ...state, string: printInUrl(state.string) }
  if (state.mode !== 'code') return state
  return { ...state, before: 'operand', word: '', last: 'value', gap: 'nothing' }
}

/** JavaScript after raw code, which may end in anything. */
export function rawInJs(state: JsState): JsState {
  if (state.mode !== 'code') return state
  return { ...state, before: 'either', word: '', last: 'other', gap: 'line' }
}

export function joinJs(a: JsState, b: JsState): JsState | undefined {
  if (a.mode !== b.mode || a.stack !== b.stack) return undefined
  if (a.dialect !== b.dialect) return undefined
  const string = joinStrings(a.string, b.string)
  const last = joinLast(a.last, b.last)
  if (string === null || last === null) return undefined
  return {
    ...a,
    string,
    last,
    before: a.before === b.before ? a.before : 'either',
    word: a.word === b.word ? a.word : '',
    gap: GAPS.find((gap) => a.gap === gap || b.gap === gap) as JsState['gap'],
  }
}

const GAPS = ['nothing', 'blank', 'line'] as const

/** null: they do not agree. */
function joinStrings(a: JsState['string'], b: JsState['string']): JsState['string'] | null {
  if (a === b) return a
  if (typeof a !== 'object' || typeof b !== 'object') return null
  return joinUrls(a, b) ?? null
}

/** The one that allows less; null when each forbids what the other does not. */
function joinLast(a: JsState['last'], b: JsState['last']): JsState['last'] | null {
  if (a === b || b === 'other') return a
  return a === 'other' ? b : null
}
