import { Cookie } from './cookie.ts'
import type { Session } from './session.ts'
import type { Settings } from './settings.ts'
import type { StoredSession } from './store.ts'
import type { Visit } from './visit.ts'

/**
 * The session as it is handed to the store.
 *
 * Stores take their time to live from `cookie.expires`; where a lifetime ends earlier than the
 * cookie, the store is shown that moment, and the browser's cookie keeps its own.
 */
export function storedForm({ settings }: Visit, session: Session): StoredSession {
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
