/** A cookie's name or attribute is one that a browser would refuse or misread: a mistake in the program. */
export class InvalidCookieError extends TypeError {
  override readonly name = 'InvalidCookieError'
  readonly code = 'COOKIE_INVALID'
  readonly status = 500
  readonly expose = false
  /** The part at fault in the words of the `cookie` package, such as `option domain`. */
  readonly part: string
  /** The name, or what was given for the attribute; for `argument val` what your own `encode` made. */
  readonly value: unknown

  constructor(part: string, value: unknown, allowed?: string) {
    super(`${part} is invalid${allowed === undefined ? '' : `: ${show(value)}; ${allowed}`}`)
    this.part = part
    this.value = value
  }
}

/** Name and value together outgrow what browsers keep; they would drop the cookie without a word. */
export class CookieTooLargeError extends RangeError {
  override readonly name = 'CookieTooLargeError'
  readonly code = 'COOKIE_TOO_LARGE'
  readonly status = 500
  readonly expose = false
  /** The name of the cookie. */
  readonly cookie: string
  /** Bytes of its name and its encoded value together. */
  readonly size: number
  /** Bytes that a browser keeps of both: 4096 (RFC 6265bis §5.6). */
  readonly limit: number

  constructor(cookie: string, size: number, limit: number) {
    super(`Cannot set cookie "${cookie}": ${size} bytes, a browser keeps at most ${limit}`)
    this.cookie = cookie
    this.size = size
    this.limit = limit
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
