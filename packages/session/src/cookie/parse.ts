/** Names and values of a `Cookie` header. It has no prototype, so a cookie called `__proto__` is just a cookie. */
export type Cookies = Record<string, string>

/** Options of `parseCookies()`. */
export interface ParseCookiesOptions {
  /**
   * Turns the raw value into the delivered one; when it throws, the raw value is kept.
   *
   * @default percent-decoding
   */
  readonly decode?: ((value: string) => string) | undefined
}

/**
 * Reads a `Cookie` header. Never throws: every byte of it comes from the client.
 *
 * - The first of several equal names wins: browsers send the more specific path first (RFC 6265bis §5.8.3).
 * - Pieces without `=`, or with nothing beside it, are skipped; only SP and HTAB are trimmed, so a no-break space in front of
 *   `__Host-id` stays part of the name and defeats nothing (CVE-2026-39410).
 *
 * @example parseCookies('a=1; b=%20')['b'] // ' '
 */
export function parseCookies(header: string | undefined, options?: ParseCookiesOptions): Cookies {
  const cookies: Cookies = new NoPrototype()
  if (!header) return cookies
  const decode = options?.decode ?? decodeURIComponent
  const length = header.length
  let start = 0
  while (start < length) {
    const equals = header.indexOf('=', start)
    if (equals === -1) break
    let end = header.indexOf(';', start)
    if (end === -1) end = length
    if (equals < end) {
      const name = trimmed(header, start, equals)
      if (cookies[name] === undefined) {
        const value = valueOf(header, equals + 1, end, decode)
        if (name !== '' || value !== '') cookies[name] = value
      }
    }
    start = end + 1
  }
  return cookies
}

/**
 * All values a header gives one name, in the order sent, decoded.
 *
 * A session looks at each: a sibling subdomain can toss a cookie of the same name in front of ours
 * (RFC 6265bis §8.6), and the one that carries our signature is still there behind it.
 */
export function cookieValues(header: string | undefined, name: string): string[] {
  const values: string[] = []
  if (!header) return values
  const length = header.length
  let found = header.indexOf(name)
  while (found !== -1) {
    const start = header.lastIndexOf(';', found) + 1
    const next = header.indexOf(';', found)
    const end = next === -1 ? length : next
    const equals = header.indexOf('=', start)
    if (equals !== -1 && equals < end && trimmed(header, start, equals) === name) {
      values.push(valueOf(header, equals + 1, end, decodeURIComponent))
    }
    found = header.indexOf(name, end)
  }
  return values
}

// An object literal with a null prototype is a slow dictionary; an instance of this is not.
const NoPrototype = function NoPrototype() {} as unknown as { new (): Cookies; prototype: object }
NoPrototype.prototype = Object.create(null) as object

const SPACE = 0x20
const TAB = 0x09
const QUOTE = 0x22

function trimmed(text: string, start: number, end: number): string {
  let code = text.charCodeAt(start)
  while (start < end && (code === SPACE || code === TAB)) code = text.charCodeAt(++start)
  code = text.charCodeAt(end - 1)
  while (end > start && (code === SPACE || code === TAB)) code = text.charCodeAt(--end - 1)
  return text.slice(start, end)
}

function valueOf(
  text: string,
  start: number,
  end: number,
  decode: (value: string) => string,
): string {
  let value = trimmed(text, start, end)
  if (value === '') return value
  // `name="value"`: the quotes belong to the grammar, not to the value (RFC 6265 §4.1.1).
  if (value.charCodeAt(0) === QUOTE && value.endsWith('"')) {
    value = value.slice(1, -1)
  }
  if (decode === decodeURIComponent && !value.includes('%')) return value
  try {
    return decode(value)
  } catch {
    return value
  }
}
