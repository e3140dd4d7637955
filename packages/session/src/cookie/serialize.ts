import { CookieTooLargeError, InvalidCookieError } from './errors.ts'

/** The attributes of a `Set-Cookie` (RFC 6265bis §4.1.2). */
export interface CookieAttributes {
  /**
   * Lifetime in whole seconds, parts are dropped; beats `expires`. Browsers cap it at 400 days.
   *
   * @default none: with the browser's session
   */
  readonly maxAge?: number | null | undefined
  /**
   * The moment of expiry, to the second; without it and `maxAge` the cookie ends with the browser.
   *
   * @default none: with the browser's session
   */
  readonly expires?: Date | null | false | undefined
  /**
   * The host that gets the cookie together with its subdomains; without one, only the host that set it.
   *
   * @default none: the host alone that sets it
   */
  readonly domain?: string | null | undefined
  /**
   * The browser sends the cookie for URLs from this path on; without one, from the folder of the URL
   * that set it.
   *
   * @default none: browsers take the folder of the URL
   */
  readonly path?: string | null | undefined
  /** Hides the cookie from the scripts of the page. @default false */
  readonly httpOnly?: boolean | undefined
  /**
   * Keeps the cookie to TLS; names with `__Secure-` or `__Host-`, and browsers for `sameSite: 'none'`,
   * want it.
   *
   * @default false
   */
  readonly secure?: boolean | undefined
  /**
   * Keeps the cookie apart for each site that embeds yours (CHIPS); browsers then want `secure`.
   *
   * @default false
   */
  readonly partitioned?: boolean | undefined
  /** Which cookies a browser that is full gives up first: the low ones. @default left to the browser */
  readonly priority?: 'low' | 'medium' | 'high' | undefined
  /**
   * Which requests from other sites bring the cookie; `true` means `strict`.
   *
   * @default left to the browser
   */
  readonly sameSite?: boolean | 'lax' | 'strict' | 'none' | undefined
}

/** Options of `serializeCookie()`. */
export interface SerializeCookieOptions extends CookieAttributes {
  /**
   * Turns the value into what is sent, which must be cookie-octets.
   *
   * @default percent-encoding, with lone surrogates replaced by U+FFFD
   */
  readonly encode?: ((value: string) => string) | undefined
  /**
   * Whether a cookie is refused that browsers would drop, or an attribute that they would ignore: for its
   * size, or for a prefix of its name that promises what the attributes do not say. `false` writes it, as
   * npm's `cookie` does.
   *
   * @default true
   */
  readonly browserRules?: boolean | undefined
}

/**
 * Writes one `Set-Cookie` header value.
 *
 * Whatever a client may have typed as the value is encoded and cannot throw; names and attributes
 * are the developer's and are checked, so that none can smuggle in a `; Domain=` (CVE-2024-47764).
 *
 * @throws {InvalidCookieError} `COOKIE_INVALID`, for a name, attribute or prefix a browser would refuse.
 * @throws {CookieTooLargeError} `COOKIE_TOO_LARGE`, for what a browser would silently drop.
 * @example serializeCookie('id', 'a b', { httpOnly: true }) // 'id=a%20b; HttpOnly'
 */
export function serializeCookie(
  name: string,
  value: unknown,
  options?: SerializeCookieOptions,
): string {
  if (!TOKEN.test(name)) throw new InvalidCookieError('argument name', name, 'it must be a token')
  const encoded = encodeValue(String(value), options?.encode)
  if (options?.browserRules !== false) checkBrowserRules(name, encoded, options)
  const pair = `${name}=${encoded}`
  return options === undefined ? pair : pair + attributes(options)
}

/** RFC 6265bis §5.6: name and value together, in octets. */
const MAX_PAIR = 4096
/** RFC 6265bis §5.6: a longer attribute value is ignored by the browser. */
const MAX_ATTRIBUTE = 1024

