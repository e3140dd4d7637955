/** A request target that has no canonical form. */
export class TargetError extends Error {
  override readonly name = 'TargetError'
  readonly code = 'TARGET_INVALID'
  readonly status = 400
  readonly expose = true
  readonly target: string

  constructor(target: string, reason: string) {
    super(`Cannot accept the target ${JSON.stringify(target)}: ${reason}`)
    this.target = target
  }
}

/**
 * The one spelling of a request target that router, middleware and static all see.
 *
 * Percent-encoded characters that may stand in a path as they are (RFC 3986's `pchar`) are decoded,
 * all other encodings get upper-case digits, characters that may not stand there are encoded, dot
 * segments are resolved and empty segments collapsed. The scheme and authority of an absolute-form
 * target and a fragment go; the query stays as it came. A `..` above the root is kept, for static
 * to refuse: clamping it would give one file two names.
 *
 * @throws {TargetError} when the path holds a control character or a backslash, raw or encoded, or
 * when an absolute-form target is not http or has no authority.
 * @example canonicalTarget('/x/../%61dmin//?a=%61') // '/admin/?a=%61'
 */
export function canonicalTarget(target: string): string {
  return NEEDS_WORK.test(target) ? rewrite(target) : target
}

/** Also true for a `%` in a query, which then only costs the slow road. */
const NEEDS_WORK = /[^!$-;=?-Z_a-z~@]|%|\/[/.]|^[^/]/

function rewrite(target: string): string {
  const fragment = target.indexOf('#')
  const whole = fragment === -1 ? target : target.slice(0, fragment)
  const mark = whole.indexOf('?')
  const place = mark === -1 ? whole : whole.slice(0, mark)
  const query = mark === -1 ? '' : whole.slice(mark)
  const path = withoutAuthority(place, target)
  // `*` (OPTIONS) and what a program made up itself are no paths.
  if (!path.startsWith('/')) return path + query
  if (FORBIDDEN.test(path)) {
    throw new TargetError(target, 'control characters and backslashes are not allowed in its path')
  }
  return resolveSegments(respell(path)) + query
}

/** RFC 9112 §3.2.2: the absolute form means what its path means; Host has been compared already. */
function withoutAuthority(place: string, target: string): string {
  const scheme = SCHEME.exec(place)
  if (scheme === null) return place
  if (!/^https?:/i.test(place))
    throw new TargetError(target, 'its scheme is neither http nor https')
  const authority = scheme[0].length
  const slash = place.indexOf('/', authority)
  if (slash === authority || place.length === authority) {
    throw new TargetError(target, 'its authority is empty') // RFC 9110 §4.2.1
  }
  return slash === -1 ? '/' : place.slice(slash)
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i

// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const FORBIDDEN = /[\0-\x1f\x7f\\]|%(?:[01][0-9a-f]|7f|5c)/i

/** Gives each character of a path its only spelling. */
export function respell(path: string): string {
  return path.replace(TRIPLET, respellEncoded).replace(NEVER_RAW, encodeCharacter)
}

const TRIPLET = /%[0-9a-f]{2}/gi

function respellEncoded(triplet: string, at: number, path: string): string {
  const character = RAW.get(triplet)
  if (character === undefined) return triplet.toUpperCase()
  // `%%36%31` must not become `%61`, which the next decoder would read as `a`.
  const follows = path[at - 1] === '%' || (path[at - 2] === '%' && HEX_DIGIT.test(path[at - 1]!))
  return follows && HEX_DIGIT.test(character) ? triplet : character
}

const HEX_DIGIT = /[0-9a-f]/i

/** What may stand in a segment as it is (RFC 3986 §3.3, `pchar`), `%` apart, by its triplets. */
const RAW = new Map(
  Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
    .filter((character) => /[\w.~!$&'()*+,;=:@-]/.test(character))
    .flatMap((character) => {
      const triplet = `%${character.charCodeAt(0).toString(16)}`
      return [triplet, triplet.toUpperCase()].map((one) => [one, character] as const)
    }),
)

/** A `%` that starts no triplet stays: whoever decodes it answers 400, as in Express. */
const NEVER_RAW = /[^\w.~!$&'()*+,;=:@/%-]/gu

function encodeCharacter(character: string): string {
  // Half a surrogate pair has no UTF-8; only a program's own rewrite can hold one.
  return /\p{Surrogate}/u.test(character) ? '%EF%BF%BD' : encodeURIComponent(character)
}

/**
 * RFC 3986 §5.2.4 with empty segments left out, except that a `..` with nothing left to remove
 * stays, and that the two slashes of a URL inside the path do, so that `/proxy/*url` still gets
 * `https://…`.
 */
function resolveSegments(path: string): string {
  const kept: string[] = []
  let endsInFolder = false
  for (const segment of path.split('/').slice(1)) {
    const last = kept[kept.length - 1]
    const climbs = segment === '..' && last !== undefined && last !== '..'
    const afterScheme = segment === '' && last !== undefined && isScheme(last)
    endsInFolder = climbs || segment === '.' || (segment === '' && !afterScheme)
    if (climbs) kept.pop()
    else if (!endsInFolder) kept.push(segment)
  }
  return `/${kept.join('/')}${endsInFolder && kept.length > 0 ? '/' : ''}`
}

/** As long as schemes are: one segment may be asked as often as there are slashes behind. */
function isScheme(segment: string): boolean {
  return segment.length < 64 && segment.endsWith(':') && /^[a-z][a-z0-9+.-]*:$/i.test(segment)
}
