import { SessionOptionError } from '../option-error.ts'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { cookieValues } from '../cookie/parse.ts'
import { unsignCookie } from '../cookie/signature.ts'
import type { Secrets } from '../cookie/signature.ts'
import { commitBeforeHeaders } from './commit.ts'
import { SessionMissingError, StoreUnavailableError } from './errors.ts'
import { Exchange, cookieOptions, exchangeOf, generate, newSession } from './exchange.ts'
import type { Next } from './exchange.ts'
import { ExchangeMethods } from './methods.ts'
import type { OwnData, Session, SessionData, SessionRequest } from './session.ts'
import { lockClock } from './session-lock.ts'
import type { SessionStore } from './session-store.ts'
import { resolveSettings } from './settings.ts'
import type { SessionOptions, Settings } from './settings.ts'
import type { Store } from './store.ts'
import { after } from './store-access.ts'
import type { Found, MaybePromise } from './store-access.ts'
import { dataJson, destroySession, inflate, isOverAge, restoreCookie } from './stored-session.ts'

/** What `session()` adds to a request, under express-session's names. */
interface WithSession {
  /** The data of this client; see {@link Session}. */
  session: Session & Partial<SessionData>
  /** The id of the session, as the cookie carries it. */
  sessionID: string
  /** The store that was given to `session()`. */
  sessionStore: Store
}

// Our core and `@types/express` both read them. Inherited, not declared: the same properties in the
// typings of express-session, which libraries bring, are then no second declaration of another type.
declare global {
  namespace Express {
    interface Request extends WithSession {}
  }
}

/** A middleware for Express, Connect, `node:http` and whatever passes `(req, res, next)`. */
export interface SessionMiddleware<Data = SessionData> {
  (req: IncomingMessage, res: ServerResponse, next: Next): void
  /**
   * The session of a request, with the type given to `session<…>()`.
   *
   * @throws {SessionMissingError} `SESSION_MISSING`, when the middleware did not run for the request, or the session was destroyed.
   */
  of: (req: IncomingMessage) => Session & Partial<Data>
}

/**
 * Makes the middleware that gives each request its session; express-session's, repaired.
 *
 * @throws {SessionOptionError} `SESSION_BAD_OPTION`, at once, for options that cannot work.
 * @example app.use(session({ secret: process.env.SECRET, hardened: true }))
 */
export function createSessions<Data extends OwnData<Data> = SessionData>(
  options: SessionOptions & { readonly store: SessionStore },
): SessionMiddleware<Data> {
  const settings = resolveSettings(options)
  const connection = watchConnection(settings)

  const sessionMiddleware = (message: IncomingMessage, res: ServerResponse, next: Next): void => {
    // What frameworks and middleware put on a request is looked for at run time.
    const req = message as SessionRequest
    if (req.session) return next()
    if (connection.isLost) {
      return settings.hardened ? next(new StoreUnavailableError('get', 'is disconnected')) : next()
    }
    const path = cookieOptions(req, settings).path || '/'
    if (!pathname(req).startsWith(path)) return next()
    const secrets = settings.secrets ?? req.secret
    if (secrets === undefined || secrets === '') {
      return next(new SessionOptionError('secret', 'secret option required for sessions'))
    }
    begin(settings, req, res, next, secrets)
  }
  sessionMiddleware.of = (message: IncomingMessage) => {
    const own = (message as SessionRequest).session
    if (own) return own as Session & Partial<Data>
    throw new SessionMissingError(
      'Cannot give the session of a request: session() did not run, or it was destroyed',
    )
  }
  return sessionMiddleware
}

/** Follows the events by which stores of the ecosystem tell that they lost their server. */
function watchConnection(settings: Settings): { isLost: boolean } {
  const connection = { isLost: false }
  const store = settings.access.store as Partial<Store>
  store.on?.('disconnect', () => {
    connection.isLost = true
  })
  store.on?.('connect', () => {
    connection.isLost = false
  })
  // express-session's name for it, which `Store.prototype.regenerate` calls.
  store.generate = (req) => {
    const exchange = exchangeOf(req)
    if (exchange) generate(exchange)
    else req.session = newSession(req, settings)
  }
  return connection
}

/** The path the client asked for, also below a mount point. */
function pathname(req: SessionRequest): string {
  const target = req.originalUrl || req.url || '/'
  const path = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
  return path.split(/[?#]/, 1)[0] || '/'
}

/** One request: identify, load, go on; and at its end, commit. */
function begin(
  settings: Settings,
  req: SessionRequest,
  res: ServerResponse,
  next: Next,
  secrets: Secrets,
): void {
  const exchange = new Exchange(settings, req, res, next, secrets, methodsOf)
  req.sessionStore = settings.access.store
  commitBeforeHeaders(exchange)
  load(exchange)
}

function methodsOf(exchange: Exchange): ExchangeMethods {
  return new ExchangeMethods(exchange)
}

/**
 * Gives an exchange its session, found or new, and goes on with the next handler; or with an error.
 *
 * An error is never taken for "no such session": that would throw a valid session away.
 */
function load(exchange: Exchange): void {
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
