import { secondsOf } from './cache-control.ts'
import { ageOf, fieldOf, type Head } from './head.ts'
import { parseHttpDate } from './http-date.ts'
import { directivesFor } from './targeted.ts'

/** What the options of the cache say: which fields are for it, and, in milliseconds, what holds without them. */
export interface LifetimeRules {
  /** Names of fields that are read in place of Cache-Control, in lower case, the most special first. */
  readonly targets: readonly string[]
  readonly ttl: number
  readonly staleWhileRevalidate: number
  readonly staleIfError: number
}

/** How long an answer may be used, in milliseconds from when it was made. */
export interface Lifetime {
  readonly fresh: number
  readonly staleWhileRevalidate: number
  readonly staleIfError: number
  /** It says itself that it is for everybody, also for those who sent a cookie or credentials. */
  readonly isPublic: boolean
}

/** Statuses that may be kept when they say for how long; partial answers and server errors never are. */
const KEPT = new Set([200, 203, 204, 300, 301, 302, 307, 308, 404, 410])
/** Statuses that are kept for the cache's own `ttl`: an error page says for itself how long it is true. */
const KEPT_BY_DEFAULT = new Set([200, 203, 301, 308])

/**
 * How long a shared cache may use this answer (RFC 9111 §3, RFC 5861); `undefined` when it must not.
 *
 * Stricter than the RFC: nothing with Set-Cookie or `no-cache`, no 5xx, and no guess at a lifetime.
 */
export function lifetimeOf(head: Head, rules: LifetimeRules): Lifetime | undefined {
  const { directives: control, isTargeted } = directivesFor(head, rules.targets)
  const has = (name: string): boolean => control.has(name)
  if (!KEPT.has(head.status)) return undefined
  if (has('no-store') || has('private') || has('no-cache')) return undefined
  for (const name of ['set-cookie', 'set-cookie2', 'trailer', 'content-range'])
    if (fieldOf(head, name) !== undefined) return undefined
  if (/(?:^|,)\s*\*\s*(?:,|$)/.test(fieldOf(head, 'vary') ?? '')) return undefined

  const said =
    secondsOf(control, 's-maxage') ??
    secondsOf(control, 'max-age') ??
    (isTargeted ? undefined : expiresIn(head))
  const fresh = said ?? (KEPT_BY_DEFAULT.has(head.status) ? rules.ttl : 0)
  const age = ageOf(head)
  if (fresh <= age) return undefined
  const mayBeStale = !has('must-revalidate') && !has('proxy-revalidate')
  const stale = (name: string, otherwise: number): number =>
    mayBeStale ? (secondsOf(control, name) ?? otherwise) : 0
  return {
    fresh: fresh - age,
    staleWhileRevalidate: stale('stale-while-revalidate', rules.staleWhileRevalidate),
    staleIfError: stale('stale-if-error', rules.staleIfError),
    isPublic: has('public') || has('s-maxage'),
  }
}

/** Expires less Date (RFC 9111 §4.2.1); a date that is none lies in the past (§5.3). */
function expiresIn(head: Head): number | undefined {
  const expires = fieldOf(head, 'expires')
  if (expires === undefined) return undefined
  const end = parseHttpDate(expires)
  return end === undefined ? 0 : end - (parseHttpDate(fieldOf(head, 'date')) ?? Date.now())
}
