import { escapeHtml } from '../escape-html.ts'
import { TemplateValueError } from '../source/errors.ts'
import { completesScheme, hasDangerousUrl, isDangerousUrl } from './url-context.ts'
import { isHarmlessAttribute } from './what-is-code.ts'
import { isThenable, printable } from './printable.ts'

/** Turns a value into the text that stands for it in one kind of place. */
export type Encoder = (value: unknown) => string

/** Encoders of a value by the language it stands in; an attribute's quoting comes on top. */
export type ValueEncoderName =
  | 'plain'
  | 'url'
  | 'image url'
  | 'url part'
  | 'url list'
  | 'url list part'
  | 'words'
  | 'json'
  | 'js'
  | 'js url'
  | 'js string'
  | 'js string url'
  | 'js string url part'
  | 'js template'
  | 'css'
  | 'css string'
  | 'css url'
  | 'css url part'
  | 'css url rest'

/** What encodes the text of another encoder for what stands around it; pages in pages have several. */
export type OuterEncoding = 'quoted' | 'unquoted' | 'in unquoted' | 'braced'

export type EncoderName =
  | ValueEncoderName
  | 'text'
  | 'comment'
  | 'digits'
  | 'attribute name'
  | 'attribute'
  | `name ${string}`
  | `${OuterEncoding} ${string}`

/** What is printed for a URL that could run a script. */
export const REFUSED_URL = 'about:invalid#refused'

/** `<%= %>` in text and in a quoted attribute: he's entities; nothing for null and undefined. */
export function encodeText(value: unknown): string {
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number') return `${value}`
  if (value === null || value === undefined) return ''
  return escapeHtml(printable(value))
}

/** `<%- %>`: the value as it is; nothing for null and undefined. */
export function encodeRaw(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  return printable(value)
}

/** The encoder of a name; each is made once. */
export function encoderOf(name: EncoderName): Encoder {
  if (name === 'text') return encodeText
  const known = made.get(name)
  if (known) return known
  const encoder = make(name)
  made.set(name, encoder)
  return encoder
}

const made = new Map<EncoderName, Encoder>()

function make(name: EncoderName): Encoder {
  const { outer, inner } = partsOf(name)
  if (outer === undefined) return encoderOfPlace(name)
  const encode = encoderOf(inner)
  switch (outer) {
    case 'quoted':
      return (value) => escapeHtml(encode(value))
    case 'unquoted':
      // An empty value would take the next attribute for its own.
      return (value) => escapeUnquoted(encode(value)) || '""'
    case 'in unquoted':
      return (value) => escapeUnquoted(encode(value))
    case 'braced':
      return (value) => escapeBraces(encode(value))
    default:
      return outer satisfies never
  }
}

/** Takes the outermost encoding off a name. */
export function partsOf(name: EncoderName): { outer?: OuterEncoding; inner: EncoderName } {
  const found = /^(quoted|unquoted|in unquoted|braced) (.*)$/s.exec(name)
  if (!found) return { inner: name }
  return { outer: found[1] as OuterEncoding, inner: found[2] as EncoderName } // the type's own form
}

function encoderOfPlace(name: EncoderName): Encoder {
  if (name.startsWith('name ')) return encodeNameFrom(name.slice('name '.length))
  switch (name) {
    case 'comment':
      return encodeComment
    case 'digits':
      return encodeDigits
    case 'attribute name':
      return (value) => (encodeRaw(value) === '' ? '' : encodeAttributeName(value))
    case 'attribute':
      return encodeAttributeName
    default:
      return encoderOfLanguage(name as ValueEncoderName)
  }
}

