/** The one spelling of a path that begins with a slash. */
export function canonicalPath(path: string): string {
  const bytes = respellBytes(path)
  return bytes.toString('latin1', 0, resolveSegments(bytes))
}

/** Gives each character of a path its only spelling. */
export function respell(path: string): string {
  return respellBytes(path).toString('latin1')
}

/**
 * One walk over the bytes, as a path is as long as who asks likes: text put together escape by
 * escape costs several times what it costs to decode it.
 */
function respellBytes(path: string): Buffer {
  // Half a surrogate pair, which only a program's own rewrite can hold, becomes U+FFFD here.
  const bytes = Buffer.from(path)
  const respelled = Buffer.allocUnsafe(bytes.length * 3)
  let length = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (IS_RAW[byte] === 1) {
      respelled[length++] = byte
      continue
    }
    let encoded = byte
    if (byte === PERCENT) {
      encoded = encodedAt(bytes, at)
      if (encoded === -1) {
        // A `%` that starts no triplet stays: whoever decodes it answers 400, as in Express.
        respelled[length++] = PERCENT
        continue
      }
      if (IS_RAW[encoded] === 1 && encoded !== SLASH && !makesTriplet(bytes, at, encoded)) {
        respelled[length++] = encoded
        at += 2
        continue
      }
      at += 2
    }
    respelled[length++] = PERCENT
    respelled[length++] = DIGITS.charCodeAt(encoded >> 4)
    respelled[length++] = DIGITS.charCodeAt(encoded & 15)
  }
  return respelled.subarray(0, length)
}

/** @returns the byte that a `%` and two digits stand for, -1 when no digits follow. */
function encodedAt(bytes: Buffer, at: number): number {
  if (at + 2 >= bytes.length) return -1
  const high = HEX_VALUE[bytes[at + 1]!]!
  const low = HEX_VALUE[bytes[at + 2]!]!
  return high === -1 || low === -1 ? -1 : high * 16 + low
}

/** `%%36%31` must not become `%61`, which the next decoder would read as `a`. */
function makesTriplet(bytes: Buffer, at: number, decoded: number): boolean {
  if (HEX_VALUE[decoded] === -1 || at === 0) return false
  if (bytes[at - 1] === PERCENT) return true
  return at > 1 && bytes[at - 2] === PERCENT && HEX_VALUE[bytes[at - 1]!] !== -1
}

/**
 * RFC 3986 §5.2.4 with empty segments left out, except that a `..` with nothing left to remove
 * stays, and that the two slashes of a URL inside the path do, so that `/proxy/*url` still gets
 * `https://…`. Done in place, as nothing grows.
 *
 * @returns how many of the bytes are the path now.
 */
function resolveSegments(bytes: Buffer): number {
  const size = bytes.length
  let kept = 0
  let endsInFolder = false
  let isAfterScheme = false
  for (let at = 0; at < size;) {
    let end = at + 1
    while (end < size && bytes[end] !== SLASH) end++
    const length = end - at - 1
    const isDots = length > 0 && length < 3 && bytes[at + 1] === DOT && bytes[end - 1] === DOT
    if (isDots && length === 2 && kept > 0 && !endsInDots(bytes, kept)) {
      do kept--
      while (bytes[kept] !== SLASH)
      endsInFolder = true
      isAfterScheme = endsInScheme(bytes, kept)
    } else if (isDots ? length === 1 : length === 0 && !isAfterScheme) {
      endsInFolder = true
    } else {
      // A call of copyWithin costs as much as dozens of bytes, and segments are short.
      for (let from = at; from < end; from++) bytes[kept++] = bytes[from]!
      endsInFolder = false
      isAfterScheme = endsInScheme(bytes, kept)
    }
    at = end
  }
  if (endsInFolder || kept === 0) bytes[kept++] = SLASH
  return kept
}

/** Whether the last segment is `..`. */
function endsInDots(bytes: Buffer, end: number): boolean {
  return bytes[end - 1] === DOT && bytes[end - 2] === DOT && bytes[end - 3] === SLASH
}

/** As long as schemes are: a long segment may be asked as often as something behind it goes. */
function endsInScheme(bytes: Buffer, end: number): boolean {
  if (bytes[end - 1] !== COLON) return false
  const least = Math.max(0, end - 64)
  let start = end - 1
  while (start >= least && bytes[start] !== SLASH) start--
  return start >= least && SCHEME.test(bytes.toString('latin1', start + 1, end))
}

const SCHEME = /^[a-z][a-z0-9+.-]*:$/i
const DIGITS = '0123456789ABCDEF'
const PERCENT = 0x25
const DOT = 0x2e
const SLASH = 0x2f
const COLON = 0x3a

/** What may stand in a path as it is: RFC 3986 §3.3's `pchar`, `%` apart, and the slash. */
const IS_RAW = Uint8Array.from({ length: 256 }, (_, code) =>
  Number(/[\w.~!$&'()*+,;=:@/-]/.test(String.fromCharCode(code))),
)

const HEX_VALUE = Int8Array.from({ length: 256 }, (_, code) =>
  /[0-9a-f]/i.test(String.fromCharCode(code)) ? Number.parseInt(String.fromCharCode(code), 16) : -1,
)
