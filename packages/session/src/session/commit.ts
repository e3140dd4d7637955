import type { ServerResponse } from 'node:http'
import { addHeaders } from '../answer/answer-gate.ts'
import { holdAnswer } from '../answer/hold-answer.ts'
import { signCookie } from '../cookie/signature.ts'
import { isUnavailable } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { isLoopback, isSecure } from './is-secure.ts'
import { reportBehind } from './report-behind.ts'
import type { Session } from './session.ts'
import type { Settings } from './settings.ts'
import { after, attempt } from './store-access.ts'
import type { MaybePromise } from './store-access.ts'
import { dataJson, destroySession, saveSession, touchSession } from './stored-session.ts'

/** Has the answer of a request wait until what was done to its session is stored. */
export function commitBeforeHeaders(exchange: Exchange): void {
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
  beforeHeaders(hook: () => unknown): void
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

/**
 * Stores what the request did to its session. The answer leaves only after it.
 */
function commit(exchange: Exchange): MaybePromise<void> {
  if (!exchange.ready || exchange.failed) return undefined
  const { req, settings } = exchange
  const { sessionID } = req
  const session = exchange.peek()
  if (session === null || session === undefined) {
    if (!settings.unsetDestroys || !sessionID) return undefined
    return after(destroySession(exchange, sessionID), () => {})
  }
  if (typeof sessionID !== 'string') return undefined
  if (!exchange.touched) {
    session.touch()
    exchange.touched = true
  }
  const json = dataJson(session)
  const isModified = exchange.kept || exchange.firstId !== session.id || exchange.firstJson !== json
  const isOffered = exchange.offered === sessionID
  exchange.sendsCookie = sendsCookie(exchange, session, isOffered, isModified)
  if (wantsSave(exchange, session, json, isOffered, isModified)) {
    return saveSession(exchange, session, json)
  }
  if (!isOffered || isFinal(exchange)) return undefined
  const { access, idleLifetime } = settings
  if (typeof access.store.touch === 'function') {
    return attempt(
      () => touchSession(exchange, session),
      (error) => reportBehind(exchange, error),
    )
  }
  // Without `touch` only a write moves the end, and a lifetime that was asked for must hold.
  return idleLifetime === undefined ? undefined : saveSession(exchange, session, json)
}

/** Stores what was still done to the session after the headers had left, before the last byte. */
function commitLate(exchange: Exchange): MaybePromise<void> {
  if (!exchange.ready || exchange.failed || exchange.state.standing === 'gone') return undefined
  const session = exchange.peek()
  if (session === null || session === undefined) return undefined
  if (typeof exchange.req.sessionID !== 'string') return undefined
  const json = dataJson(session)
  if (json === exchange.savedJson) return undefined
  // Without a cookie nobody would ever find it.
  const isFindable = exchange.sendsCookie || exchange.offered === session.id
  const isChanged = exchange.savedJson !== undefined || json !== exchange.firstJson
  return isFindable && isChanged ? saveSession(exchange, session, json) : undefined
}

/** Puts on the answer what the commit decided. */
function decorate(exchange: Exchange): void {
  const session = exchange.ready && !exchange.failed ? exchange.peek() : undefined
  const setsCookie = !!session && wantsCookie(exchange, session) && mayLeave(exchange, session)
  if (setsCookie) setCookie(exchange, session)
  if (exchange.settings.cacheHeaders) cacheHeaders(exchange.res, exchange.used, setsCookie)
}

function wantsSave(
  exchange: Exchange,
  session: Session,
  json: string,
  isOffered: boolean,
  isModified: boolean,
): boolean {
  if (exchange.state.standing === 'closed') return isModified
  const { saveUninitialized } = exchange.settings
  if (exchange.savedJson === undefined && !isOffered && !saveUninitialized) return isModified
  return exchange.savedId !== session.id || exchange.savedJson !== json
}

function sendsCookie(
  exchange: Exchange,
  session: Session,
  isOffered: boolean,
  isModified: boolean,
): boolean {
  const { rolling, saveUninitialized } = exchange.settings
  // What was saved on purpose must be found again.
  if (!isOffered) return saveUninitialized || isModified || exchange.savedId === session.id
  const expires = session.cookie.expires !== null && session.cookie.expires !== undefined
  return rolling || (expires && isModified)
}

/** Nothing of it will be stored any more. */
function isFinal({ state }: Exchange): boolean {
  return state.standing === 'closed' || state.standing === 'gone'
}

function wantsCookie(exchange: Exchange, session: Session): boolean {
  if (isFinal(exchange)) return false
  const { settings, state } = exchange
  const { stateless } = settings
  // The cookie is the session; it has to follow each change, also that of its end.
  return (
    exchange.sendsCookie ||
    (state.standing === 'stored' && stateless?.isOutdated(session.id) === true)
  )
}

/** A Secure cookie does not go out over a plain connection, where it could be read. */
function mayLeave({ req, settings }: Exchange, session: Session): boolean {
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

function setCookie({ req, res, secrets, settings }: Exchange, session: Session): void {
  const { name, stateless } = settings
  const value = stateless
    ? stateless.seal(session.id, name)
    : `s:${signCookie(req.sessionID as string, secrets)}`
  // A new list: node would append to the one that was set, which may be a constant of the app's, and
  // each client would get the ids of those before it.
  const given = [res.getHeader('Set-Cookie') ?? []].flat().map(String)
  res.setHeader('Set-Cookie', [...given, session.cookie.serialize(name, value)])
}

/**
 * Keeps shared caches from handing one client's answer to another (RFC 9111 §3).
 *
 * @param used - the handler looked at the session, so the answer may depend on it.
 * @param setsCookie - the answer carries a session id.
 */
function cacheHeaders(res: ServerResponse, used: boolean, setsCookie: boolean): void {
  const given = res.getHeader('Cache-Control')
  if (given === undefined) {
    if (!used && !setsCookie) return
    const vary = res.getHeader('Vary')
    if (vary === undefined) {
      addHeaders(res, PRIVATE)
      return
    }
    res.setHeader('Cache-Control', 'private')
    varyOnCookie(res, String(vary))
  } else if (setsCookie && SHARED.test(String(given))) {
    // An id in a shared cache would log strangers into one session, whatever the handler meant.
    res.setHeader('Cache-Control', madePrivate(String(given)))
  }
}

const PRIVATE = ['Cache-Control', 'private', 'Vary', 'Cookie']
const SHARED = /(?:^|,)\s*(?:public|s-maxage)\b/i

function madePrivate(cacheControl: string): string {
  const rest = cacheControl
    .split(',')
    .map((directive) => directive.trim())
    .filter((directive) => directive !== '' && !/^(?:public|private|s-maxage)\b/i.test(directive))
  return ['private', ...rest].join(', ')
}

function varyOnCookie(res: ServerResponse, vary: string): void {
  const names = vary.split(',').map((name) => name.trim().toLowerCase())
  if (!names.includes('*') && !names.includes('cookie')) res.setHeader('Vary', `${vary}, Cookie`)
}