/** The value in its language, not yet encoded for an attribute. */
function encoderOfLanguage(name: ValueEncoderName): Encoder {
  switch (name) {
    case 'plain':
      return encodeRaw
    case 'url':
      return (value) => safeUrl(encodeRaw(value), false)
    case 'image url':
      return (value) => safeUrl(encodeRaw(value), true)
    case 'url part':
      return (value) => safeUrlPart(encodeRaw(value))
    case 'url list':
      return (value) => safeUrlList(encodeRaw(value))
    case 'url list part':
      return (value) => safeUrlListPart(encodeRaw(value))
    case 'words':
      return encodeWords
    case 'json':
      return (value) => encodeJson(value)
    case 'js':
      return (value) => encodeJs(value)
    case 'js url':
      return (value) => encodeJs(value, isDangerousMember)
    case 'js string':
      return encodeJsString
    case 'js string url':
      return (value) => encodeJsString(safeUrl(encodeRaw(value), false))
    case 'js string url part':
      return (value) => encodeJsString(safeUrlPart(encodeRaw(value)))
    case 'js template':
      return (value) => encodeJsString(value).replace(UNSAFE_IN_JS_TEMPLATE, unicodeEscape)
    case 'css':
      return encodeCss
    case 'css string':
    case 'css url rest':
      return (value) => escapeCss(encodeRaw(value))
    case 'css url':
      return (value) => escapeCss(safeUrl(encodeRaw(value), true))
    case 'css url part':
      return (value) => escapeCss(safeUrlPart(encodeRaw(value)))
    default:
      return name satisfies never
  }
}

function safeUrl(value: string, allowSvg: boolean): string {
  return isDangerousUrl(value, allowSvg) ? REFUSED_URL : value
}

/** Behind an unfinished scheme no colon may come before the path. */
function safeUrlPart(value: string): string {
  return isDangerousUrl(value) || completesScheme(value) ? REFUSED_URL : value
}

/** `srcset` and the like: each word and item is judged. */
function safeUrlList(value: string): string {
  return hasDangerousUrl(value) ? REFUSED_URL : value
}

function safeUrlListPart(value: string): string {
  return completesScheme(value) ? REFUSED_URL : safeUrlList(value)
}

// What a script element, an attribute or JavaScript before 2019 would read as something else.
export const UNSAFE_IN_JSON = /[<>&\u2028\u2029]/g

/**
 * A value where JavaScript or JSON wants one. Nothing for HTML's tokenizer to see, and the same
 * value when parsed.
 *
 * @throws {TemplateValueError} TEMPLATE_UNPRINTABLE for a BigInt, a circle, a promise.
 */
function encodeJson(value: unknown, refuses?: (member: unknown) => boolean): string {
  if (isThenable(value)) printable(value)
  const replace =
    refuses && ((_key: string, member: unknown) => (refuses(member) ? REFUSED_URL : member))
  let json: string | undefined
  try {
    json = JSON.stringify(value, replace) as string | undefined
  } catch (error) {
    throw new TemplateValueError('TEMPLATE_UNPRINTABLE', 'Cannot print a value that has no JSON', {
      cause: error,
    })
  }
  // Printing nothing, as elsewhere, would leave a hole in the script.
  return json === undefined ? 'null' : json.replace(UNSAFE_IN_JSON, unicodeEscape)
}

/** A value in JavaScript: JSON, but for one name, which sets a prototype when written plainly. */
function encodeJs(value: unknown, refuses?: (member: unknown) => boolean): string {
  const json = encodeJson(value, refuses)
  if (!json.includes('"__proto__":')) return json
  // Whole strings are looked at, so that the end of one is not taken for the beginning of a key.
  return json.replace(/"(?:[^"\\]|\\.)*":?/g, (found) =>
    found === '"__proto__":' ? '["__proto__"]:' : found,
  )
}

function isDangerousMember(member: unknown): boolean {
  return typeof member === 'string' && isDangerousUrl(member)
}

