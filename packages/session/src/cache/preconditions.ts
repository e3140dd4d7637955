import { entityTags, stronglyEqual, weaklyEqual } from './entity-tags.ts'
import { parseHttpDate } from './http-date.ts'

/** The request fields a precondition can stand in; others are not looked at. */
export interface ConditionalHeaders {
  /**
   * Go on only when the strong entity tag is among these, or with `*` when there is a representation at
   * all; else 412.
   */
  readonly 'if-match'?: string | undefined
  /**
   * Go on only when the entity tag is not among these, or with `*` when there is no representation; else
   * 304 for GET, HEAD and QUERY, 412 for others.
   */
  readonly 'if-none-match'?: string | undefined
  /** For GET and HEAD without If-None-Match: 304 unless it was modified after this HTTP-date. */
  readonly 'if-modified-since'?: string | undefined
  /** Without If-Match: 412 when it was modified after this HTTP-date. */
  readonly 'if-unmodified-since'?: string | undefined
  /** The entity tag or HTTP-date under which `rangeApplies()` lets a part be sent. */
  readonly 'if-range'?: string | undefined
}

/** What is known about the representation the request would get or change. */
export interface Validators {
  /** With its quotes, `W/` included when weak. */
  readonly etag?: string | undefined
  /** A `Date`, milliseconds since 1970, or an HTTP-date. Parts of a second are dropped. */
  readonly lastModified?: Date | number | string | undefined
}

/** What `evaluatePreconditions()` needs to know of a request and the representation. */
export interface Preconditions extends Validators {
  /** The method in upper case, as `req.method`. */
  readonly method: string
  /** Fields by lower-case name, as `req.headers`. */
  readonly headers: ConditionalHeaders
  /** Whether the target has a representation at all. @default true */
  readonly exists?: boolean | undefined
}

/** `proceed` with the method, answer 304 (`not-modified`), or answer 412 (`failed`). */
export type Verdict = 'proceed' | 'not-modified' | 'failed'

/**
 * Evaluates the preconditions of a request in the order of RFC 9110 §13.2.2.
 *
 * Pure, and to be asked only when the request without them would be answered with 2xx (or 412).
 *
 * @example evaluatePreconditions({ method: 'PUT', headers: { 'if-match': '"1"' }, etag: '"2"' }) // 'failed'
 */
export function evaluatePreconditions(request: Preconditions): Verdict {
  const { method, headers, etag, lastModified, exists = true } = request
  const isRead = method === 'GET' || method === 'HEAD'

  const ifMatch = headers['if-match']
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, exists, etag, stronglyEqual)) return 'failed'
  } else if (hasChanged(lastModified, headers['if-unmodified-since']) === true) {
    return 'failed'
  }

  const ifNoneMatch = headers['if-none-match']
  if (ifNoneMatch !== undefined) {
    if (!matches(ifNoneMatch, exists, etag, weaklyEqual)) return 'proceed'
    return isRead || method === 'QUERY' ? 'not-modified' : 'failed'
  }
  if (!isRead) return 'proceed'
  return hasChanged(lastModified, headers['if-modified-since']) === false
    ? 'not-modified'
    : 'proceed'
}

/** What `rangeApplies()` needs to know of a request and the representation. */
export interface RangeCondition extends Validators {
  /** Fields by lower-case name, as `req.headers`; only `if-range` counts. */
  readonly headers: ConditionalHeaders
  /** The time to judge by, in milliseconds since 1970. @default Date.now() */
  readonly now?: number
}

/**
 * Says whether the Range of a request may be used, or the whole must be sent (RFC 9110 §13.1.5).
 *
 * Without If-Range it may. With it, the validator has to match strongly: a tag that is not weak, or
 * exactly the Last-Modified, which is strong only once the second it names has passed (§8.8.2.2).
 *
 * @example rangeApplies({ headers: { 'if-range': '"1"' }, etag: '"2"' }) // false
 */
export function rangeApplies({ headers, etag, lastModified, now }: RangeCondition): boolean {
  const ifRange = headers['if-range']?.trim()
  if (ifRange === undefined) return true
  if (ifRange.startsWith('"') || ifRange.startsWith('W/')) {
    return etag !== undefined && stronglyEqual(ifRange, etag)
  }
  const date = parseHttpDate(ifRange)
  const modified = wholeSeconds(lastModified)
  if (date === undefined || date !== modified) return false
  return (now ?? Date.now()) - modified >= 1000
}

function matches(
  field: string,
  exists: boolean,
  etag: string | undefined,
  equal: (one: string, other: string) => boolean,
): boolean {
  if (field.trim() === '*') return exists
  return exists && etag !== undefined && entityTags(field).some((tag) => equal(tag, etag))
}

/** @returns undefined when one of the times is missing or none. */
function hasChanged(
  lastModified: Validators['lastModified'],
  field: string | undefined,
): boolean | undefined {
  const since = parseHttpDate(field)
  if (since === undefined) return undefined
  const modified = wholeSeconds(lastModified)
  return modified === undefined ? undefined : modified > since
}

/** HTTP-dates count in seconds, file systems in less. */
function wholeSeconds(time: Validators['lastModified']): number | undefined {
  const ms = typeof time === 'string' ? parseHttpDate(time) : time?.valueOf()
  return ms === undefined || Number.isNaN(ms) ? undefined : Math.floor(ms / 1000) * 1000
}
