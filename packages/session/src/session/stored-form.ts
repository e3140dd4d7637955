import { Cookie } from './cookie.ts'
import { mergeInto } from './merge.ts'
import type { Data } from './merge.ts'
import { Session } from './session.ts'
import type { SessionRequest } from './session.ts'
import type { StoredSession } from './session-store.ts'
import type { Settings } from './settings.ts'

/** Makes a live session from what a store gave. */
export function inflate(req: SessionRequest, stored: StoredSession): Session {
  // Read first: from a record without a cookie this is the error the ecosystem knows.
  const expires: unknown = stored.cookie.expires
  const { originalMaxAge } = stored.cookie
  const cookie = new Cookie(stored.cookie)
  if (typeof expires === 'string') cookie.expires = new Date(expires)
  // Setting `expires` has counted the time left; the full time is what was stored.
  cookie.originalMaxAge = originalMaxAge
  stored.cookie = cookie
  return new Session(req, stored)
}

/** The JSON of a session without its cookie: what "changed" is decided by. */
export function dataJson(session: Session | StoredSession): string {
  const { cookie: _, ...data } = session
  return JSON.stringify(data)
}

/** What is enumerable of a session is its data, and its cookie. */
function dataOf(session: Session): Data {
  return session as object as Data
}

/** Merges what a store holds into a live session; its cookie stays. */
export function mergeStoredData(session: Session, baseJson: string, theirs: Data): void {
  const target = dataOf(session)
  const { cookie: __, ...ours } = target
  const { cookie: _, ...others } = theirs
  mergeInto(ours, JSON.parse(baseJson) as Data, others)
  for (const key of Object.keys(target)) {
    if (key !== 'cookie' && !Object.hasOwn(ours, key)) delete target[key]
  }
  for (const key of Object.keys(ours)) {
    // What has a meaning in a session (`save`, `__proto__`) is never taken from a store.
    if (Object.hasOwn(target, key) || !(key in target)) target[key] = ours[key]
  }
}

/**
 * The session as it is handed to the store.
 *
 * Stores take their time to live from `cookie.expires`; where a lifetime ends earlier than the
 * cookie, the store is shown that moment, and the browser's cookie keeps its own.
 */
export function storedForm(settings: Settings, session: Session): StoredSession {
  const ends = endOfLife(session.cookie, settings)
  if (ends === undefined) return session
  const cookie = new Cookie(session.cookie.data)
  cookie.expires = new Date(ends)
  cookie.originalMaxAge = session.cookie.originalMaxAge
  return { ...(session as object), cookie }
}

/** Undoes what {@link storedForm} did to a cookie that ends with the browser. */
export function restoreCookie(cookie: Cookie, settings: Settings): void {
  const { idleLifetime, absoluteLifetime } = settings
  if (idleLifetime === undefined && absoluteLifetime === undefined) return
  if (cookie.originalMaxAge === null || cookie.originalMaxAge === undefined) cookie.expires = null
  // A session from before the option was set counts from now.
  if (absoluteLifetime !== undefined) cookie.createdAt ??= Date.now()
}

/** Whether a stored session has outlived the limits of now, which may be shorter than when it was stored. */
export function isOverAge(cookie: Cookie, { absoluteLifetime }: Settings): boolean {
  return (
    absoluteLifetime !== undefined &&
    cookie.createdAt !== undefined &&
    cookie.createdAt + absoluteLifetime <= Date.now()
  )
}

function endOfLife(
  cookie: Cookie,
  { idleLifetime, absoluteLifetime }: Settings,
): number | undefined {
  if (idleLifetime === undefined && absoluteLifetime === undefined) return undefined
  const ends = [cookie.expires instanceof Date ? cookie.expires.getTime() : Infinity]
  if (idleLifetime !== undefined) ends.push(Date.now() + idleLifetime)
  if (absoluteLifetime !== undefined) ends.push((cookie.createdAt ?? Date.now()) + absoluteLifetime)
  return Math.min(...ends)
}
