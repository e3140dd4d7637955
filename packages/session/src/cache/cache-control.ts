import { SessionOptionError, SessionRangeError } from '../option-error.ts'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** Directives of a response (RFC 9111 §5.2.2, RFC 5861, RFC 8246). Times are whole seconds. */
export interface CacheDirectives {
  readonly public?: boolean
  readonly private?: boolean
  readonly noStore?: boolean
  readonly noCache?: boolean
  readonly noTransform?: boolean
  readonly mustRevalidate?: boolean
  readonly proxyRevalidate?: boolean
  readonly mustUnderstand?: boolean
  readonly immutable?: boolean
  readonly maxAge?: number
  readonly sMaxAge?: number
  readonly staleWhileRevalidate?: number
  readonly staleIfError?: number
}

/** Directives of `cacheControl()`, and what else it sets. */
export interface CacheControlOptions extends CacheDirectives {
  /** Also send `Expires`, for caches from before HTTP/1.1; needs `maxAge`, or no caching at all. */
  readonly expires?: boolean
}

type CacheControlMiddleware = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * Makes the middleware that sets `Cache-Control`; a handler may still change it.
 *
 * @throws {TypeError} for directives that contradict each other, {@link RangeError} for a time that is none.
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
  return (_req, res, next) => {
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
 * @throws as {@link cacheControl}.
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
    if (value === true) parts.push(name)
    else if (typeof value === 'number') parts.push(`${name}=${seconds(key, value)}`)
    else if (value)
      throw new SessionOptionError(key, `Cannot set Cache-Control: ${key} must be true or a number`)
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
