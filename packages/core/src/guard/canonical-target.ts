import { canonicalPath } from './canonical-path.ts'
import { TargetError } from './errors.ts'

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
  // Often the `%` stood in the query.
  if (!NEEDS_WORK.test(path)) return path + query
  // `*` (OPTIONS) and what a program made up itself are no paths.
  if (!path.startsWith('/')) return path + query
  if (FORBIDDEN.test(path)) {
    throw new TargetError(target, 'control characters and backslashes are not allowed in its path')
  }
  return canonicalPath(path) + query
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
