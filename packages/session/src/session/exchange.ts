import type { ServerResponse } from 'node:http'
import type { Secrets } from '../cookie/signature.ts'
import { Cookie } from './cookie.ts'
import type { CookieOptions } from './cookie.ts'
import { isSecure } from './is-secure.ts'
import { EXCHANGE, Session } from './session.ts'
import type { SessionMethods, SessionRequest } from './session.ts'
import type { Settings } from './settings.ts'
import { SessionState } from './state.ts'

export type Next = (error?: unknown) => void

/** One request and its answer, and what is known of their session. */
export class Exchange {
  readonly settings: Settings
  readonly req: SessionRequest
  readonly res: ServerResponse
  readonly next: Next
  readonly secrets: Secrets
  readonly state = new SessionState()

  /** What `req.session` gives; `undefined` where nothing was loaded, `null` when unset. */
  session: Session | null | undefined
  /** Whether anybody has looked at `req.session`. */
  used = false
  /** Loading has ended well; before, nothing may be stored or destroyed. */
  ready = false

  /** The id the client's cookie proved, whether or not the store knows it. */
  offered: string | undefined
  /** The moment before the store was read, by the clock of its locks. */
  readAt = 0

  /** Id and data at the beginning: a change of either is what "modified" means. */
  firstId: string | undefined
  firstJson = '{}'
  /** Id and data as last saved; `undefined` while a save is wanted in any case. */
  savedId: string | undefined
  savedJson: string | undefined

  touched = false
  /** A token was handed out for this session: it must be stored although it holds nothing. */
  kept = false
  /** The answer carries the cookie. */
  sendsCookie = false
  /** A commit has failed; the answer to that error commits nothing. */
  failed = false
  readonly #methodsOf: (exchange: Exchange) => SessionMethods
  #isReported = false

  constructor(
    settings: Settings,
    req: SessionRequest,
    res: ServerResponse,
    next: Next,
    secrets: Secrets,
    methodsOf: (exchange: Exchange) => SessionMethods,
  ) {
    this.settings = settings
    this.req = req
    this.res = res
    this.next = next
    this.secrets = secrets
    this.#methodsOf = methodsOf
    req[EXCHANGE] = this
  }

  /** What the methods of its session do; few requests call one. */
  get methods(): SessionMethods {
    return this.#methodsOf(this)
  }

  /** Reads `req.session` without counting as use: code may also have deleted the property. */
  peek(): Session | null | undefined {
    const { used } = this
    const session = this.req.session
    this.used = used
    return session
  }

  /** Takes over a session that was just made: nothing of it is stored yet. */
  begin(session: Session): void {
    this.session = session
    this.state.made()
    this.savedId = undefined
    this.savedJson = undefined
    this.expose()
  }

  /**
   * Makes `req.session` the session of the exchange, and looking at it leave a trace: an answer that may
   * depend on a session must not be shared by caches (RFC 9111 §3.5 knows only Authorization).
   *
   * One pair of functions for all requests, so that they keep one hidden class.
   */
  expose(): void {
    Object.defineProperty(this.req, 'session', ACCESSOR)
  }

  /** Hands on what failed behind the handler: once, as whoever handles errors handles a request once. */
  report(error: unknown): void {
    if (this.#isReported) return
    this.#isReported = true
    this.next(error)
  }
}

/** The exchange of a request that `session()` has seen. */
export function exchangeOf(req: SessionRequest): Exchange | undefined {
  return req[EXCHANGE] as Exchange | undefined
}

const ACCESSOR: PropertyDescriptor & ThisType<SessionRequest> = {
  configurable: true,
  enumerable: true,
  get() {
    const exchange = exchangeOf(this) as Exchange
    exchange.used = true
    return exchange.session
  },
  set(value) {
    const exchange = exchangeOf(this) as Exchange
    exchange.session = value
  },
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
