import { SessionOptionError, SessionRangeError } from '../option-error.ts'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** Directives of a response (RFC 9111 §5.2.2, RFC 5861, RFC 8246). Times are whole seconds. */
export interface CacheDirectives {
  /**
   * Any cache may store the answer, even to a request with credentials. Contradicts `private` and
   * `noStore`.
   *
   * @default false
   */
  readonly public?: boolean | undefined
  /**
   * Only the browser may store the answer, no shared cache. Contradicts `public` and `sMaxAge`.
   *
   * @default false
   */
  readonly private?: boolean | undefined
  /**
   * No cache may store the answer. Contradicts `public`, `immutable` and all times.
   *
   * @default false
   */
  readonly noStore?: boolean | undefined
  /**
   * A stored answer may be used only after the server has confirmed it. Contradicts `immutable`.
   *
   * @default false
   */
  readonly noCache?: boolean | undefined
  /** Nobody on the way may change the content, such as recompress an image. @default false */
  readonly noTransform?: boolean | undefined
  /**
   * A stale answer may never be used unconfirmed, even while the server is away. Contradicts both
   * `stale…`.
   *
   * @default false
   */
  readonly mustRevalidate?: boolean | undefined
  /** The same as `mustRevalidate`, for shared caches only. @default false */
  readonly proxyRevalidate?: boolean | undefined
  /**
   * Only a cache that knows the rules of the status may store the answer; send `noStore` with it, for
   * caches that do not know the word.
   *
   * @default false
   */
  readonly mustUnderstand?: boolean | undefined
  /**
   * The content never changes while it is fresh, so a reload need not ask. Contradicts `noStore` and
   * `noCache`.
   *
   * @default false
   */
  readonly immutable?: boolean | undefined
  /** Seconds that the answer stays fresh, 0 to 2^31. Contradicts `noStore`. @default none */
  readonly maxAge?: number | undefined
  /**
   * The same in shared caches, in place of `maxAge`. Contradicts `private` and `noStore`.
   *
   * @default none
   */
  readonly sMaxAge?: number | undefined
  /**
   * Seconds beyond, in which a cache may still give the stale answer while it fetches a new one, 0 to
   * 2^31. Contradicts `noStore` and `mustRevalidate`.
   *
   * @default none
   */
  readonly staleWhileRevalidate?: number | undefined
  /**
   * Seconds beyond, in which a cache may still give the stale answer when the server fails, 0 to 2^31.
   * Contradicts `noStore` and `mustRevalidate`.
   *
   * @default none
   */
  readonly staleIfError?: number | undefined
}

/** Directives of `cacheControl()`, and what else it sets. */
export interface CacheControlOptions extends CacheDirectives {
  /**
   * Also send `Expires`, for caches from before HTTP/1.1; needs `maxAge`, or no caching at all.
   *
   * @default false
   */
  readonly expires?: boolean | undefined
}

type CacheControlMiddleware = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * Makes the middleware that sets `Cache-Control`; a handler may still change it.
 *
 * @throws {SessionOptionError} `SESSION_BAD_OPTION`, at once, for directives that contradict each other,
 *   are unknown, or none at all, and for `expires` without a lifetime.
 * @throws {RangeError} `SESSION_BAD_OPTION`, at once, for a time that is no whole number of seconds from
 *   0 to 2^31.
 * @example app.get('/news', cacheControl({ public: true, maxAge: 60, staleWhileRevalidate: 600 }), news)
 */
export function cacheControl({
  expires,
  ...directives
}: CacheControlOptions): CacheControlMiddleware {
  const header = formatCacheControl(directives)
  const life = directives.noStore || directives.noCache ? 0 : directives.maxAge
  if (expires && life === undefined) {
    throw new SessionOptionError(
      'expires',
      'Cannot send Expires: give `maxAge`, `noStore` or `noCache` with `expires`',
    )
  }
  return function cacheControlMiddleware(_req, res, next) {
    res.setHeader('Cache-Control', header)
    if (expires) {
      // An invalid date means "already expired" to every cache (RFC 9111 §5.3).
      res.setHeader('Expires', life ? new Date(Date.now() + life * 1000).toUTCString() : '0')
    }
    next()
  }
}

/**
 * Writes the value of a `Cache-Control` header.
 *
 * @throws {SessionOptionError} `SESSION_BAD_OPTION`, for directives that contradict each other, are
 *   unknown, of the wrong kind, or none at all.
 * @throws {RangeError} `SESSION_BAD_OPTION`, for a time that is no whole number of seconds from 0 to
 *   2^31.
 * @example formatCacheControl({ private: true, maxAge: 60 }) // 'private, max-age=60'
 */
export function formatCacheControl(directives: CacheDirectives): string {
  for (const name of Object.keys(directives)) {
    if (!NAMES.has(name))
      throw new SessionOptionError(
        name,
        `Cannot set Cache-Control: there is no directive "${name}"`,
      )
  }
  for (const [one, other] of CONTRADICTIONS) {
    if (isSet(directives[one]) && isSet(directives[other])) {
      throw new SessionOptionError(one, `Cannot set Cache-Control: ${one} contradicts ${other}`)
    }
  }
  const parts: string[] = []
  for (const [key, name] of NAMES) {
    const value = directives[key as keyof CacheDirectives]
    const isTime = TIMES.has(key)
    if (isTime && typeof value === 'number') parts.push(`${name}=${seconds(key, value)}`)
    else if (!isTime && value === true) parts.push(name)
    else if (value || value === 0) {
      const allowed = isTime ? 'a number of seconds' : 'true or false'
      throw new SessionOptionError(key, `Cannot set Cache-Control: ${key} must be ${allowed}`)
    }
  }
  if (parts.length === 0)
    throw new SessionOptionError('directives', 'Cannot set Cache-Control: no directive is given')
  return parts.join(', ')
}

const NAMES = new Map<string, string>([
  ['public', 'public'],
  ['private', 'private'],
  ['noStore', 'no-store'],
  ['noCache', 'no-cache'],
  ['noTransform', 'no-transform'],
  ['mustUnderstand', 'must-understand'],
  ['mustRevalidate', 'must-revalidate'],
  ['proxyRevalidate', 'proxy-revalidate'],
  ['maxAge', 'max-age'],
  ['sMaxAge', 's-maxage'],
  ['staleWhileRevalidate', 'stale-while-revalidate'],
  ['staleIfError', 'stale-if-error'],
  ['immutable', 'immutable'],
])

/** Those that have a value. */
const TIMES = new Set<string>(['maxAge', 'sMaxAge', 'staleWhileRevalidate', 'staleIfError'])

const CONTRADICTIONS: [keyof CacheDirectives, keyof CacheDirectives][] = [
  ['public', 'private'],
  ['public', 'noStore'],
  ['private', 'sMaxAge'],
  ['noStore', 'maxAge'],
  ['noStore', 'sMaxAge'],
  ['noStore', 'immutable'],
  ['noStore', 'staleWhileRevalidate'],
  ['noStore', 'staleIfError'],
  ['noCache', 'immutable'],
  ['mustRevalidate', 'staleWhileRevalidate'],
  ['mustRevalidate', 'staleIfError'],
]

/** RFC 9111 §1.2.2: a cache may take 2^31 for everything above it. */
const MOST_SECONDS = 2 ** 31

function isSet(value: boolean | number | undefined): boolean {
  return value !== undefined && value !== false
}

function seconds(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= MOST_SECONDS) return value
  throw new SessionRangeError(
    name,
    `Cannot set Cache-Control: ${name} must be whole seconds from 0 to ${MOST_SECONDS}, not ${value}`,
  )
}
