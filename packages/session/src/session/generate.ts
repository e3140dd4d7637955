import { Cookie } from './cookie.ts'
import type { CookieOptions } from './cookie.ts'
import { exposeSession } from './expose.ts'
import { isSecure } from './is-secure.ts'
import { Session } from './session.ts'
import type { Settings } from './settings.ts'
import type { SessionRequest, Visit } from './visit.ts'

/** Puts a new, empty session on the request, with an id of ours. */
export function generate(visit: Visit): void {
  const { req, settings } = visit
  const session = newSession(req, settings)
  visit.begin(session)
  exposeSession(visit)
}

/** Makes a session for any request; the id goes onto the request, as in express-session. */
export function newSession(req: SessionRequest, settings: Settings): Session {
  req.sessionID = settings.genid(req)
  const session = new Session(req)
  session.cookie = new Cookie(cookieOptions(req, settings))
  if (settings.absoluteLifetime !== undefined) session.cookie.createdAt = Date.now()
  return session
}

/** The options of the cookie for this request, each `auto` decided. */
export function cookieOptions(req: SessionRequest, { cookie, proxy }: Settings): CookieOptions {
  const options = typeof cookie === 'function' ? cookie(req) : cookie
  if (options.secure !== 'auto' && options.sameSite !== 'auto') return options
  const secure = isSecure(req, proxy)
  return {
    ...options,
    ...(options.secure === 'auto' && { secure }),
    ...(options.sameSite === 'auto' && { sameSite: secure ? 'none' : 'lax' }),
  }
}