const UNDERSCORE = 0x5f
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// cookie-octet of RFC 6265 §4.1.1, optionally in quotes
const VALUE =
  /^(?:[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*|"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")$/
const NEEDS_NO_ENCODING = /^[\w.!~*'()-]*$/
const PATH = /^[\x20-\x3a\x3c-\x7e]*$/
const DOMAIN =
  /^\.?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i
const LONE_SURROGATE = /\p{Surrogate}/gu

function encodeValue(value: string, encode: ((value: string) => string) | undefined): string {
  if (encode === undefined) {
    if (NEEDS_NO_ENCODING.test(value)) return value
    // JSON can carry a lone surrogate, and encodeURIComponent throws on it.
    return encodeURIComponent(value.replace(LONE_SURROGATE, '\uFFFD'))
  }
  if (typeof encode !== 'function') {
    throw new InvalidCookieError('option encode', encode, 'it must be a function')
  }
  const encoded = encode(value)
  if (!VALUE.test(encoded)) {
    throw new InvalidCookieError('argument val', encoded, 'a value holds cookie-octets only')
  }
  return encoded
}

function checkBrowserRules(
  name: string,
  encoded: string,
  options: CookieAttributes | undefined,
): void {
  if (name.length + encoded.length > MAX_PAIR) {
    throw new CookieTooLargeError(name, name.length + encoded.length, MAX_PAIR)
  }
  if (name.charCodeAt(0) === UNDERSCORE) checkPrefix(name, options)
  checkLength('option domain', options?.domain)
  checkLength('option path', options?.path)
}

function checkLength(what: string, value: unknown): void {
  if (typeof value === 'string' && value.length > MAX_ATTRIBUTE) {
    throw new InvalidCookieError(what, value, `at most ${MAX_ATTRIBUTE} characters`)
  }
}

/** Browsers compare the prefix without regard to case (RFC 6265bis §4.1.3), so we do. */
function checkPrefix(name: string, options: CookieAttributes | undefined): void {
  const lower = name.toLowerCase()
  const host = lower.startsWith('__host-')
  if (!host && !lower.startsWith('__secure-')) return
  if (!options?.secure) throw new InvalidCookieError('argument name', name, 'it needs `secure`')
  if (host && (options.domain || options.path !== '/')) {
    throw new InvalidCookieError('argument name', name, 'it needs `path: "/"` and no `domain`')
  }
}

function attributes(options: CookieAttributes): string {
  const { maxAge, domain, path, expires } = options
  let text = ''
  if (maxAge !== undefined && maxAge !== null) {
    const seconds = Math.floor(maxAge)
    if (!Number.isFinite(seconds)) {
      throw new InvalidCookieError('option maxAge', maxAge, 'it must be a number of seconds')
    }
    text += `; Max-Age=${seconds}`
  }
  if (domain) text += `; Domain=${checked('option domain', domain, DOMAIN)}`
  if (path) text += `; Path=${checked('option path', path, PATH)}`
  if (expires) text += `; Expires=${httpDate(expires)}`
  if (options.httpOnly) text += '; HttpOnly'
  if (options.secure) text += '; Secure'
  if (options.partitioned) text += '; Partitioned'
  if (options.priority) text += `; Priority=${word('option priority', options.priority, PRIORITY)}`
  if (options.sameSite) text += `; SameSite=${word('option sameSite', options.sameSite, SAME_SITE)}`
  return text
}

function checked(what: string, value: string, allowed: RegExp): string {
  if (typeof value !== 'string' || !allowed.test(value)) {
    throw new InvalidCookieError(what, value, 'it holds a character that is not allowed there')
  }
  return value
}

function httpDate(date: Date): string {
  const time =
    Object.prototype.toString.call(date) === '[object Date]' ? date.getTime() : Number.NaN
  if (Number.isNaN(time)) throw new InvalidCookieError('option expires', date)
  return date.toUTCString()
}

const PRIORITY = new Map<unknown, string>([
  ['low', 'Low'],
  ['medium', 'Medium'],
  ['high', 'High'],
])
const SAME_SITE = new Map<unknown, string>([
  [true, 'Strict'],
  ['strict', 'Strict'],
  ['lax', 'Lax'],
  ['none', 'None'],
])

function word(what: string, value: unknown, allowed: Map<unknown, string>): string {
  const written = allowed.get(typeof value === 'string' ? value.toLowerCase() : value)
  if (written === undefined) {
    throw new InvalidCookieError(what, value, `one of ${[...new Set(allowed.values())].join(', ')}`)
  }
  return written
}
