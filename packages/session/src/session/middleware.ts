import { SessionOptionError } from '../option-error.ts'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { holdAnswer } from '../answer/hold-answer.ts'
import type { Secrets } from '../cookie/signature.ts'
import { commit, commitLate, decorate } from './commit.ts'
import { SessionMissingError, StoreUnavailableError, isUnavailable } from './errors.ts'
import { Exchange, exchangeOf } from './exchange.ts'
import type { Next } from './exchange.ts'
import { cookieOptions, generate, load, newSession } from './load.ts'
import { after, attempt } from './maybe-promise.ts'
import type { MaybePromise } from './maybe-promise.ts'
import { ExchangeMethods } from './methods.ts'
import type { Session, SessionData, SessionRequest } from './session.ts'
import type { SessionStore } from './session-store.ts'
import { resolveSettings } from './settings.ts'
import type { SessionOptions, Settings } from './settings.ts'
import type { Store } from './store.ts'

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
export function createSessions<Data = SessionData>(
  options: SessionOptions & { readonly store: SessionStore },
): SessionMiddleware<Data> {
  const settings = resolveSettings(options)
  const connection = watchConnection(settings)

  const middleware = (message: IncomingMessage, res: ServerResponse, next: Next): void => {
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
  middleware.of = (message: IncomingMessage) => {
    const { session } = message as SessionRequest
    if (session) return session as Session & Partial<Data>
    throw new SessionMissingError(
      'Cannot give the session of a request: session() did not run, or it was destroyed',
    )
  }
  return middleware
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

function commitBeforeHeaders(exchange: Exchange): void {
  const { res } = exchange
  if (hasHook(res) && !res.headersSent) {
    res.beforeHeaders(() =>
      failing(exchange, () => after(commit(exchange), () => decorate(exchange))),
    )
    // There is no hook before the last byte; this is when it has been handed over.
    res.on('prefinish', () => commitAfterHeaders(exchange))
    return
  }
  holdAnswer(res, {
    commit: () => failing(exchange, () => commit(exchange)),
    decorate: () => {
      // Sent already when the middleware came too late; then only the store can still be reached.
      if (!res.headersSent) void failing(exchange, () => decorate(exchange))
    },
    commitLate: () => commitLate(exchange),
    refuses: (error) => refuses(exchange, error),
    report: (error) => exchange.report(error),
  })
}

interface HookedResponse extends ServerResponse {
  beforeHeaders(hook: () => void | PromiseLike<void>): void
}

function hasHook(res: ServerResponse): res is HookedResponse {
  return typeof (res as Partial<HookedResponse>).beforeHeaders === 'function'
}

/** Runs a step; after a failure nothing more is committed for this request. */
function failing(exchange: Exchange, step: () => MaybePromise<void>): MaybePromise<void> {
  return attempt(step, (error) => {
    exchange.failed = true
    throw error
  })
}

function commitAfterHeaders(exchange: Exchange): void {
  // Set by node when one `end` sent headers and body alike: nobody had a turn in between.
  const { _contentLength: atOnce } = exchange.res as { _contentLength?: number | null }
  if (typeof atOnce === 'number') return
  const done = attempt(
    () => commitLate(exchange),
    (error) => exchange.report(error),
  )
  if (done instanceof Promise) void done
}

/**
 * Whether an answer must not leave after its commit failed.
 *
 * Where error handlers can still take over, never: the client would believe in a write that was
 * lost. On bare `node:http` and Connect, `next` may be a plain function that has run already; there
 * an unknown error is reported behind the answer, as by express-session, and only what is certain
 * to pass again (the store is away, others were faster) takes the answer back.
 */
function refuses({ req, res }: Exchange, error: unknown): boolean {
  if (res.headersSent) return false
  const isRouted = typeof (req as { next?: unknown }).next === 'function'
  return isRouted || isUnavailable(error)
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