export const UNSAFE_IN_JS_STRING =
  // oxlint-disable-next-line no-control-regex
  /[\\"'`<>&/=\0-\x1f\x7f\u2028\u2029\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** The inside of a string literal, whichever its quotes; `\uXXXX` is also what JSON understands. */
function encodeJsString(value: unknown): string {
  return encodeRaw(value).replace(UNSAFE_IN_JS_STRING, unicodeEscape)
}

// What a template literal takes for the beginning of code.
export const UNSAFE_IN_JS_TEMPLATE = /[${]/g

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}

export const PLAIN_CSS = /^[\w\s#%.,+!\u00a1-\ud7ff\ue000-\ufffd-]*$/
export const CSS_WITH_FUNCTIONS =
  /^(?:[\w\s#%.,+!-]|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|calc|min|max|clamp|var|translate(?:[xyz]|3d)?|scale[xyz]?|rotate[xyz]?)\([\w\s#%.,+-]*\))*$/i

/** A value in a style: a word, a length, a colour, a list of them; all else is made one odd word. */
function encodeCss(value: unknown): string {
  const text = encodeRaw(value)
  return PLAIN_CSS.test(text) || CSS_WITH_FUNCTIONS.test(text)
    ? text
    : escapeCss(text, UNSAFE_IN_CSS_WORD)
}

export const UNSAFE_IN_CSS_WORD = /[^\w\u00a1-\ud7ff\ue000-\ufffd.%#-]/gu
export const UNSAFE_IN_CSS_STRING = /[^\w\u00a1-\ud7ff\ue000-\ufffd.,:?#%=~@+-]/gu

/** Characters by their numbers, as CSS reads them wherever they stand (CSS Syntax 3, 4.3.7). */
function escapeCss(text: string, unsafe: RegExp = UNSAFE_IN_CSS_STRING): string {
  return text.replace(unsafe, (char) => `\\${(char.codePointAt(0) || 0xfffd).toString(16)} `)
}

// Without quotes these end the value, or are read as something else by some browser.
export const UNSAFE_UNQUOTED = /[\s"'`=<>&/\0-\x1f]/g // oxlint-disable-line no-control-regex

/** An attribute value without quotes around it. */
function escapeUnquoted(text: string): string {
  return text.replace(UNSAFE_UNQUOTED, (char) =>
    char === '\0' ? '\ufffd' : `&#${char.charCodeAt(0)};`,
  )
}

/** Braces as entities, where a library takes them for code before entities are read. */
function escapeBraces(text: string): string {
  return text.replace(/[{}]/g, (brace) => `&#${brace.charCodeAt(0)};`)
}

/** In a comment entities mean nothing: what could end it is taken apart. Nothing is a blank there. */
function encodeComment(value: unknown): string {
  const text = escapeHtml(encodeRaw(value))
  return text.replace(/-(?=-|$)/g, '- ') || ' '
}

function encodeDigits(value: unknown): string {
  const text = encodeRaw(value)
  if (/^\d+$/.test(text)) return text
  throw unsafeName(text, 'where only digits can be')
}

function encodeWords(value: unknown): string {
  const text = encodeRaw(value)
  if (/^[\w\s.-]*$/.test(text)) return text
  throw unsafeName(
    text,
    'in an attribute that a library reads: only letters, digits, "-", "_", "." and blanks can be',
  )
}

function encodeAttributeName(value: unknown): string {
  const text = encodeRaw(value)
  if (isHarmlessAttribute(text)) return text
  throw unsafeName(text, 'as an attribute: only the name of a harmless one can be')
}

/** The end of an attribute's name: the whole is what is judged. */
function encodeNameFrom(start: string): Encoder {
  return (value) => {
    const text = encodeRaw(value)
    if (/^[\w.:-]*$/.test(text) && isHarmlessAttribute(start + text)) return text
    throw unsafeName(
      text,
      `behind ${JSON.stringify(start)}: only the name of a harmless attribute can be`,
    )
  }
}

function unsafeName(text: string, where: string): TemplateValueError {
  return new TemplateValueError(
    'TEMPLATE_UNSAFE_NAME',
    `Cannot print ${JSON.stringify(text)} ${where}`,
  )
}
