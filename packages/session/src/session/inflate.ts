import { Cookie } from './cookie.ts'
import { Session } from './session.ts'
import type { StoredSession } from './store.ts'
import type { SessionRequest } from './visit.ts'

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
