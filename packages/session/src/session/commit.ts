import { signCookie } from '../cookie/signature.ts'
import { cacheHeaders } from './cache-headers.ts'
import { dataJson } from './data.ts'
import { destroySession } from './destroy.ts'
import { isLoopback, isSecure } from './is-secure.ts'
import { after, attempt } from './maybe-promise.ts'
import type { MaybePromise } from './maybe-promise.ts'
import { reportBehind } from './report-behind.ts'
import { saveSession, touchSession } from './save.ts'
import type { Session } from './session.ts'
import type { Settings } from './settings.ts'
import type { Visit } from './visit.ts'

/**
 * Stores what the request did to its session. The answer leaves only after it.
 */
export function commit(visit: Visit): MaybePromise<void> {
  if (!visit.ready || visit.failed) return undefined
  const { req, settings } = visit
  const { sessionID } = req
  const session = visit.peek()
  if (session === null || session === undefined) {
    if (!settings.unsetDestroys || !sessionID) return undefined
    return after(destroySession(visit, sessionID), () => {})
  }
  if (typeof sessionID !== 'string') return undefined
  if (!visit.touched) {
    session.touch()
    visit.touched = true
  }
  const json = dataJson(session)
  const isModified = visit.kept || visit.firstId !== session.id || visit.firstJson !== json
  const isOffered = visit.offered === sessionID
  visit.sendsCookie = sendsCookie(visit, session, isOffered, isModified)
  if (wantsSave(visit, session, json, isOffered, isModified)) {
    return saveSession(visit, session, json)
  }
  if (!isOffered || visit.readOnly || visit.gone) return undefined
  const { access, idleLifetime } = settings
  if (typeof access.store.touch === 'function') {
    return attempt(
      () => touchSession(visit, session),
      (error) => reportBehind(visit, error),
    )
  }
  // Without `touch` only a write moves the end, and a lifetime that was asked for must hold.
  return idleLifetime === undefined ? undefined : saveSession(visit, session, json)
}

/** Stores what was still done to the session after the headers had left, before the last byte. */
export function commitLate(visit: Visit): MaybePromise<void> {
  if (!visit.ready || visit.failed || visit.gone) return undefined
  const session = visit.peek()
  if (session === null || session === undefined) return undefined
  if (typeof visit.req.sessionID !== 'string') return undefined
  const json = dataJson(session)
  if (json === visit.savedJson) return undefined
  // Without a cookie nobody would ever find it.
  const isFindable = visit.sendsCookie || visit.offered === session.id
  const isChanged = visit.savedJson !== undefined || json !== visit.firstJson
  return isFindable && isChanged ? saveSession(visit, session, json) : undefined
}

/** Puts on the answer what the commit decided. */
export function decorate(visit: Visit): void {
  const session = visit.ready && !visit.failed ? visit.peek() : undefined
  const setsCookie = !!session && wantsCookie(visit, session) && mayLeave(visit, session)
  if (setsCookie) setCookie(visit, session)
  if (visit.settings.cacheHeaders) cacheHeaders(visit.res, visit.used, setsCookie)
}

function wantsSave(
  visit: Visit,
  session: Session,
  json: string,
  isOffered: boolean,
  isModified: boolean,
): boolean {
  if (visit.readOnly) return isModified
  const { saveUninitialized } = visit.settings
  if (visit.savedJson === undefined && !isOffered && !saveUninitialized) return isModified
  return visit.savedId !== session.id || visit.savedJson !== json
}

function sendsCookie(
  visit: Visit,
  session: Session,
  isOffered: boolean,
  isModified: boolean,
): boolean {
  const { rolling, saveUninitialized } = visit.settings
  // What was saved on purpose must be found again.
  if (!isOffered) return saveUninitialized || isModified || visit.savedId === session.id
  const expires = session.cookie.expires !== null && session.cookie.expires !== undefined
  return rolling || (expires && isModified)
}

function wantsCookie(visit: Visit, session: Session): boolean {
  if (visit.gone || visit.readOnly) return false
  const { stateless } = visit.settings
  // The cookie is the session; it has to follow each change, also that of its end.
  return visit.sendsCookie || (visit.stored && stateless?.isOutdated(session.id) === true)
}

/** A Secure cookie does not go out over a plain connection, where it could be read. */
function mayLeave({ req, settings }: Visit, session: Session): boolean {
  if (!session.cookie.secure || isSecure(req, settings.proxy)) return true
  if (!settings.hardened) return false
  // Hardened cookies are Secure also where TLS ends in front of us, or at a developer's desk.
  if (settings.proxy === undefined && isLoopback(req)) return true
  warnOnce(settings)
  return false
}

/** Otherwise sessions that never come back would be a riddle. */
function warnOnce(settings: Settings): void {
  if (warned.has(settings)) return
  warned.add(settings)
  process.emitWarning(
    `The cookie "${settings.name}" was not sent, as the connection is not secure. ` +
      'Behind a proxy that ends TLS, set `trust proxy` of the app, or `proxy: true`.',
    { code: 'SESSION_COOKIE_WITHHELD' },
  )
}

const warned = new WeakSet<Settings>()

function setCookie({ req, res, secrets, settings }: Visit, session: Session): void {
  const { name, stateless } = settings
  const value = stateless
    ? stateless.seal(session.id, name)
    : `s:${signCookie(req.sessionID as string, secrets)}`
  // A new list: node would append to the one that was set, which may be a constant of the app's, and
  // each client would get the ids of those before it.
  const given = [res.getHeader('Set-Cookie') ?? []].flat().map(String)
  res.setHeader('Set-Cookie', [...given, session.cookie.serialize(name, value)])
}
