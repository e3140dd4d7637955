/** A bare item of a structured field. Byte sequences, dates and inner lists are told from nothing else here. */
export type BareItem =
  | { readonly type: 'integer'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'string' | 'other' }

const KEY = /[a-z*][a-z0-9_.*-]*/y
const BOOLEAN = /\?([01])/y
const INTEGER = /(-?\d{1,15})(?![.\d])/y
const STRING = /"(?:[ !#-[\]-~]|\\["\\])*"/y
/** Decimal; token; byte sequence; date; display string. */
const OTHER =
  /-?\d{1,12}\.\d{1,3}(?!\d)|[a-z*][!#$%&'*+.^`|~\w:/-]*|:[a-z0-9+/]*={0,2}:|@-?\d{1,15}(?![.\d])|%"(?:[ !#$&-~]|%[0-9a-f]{2})*"/iy
const SPACES = / */y
const BETWEEN = /[ \t]*,[ \t]*/y

/**
 * Reads a field that is a dictionary (RFC 9651 §4.2.2): members by name, the last of a name counts;
 * `undefined` when any part of it is none, as a structured field is read whole or not at all. Parameters are read over.
 */
export function parseDictionary(field: string): ReadonlyMap<string, BareItem> | undefined {
  const members = new Map<string, BareItem>()
  const text = new Reader(field.replaceAll(/^ +| +$/g, ''))
  while (!text.isAtEnd) {
    const key = text.take(KEY)?.[0]
    if (key === undefined) return undefined
    const item = text.takeChar('=') ? takeMember(text) : ({ type: 'boolean', value: true } as const)
    if (!item || !skipParameters(text)) return undefined
    members.delete(key)
    members.set(key, item)
    // A comma at the end has nothing behind it.
    if (!text.isAtEnd && (!text.take(BETWEEN) || text.isAtEnd)) return undefined
  }
  return members
}

function takeMember(text: Reader): BareItem | undefined {
  return text.takeChar('(') ? takeInnerList(text) : takeItem(text)
}

function takeItem(text: Reader): BareItem | undefined {
  const integer = text.take(INTEGER)
  if (integer) return { type: 'integer', value: Number(integer[1]) }
  const boolean = text.take(BOOLEAN)
  if (boolean) return { type: 'boolean', value: boolean[1] === '1' }
  if (text.take(STRING)) return { type: 'string' }
  return text.take(OTHER) ? { type: 'other' } : undefined
}

function takeInnerList(text: Reader): BareItem | undefined {
  for (text.take(SPACES); !text.takeChar(')');) {
    if (!takeItem(text) || !skipParameters(text)) return undefined
    const spaces = text.take(SPACES)?.[0]
    if (spaces === '' && !text.isAt(')')) return undefined
  }
  return { type: 'other' }
}

function skipParameters(text: Reader): boolean {
  while (text.takeChar(';')) {
    text.take(SPACES)
    if (!text.take(KEY) || (text.takeChar('=') && !takeItem(text))) return false
  }
  return true
}

/** A place in a text. */
class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length
  }

  isAt(char: string): boolean {
    return this.#text[this.#at] === char
  }

  takeChar(char: string): boolean {
    if (!this.isAt(char)) return false
    this.#at++
    return true
  }

  /** What the pattern, a sticky one, finds here; goes behind it. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found) this.#at += found[0].length
    return found ?? undefined
  }
}
