import he from 'he'

import { advanceCss, CSS_START, type CssState } from './css-context.ts'
import {
  attributeKind,
  contentMode,
  enterForeign,
  isForeign,
  leaveForeign,
  scriptLanguage,
  type AttributeKind,
} from './elements.ts'
import { advanceJs, JS_START, type JsState } from './js-context.ts'
import { advanceUrl, URL_START, type UrlState } from './url-context.ts'

/** Where in a page a point lies: the state of HTML's tokenizer, and of the language inside it. */
export interface Context {
  readonly mode:
    | 'text'
    | 'rcdata' // <textarea>, <title>
    | 'rawtext' // <xmp>, <iframe>, …
    | 'script'
    | 'style'
    | 'plaintext'
    | 'comment'
    | 'bogus comment' // <!doctype …>, <?…>
    | 'cdata'
    | 'tag name'
    | 'tag' // where an attribute can start
    | 'end of attribute' // where one of two branches has written an attribute: white space or the end must follow
    | 'attribute name'
    | 'after attribute name'
    | 'before value'
    | 'double quoted'
    | 'single quoted'
    | 'unquoted'
    | 'broken' // no reading is certain any more
  /** The tag being read, or the element whose raw content this is. */
  readonly element: string
  readonly isEndTag: boolean
  /** Whether the tag's last character is a slash, which ends an element of SVG. */
  readonly slash: boolean
  /** The attribute being read; `?` where its name was printed. */
  readonly attribute: string
  readonly kind: AttributeKind
  /** Whether all of an unquoted value so far was printed, and so may be empty. */
  readonly onlyPrinted: boolean
  /** The `type` of a `<script>`; `?` where it was printed. */
  readonly type: string
  /** The SVG and MathML elements around: "svg/foreignobject". */
  readonly foreign: string
  readonly inner: JsState | CssState | UrlState | undefined
  /** Text read but not yet understood, as a tag or an entity may go on: `<`, `</scr`, `&am`. */
  readonly pending: string
  /** Why a context is broken. */
  readonly fault: string
}

export const TEXT: Context = {
  mode: 'text',
  element: '',
  isEndTag: false,
  slash: false,
  attribute: '',
  kind: 'plain',
  onlyPrinted: false,
  type: '',
  foreign: '',
  inner: undefined,
  pending: '',
  fault: '',
}

type State = { -readonly [K in keyof Context]: Context[K] }

/**
 * Reads static text of a page, as a browser's tokenizer does (HTML, 13.2.5).
 *
 * @returns where its end lies. Time is linear in the text.
 */
export function advance(context: Context, text: string): Context {
  const state = copyOf(context)
  state.pending = ''
  const input = context.pending === '' ? text : context.pending + text
  let i = 0
  while (i < input.length) i = step(state, input, i)
  return state
}

/** Written out: every context has one shape, and this runs for each piece of text. */
function copyOf(context: Context): State {
  return {
    mode: context.mode,
    element: context.element,
    isEndTag: context.isEndTag,
    slash: context.slash,
    attribute: context.attribute,
    kind: context.kind,
    onlyPrinted: context.onlyPrinted,
    type: context.type,
    foreign: context.foreign,
    inner: context.inner,
    pending: context.pending,
    fault: context.fault,
  }
}

function step(state: State, input: string, i: number): number {
  switch (state.mode) {
    case 'text':
      return inText(state, input, i)
    case 'rcdata':
    case 'rawtext':
    case 'script':
    case 'style':
      return inRawText(state, input, i)
    case 'comment':
      return until(state, input, i, /--!?>/g, /-{1,2}!?$/)
    case 'bogus comment':
      return until(state, input, i, />/g)
    case 'cdata':
      return until(state, input, i, /\]\]>/g, /\]{1,2}$/)
    case 'tag name':
      return inTagName(state, input, i)
    case 'tag':
    case 'end of attribute':
      return inTag(state, input, i)
    case 'attribute name':
      return inAttributeName(state, input, i)
    case 'after attribute name':
    case 'before value':
      return aroundEqualsSign(state, input, i)
    case 'double quoted':
      return inValue(state, input, i, /"/g)
    case 'single quoted':
      return inValue(state, input, i, /'/g)
    case 'unquoted':
      return inValue(state, input, i, /[\t\n\f\r >]/g)
    default:
      return input.length // plaintext and broken have no end
  }
}

