import { cookieValues } from '../cookie/parse.ts'
import { unsignCookie } from '../cookie/signature.ts'
import type { Secrets } from '../cookie/signature.ts'
import { Cookie } from './cookie.ts'
import type { CookieOptions } from './cookie.ts'
import type { Exchange } from './exchange.ts'
import { isSecure } from './is-secure.ts'
import { after } from './maybe-promise.ts'
import type { MaybePromise } from './maybe-promise.ts'
import { destroySession } from './save.ts'
import { Session } from './session.ts'
import type { SessionRequest } from './session.ts'
import { lockClock } from './session-lock.ts'
import type { Settings } from './settings.ts'
import type { Found } from './store-access.ts'
import { dataJson, inflate, isOverAge, restoreCookie } from './stored-form.ts'

/**
 * Gives an exchange its session, found or new, and goes on with the next handler; or with an error.
 *
 * An error is never taken for "no such session": that would throw a valid session away.
 */
export function load(exchange: Exchange): void {
  const { req, secrets, settings } = exchange
  const id = identify(req, settings, secrets)
  if (id === undefined) return startAnew(exchange)
  exchange.offered = id
  req.sessionID = id
  if (!settings.access.hasVersions) exchange.readAt = lockClock(settings.access)
  let found
  try {
    found = after(settings.access.get(id), (stored) => resume(exchange, stored))
  } catch (error) {
    return exchange.next(error)
  }
  if (found instanceof Promise) {
    // Both arms, not a `catch` behind: what a later handler throws is not ours to answer.
    found.then(
      () => exchange.next(),
      (error: unknown) => exchange.next(error),
    )
  } else {
    exchange.next()
  }
}

function startAnew(exchange: Exchange): void {
  try {
    start(exchange)
  } catch (error) {
    return exchange.next(error) // from `genid` or the cookie's function
  }
  exchange.next()
}

/** Goes on with the session found; an unknown id is not adopted, its bearer gets a new one. */
function resume(exchange: Exchange, found: Found | undefined): MaybePromise<void> {
  if (!found) return start(exchange)
  const { req, settings } = exchange
  const session = inflate(req, found.session)
  if (isOverAge(session.cookie, settings)) {
    return after(destroySession(exchange, session.id), () => start(exchange))
  }
  restoreCookie(session.cookie, settings)
  const { readableUntil } = session.cookie
  if (readableUntil !== undefined && readableUntil <= Date.now()) return start(exchange)
  const json = found.json ?? dataJson(session)
  exchange.state.found(json, found.version, readableUntil !== undefined)
  exchange.session = session
  exchange.firstId = session.id
  exchange.firstJson = json
  if (!settings.resave) {
    exchange.savedId = session.id
    exchange.savedJson = json
  }
  exchange.expose()
  exchange.ready = true
}

function start(exchange: Exchange): void {
  generate(exchange)
  const session = exchange.session as Session
  exchange.firstId = session.id
  exchange.firstJson = dataJson(session)
  exchange.ready = true
}

/**
 * The session id that the request proves to have been given, or `undefined`.
 *
 * Only cookies count: an id in a URL is copied into logs, histories and Referer headers, and lets
 * an attacker hand out his own. Of several cookies of one name the first that verifies counts.
 */
function identify(req: SessionRequest, settings: Settings, secrets: Secrets): string | undefined {
  const { hardened, name, stateless } = settings
  for (const value of cookieValues(req.headers.cookie, name)) {
    const id = stateless ? stateless.open(value, name) : unsigned(value, secrets)
    if (id) return id
  }
  return stateless ? undefined : fromCookieParser(req, name, secrets, hardened)
}

/**
 * As in express-session: for an earlier middleware that took the header away.
 *
 * @param isBound - the signature must name this cookie. What a cookie parser has verified may have
 *   been signed for any other, so only what we can verify ourselves counts.
 */
function fromCookieParser(
  req: SessionRequest,
  name: string,
  secrets: Secrets,
  isBound: boolean,
): string | undefined {
  const signed = isBound ? undefined : req.signedCookies?.[name]
  if (typeof signed === 'string' && signed) return signed
  const raw = req.cookies?.[name]
  return typeof raw === 'string' ? unsigned(raw, secrets) : undefined
}

function unsigned(value: string, secrets: Secrets): string | undefined {
  if (!value.startsWith('s:')) return undefined
  return unsignCookie(value.slice(2), secrets) || undefined
}

/** Puts a new, empty session on the request, with an id of ours. */
export function generate(exchange: Exchange): void {
  const { req, settings } = exchange
  exchange.begin(newSession(req, settings))
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