function inText(state: State, input: string, i: number): number {
  const start = input.indexOf('<', i)
  if (start === -1) return input.length
  const next = input[start + 1]
  if (next !== undefined && /[a-z]/i.test(next)) return startTag(state, start + 1, false)
  const rest = input.slice(start, start + 9)
  if (next === '/') {
    const name = input[start + 2]
    if (name !== undefined && /[a-z]/i.test(name)) return startTag(state, start + 2, true)
    if (name === '>') return start + 3
    if (name !== undefined) state.mode = 'bogus comment'
    else state.pending = rest
    return name === undefined ? input.length : start + 2
  }
  if (next === undefined) {
    state.pending = rest
    return input.length
  }
  if (next !== '!' && next !== '?') return start + 1
  if (rest.startsWith('<!--')) {
    const empty = /^<!--(-?>)/.exec(input.slice(start, start + 6))
    if (empty) return start + empty[0].length
    // `<!-->` and `<!--->` are whole comments: the next character decides.
    if (start + 4 === input.length || input.slice(start + 4) === '-') {
      state.pending = input.slice(start)
      return input.length
    }
    state.mode = 'comment'
    return start + 4
  }
  const isCdata = isForeign(state.foreign) && '<![CDATA['.startsWith(rest)
  if (rest.length < 9 && ('<!--'.startsWith(rest) || isCdata)) {
    state.pending = rest
    return input.length
  }
  state.mode = isCdata ? 'cdata' : 'bogus comment'
  return start + (isCdata ? 9 : 2)
}

function startTag(state: State, i: number, isEndTag: boolean): number {
  state.mode = 'tag name'
  state.element = ''
  state.isEndTag = isEndTag
  state.type = ''
  state.slash = false
  return i
}

/** Text that ends only with its element's end tag. */
function inRawText(state: State, input: string, i: number): number {
  const end = new RegExp(`</${state.element}(?=[\\t\\n\\f\\r />])`, 'gi')
  end.lastIndex = i
  const found = end.exec(input)
  let text = found ? input.slice(i, found.index) : input.slice(i)
  if (!found) {
    const tail = /<(?:\/[a-z]*|!-?)?$/i.exec(text)?.[0].toLowerCase()
    if (tail !== undefined && (`</${state.element}`.startsWith(tail) || '<!--'.startsWith(tail))) {
      state.pending = text.slice(text.length - tail.length)
      text = text.slice(0, text.length - tail.length)
    }
  }
  if (state.inner?.language === 'css') {
    state.inner = advanceCss(state.inner, text)
    if (state.inner.url.phase === 'broken') breakOff(state, COLON_FAULT)
  }
  if (state.inner?.language === 'js') readScript(state, state.inner, text)
  if (!found || isBroken(state)) return input.length
  const { element } = state
  const next = startTag(state, found.index + found[0].length, true)
  state.mode = 'tag'
  state.element = element
  state.inner = undefined
  return next
}

/** After `<!--` a second `<script` makes the first end tag no end (HTML, 13.2.5.20). */
function readScript(state: State, inner: JsState, text: string): void {
  const opened = inner.htmlComment ? 0 : text.lastIndexOf('<!--')
  const closed = text.lastIndexOf('-->')
  const htmlComment =
    opened === -1 ? false : closed < opened || (inner.htmlComment && closed === -1)
  const inside = opened === -1 ? '' : text.slice(opened)
  if (/<script[\t\n\f\r />]/i.test(inside)) {
    breakOff(state, 'A <script> inside of <!-- hides the end of the script')
  }
  state.inner = { ...advanceJs(inner, text), htmlComment }
}

function until(state: State, input: string, i: number, end: RegExp, partial?: RegExp): number {
  end.lastIndex = i
  const found = end.exec(input)
  if (found) {
    state.mode = 'text'
    return found.index + found[0].length
  }
  state.pending = partial?.exec(input.slice(i))?.[0] ?? ''
  return input.length
}

function inTagName(state: State, input: string, i: number): number {
  const end = indexOf(/[\t\n\f\r />]/g, input, i)
  state.element += input.slice(i, end).toLowerCase()
  if (end < input.length) state.mode = 'tag'
  return end
}

function inTag(state: State, input: string, i: number): number {
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

function inAttributeName(state: State, input: string, i: number): number {
  const end = indexOf(/[\t\n\f\r />=]/g, input, i)
  state.attribute += input.slice(i, end).toLowerCase()
  if (end < input.length) state.mode = 'after attribute name'
  return end
}

function aroundEqualsSign(state: State, input: string, i: number): number {
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

function inValue(state: State, input: string, i: number, end: RegExp): number {
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

const COLON_FAULT = 'A colon here would make what is printed before it the scheme of the URL'

function isBroken({ mode }: State): boolean {
  return mode === 'broken'
}

function breakOff(state: State, fault: string): void {
  state.mode = 'broken'
  state.fault = fault
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

function indexOf(pattern: RegExp, input: string, from: number): number {
  pattern.lastIndex = from
  return pattern.exec(input)?.index ?? input.length
}
