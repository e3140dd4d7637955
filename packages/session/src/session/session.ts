import type { IncomingMessage } from 'node:http'
import type { Cookie } from './cookie.ts'
import { SessionMissingError, SessionNotFoundError } from './errors.ts'
import type { Done, GetCallback, SessionStore, StoredSession } from './session-store.ts'

/**
 * Names and types what your sessions hold, for every `req.session` of the program:
 *
 * @example
 * declare module '@tokkyu/session' {
 *   interface SessionData { userId: string }
 * }
 */
export interface SessionData {
  /** Lifetime and attributes of the cookie that carries the id. */
  cookie: Cookie
}

/**
 * Data of a type of your own. What a session has anyway (`id`, `cookie`, `save`, …) cannot be data: reading it
 * would give the session's own.
 */
export type OwnData<Data> = {
  [Key in keyof Data]: Key extends Exclude<keyof Session, 'cookie'>
    ? `every session has its own "${Key}": name the data otherwise`
    : Key extends 'cookie'
      ? Cookie extends Data[Key]
        ? Data[Key]
        : 'every session has its own "cookie": name the data otherwise'
      : Data[Key]
}

/** A request before it has a session: `node:http`'s, with what Express may have added. */
export interface PlainRequest extends IncomingMessage {
  /** The URL before a mount point was taken off; without it, `url` counts. */
  originalUrl?: string | undefined
  /** Whether the framework holds that the request came over TLS; believed where `proxy` is not given. */
  secure?: boolean | undefined
  /** Signs the session's cookie where `session()` has no `secret`; `cookies(secret)` sets it. */
  secret?: string | undefined
  /** Cookies that an earlier middleware has read; asked only when the header holds no id of ours. */
  cookies?: Record<string, unknown> | undefined
  /** Those whose signature an earlier middleware has verified; asked likewise, but not when hardened. */
  signedCookies?: Record<string, unknown> | undefined
}

/** A request as far as sessions know it. */
export interface SessionRequest extends PlainRequest {
  /**
   * The data of this client; `null` unsets it, `undefined` where nothing was loaded or it was destroyed.
   */
  session?: (Session & Partial<SessionData>) | null | undefined
  /** The id of the session, as the cookie carries it. */
  sessionID?: string | undefined
  /** The store that was given to `session()`. */
  sessionStore?: SessionStore | undefined
  [EXCHANGE]?: { readonly methods: SessionMethods } | undefined
}

/** Where a request keeps what `session()` knows of it and its answer. */
export const EXCHANGE = Symbol('exchange of a session')

/** What the methods of a session do. */
export interface SessionMethods {
  save(session: Session): Promise<void>
  reload(session: Session): Promise<void>
  destroy(session: Session): Promise<void>
  regenerate(session: Session): Promise<void>
  rotate(session: Session): Promise<void>
}

/** Gives a session another id; handlers may hold the object, so it must stay the same one. */
export let renameSession: (session: Session, id: string) => void

/**
 * The data of one client between its requests: `req.session`.
 *
 * Whatever is assigned to it is stored when the answer begins. Each method takes express-session's
 * callback and returns the session, or without a callback returns a promise; a promise that nobody
 * looks at fails silently, as a missing callback does.
 */
export class Session {
  /** Lifetime and attributes of the cookie; changes are stored, and leave with the next `Set-Cookie`. */
  declare cookie: Cookie
  // Private, so that only data and `cookie` are enumerable.
  readonly #req: SessionRequest
  #id: string

  static {
    renameSession = (session, id) => {
      session.#id = id
    }
  }

  constructor(req: SessionRequest, data?: object | null) {
    this.#req = req
    this.#id = req.sessionID as string
    if (typeof data !== 'object' || data === null) return
    for (const key in data) {
      // What has a meaning here (`save`, `__proto__`) is never taken from a store.
      if (!(key in this)) (this as Record<string, unknown>)[key] = (data as Anything)[key]
    }
  }

  /** The request that the session was made for; it is not enumerable, and never stored. */
  get req(): SessionRequest {
    return this.#req
  }

  /** The id under which the session is stored and the client's cookie names it; not enumerable. */
  get id(): string {
    return this.#id
  }

  /** Starts the time to live of the cookie anew; `session()` does so itself before an answer leaves. */
  touch(): this {
    return this.resetMaxAge()
  }

  /** Makes `cookie.maxAge` the full `cookie.originalMaxAge` again, as `touch()` does. */
  resetMaxAge(): this {
    this.cookie.maxAge = this.cookie.originalMaxAge
    return this
  }

  /**
   * Stores the session now, instead of when the answer begins.
   *
   * @throws {SessionConflictError} `SESSION_CONFLICT`, when every retry lost to others, or the id was
   *   rotated away.
   * @throws {StoreUnavailableError} `SESSION_STORE_UNAVAILABLE`.
   * @example await req.session.save()
   */
  save(callback: Done): this
  save(): Promise<void>
  save(callback?: Done): this | Promise<void> {
    return report(this, methodsOf(this.#req).save(this), callback)
  }

  /**
   * Reads the session again; `req.session` is then a new object.
   *
   * @throws {SessionNotFoundError} `SESSION_NOT_FOUND`, when the store has it no more.
   * @throws {StoreUnavailableError} `SESSION_STORE_UNAVAILABLE`.
   * @example await req.session.reload()
   */
  reload(callback: Done): this
  reload(): Promise<void>
  reload(callback?: Done): this | Promise<void> {
    return report(this, methodsOf(this.#req).reload(this), callback)
  }

  /**
   * Removes the session from the store and from the request.
   *
   * @throws {StoreUnavailableError} `SESSION_STORE_UNAVAILABLE`; it is off the request all the same.
   * @example await req.session.destroy()
   */
  destroy(callback: Done): this
  destroy(): Promise<void>
  destroy(callback?: Done): this | Promise<void> {
    return report(this, methodsOf(this.#req).destroy(this), callback)
  }

  /**
   * Destroys the session and puts a new, empty one with another id on the request.
   *
   * @throws {StoreUnavailableError} `SESSION_STORE_UNAVAILABLE`; the new one is on the request all the
   *   same.
   * @example await req.session.regenerate()
   */
  regenerate(callback: Done): this
  regenerate(): Promise<void>
  regenerate(callback?: Done): this | Promise<void> {
    return report(this, methodsOf(this.#req).regenerate(this), callback)
  }

  /**
   * Gives the session a new id and keeps its data: to be called when rights change, as at login.
   *
   * Requests that were under way with the old id may read what it held before, for a short grace; none
   * may write under it any more.
   *
   * @throws {SessionConflictError} `SESSION_CONFLICT`, when another request has rotated it, or others
   *   were faster each time.
   * @throws {SessionError} `SESSION_MISSING`, for a session outside a request, such as `store.load`
   *   gives.
   * @throws {StoreUnavailableError} `SESSION_STORE_UNAVAILABLE`.
   * @example await req.session.rotate()
   */
  rotate(callback: Done): this
  rotate(): Promise<void>
  rotate(callback?: Done): this | Promise<void> {
    return report(this, methodsOf(this.#req).rotate(this), callback)
  }
}

type Anything = Record<string, unknown>

function report<T>(session: T, work: Promise<void>, callback: Done | undefined): T | Promise<void> {
  if (callback === undefined) {
    work.catch(() => {})
    return work
  }
  // Out of the promise's own stack: what the callback throws is an uncaught exception, as ever.
  work.then(
    () => process.nextTick(callback),
    (error: unknown) => process.nextTick(callback, error),
  )
  return session
}

function methodsOf(req: SessionRequest): SessionMethods {
  return req[EXCHANGE]?.methods ?? new StoreMethods(req)
}

/** For sessions outside a request, such as `store.load` gives: straight to the store. */
class StoreMethods implements SessionMethods {
  readonly #req: SessionRequest
  readonly #store: BaseStore

  constructor(req: SessionRequest) {
    this.#req = req
    this.#store = req.sessionStore as BaseStore
  }

  save(session: Session): Promise<void> {
    return called((done) => this.#store.set(session.id, session, (error) => done(error)))
  }

  reload(session: Session): Promise<void> {
    return called((done) => {
      const answer: GetCallback = (error, stored) => {
        if (error || !stored) return done(error ?? new SessionNotFoundError())
        this.#store.createSession(this.#req, stored)
        done()
      }
      this.#store.get(session.id, answer)
    })
  }

  destroy(session: Session): Promise<void> {
    delete this.#req.session
    return called((done) => this.#store.destroy(session.id, done))
  }

  regenerate(): Promise<void> {
    return called((done) => this.#store.regenerate(this.#req, done))
  }

  rotate(): Promise<void> {
    return Promise.reject(new SessionMissingError('Cannot rotate a session outside its request'))
  }
}

function called(start: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error ? reject(error) : resolve()))
  })
}

/** What a store of express-session's kind has from its base class. */
interface BaseStore extends SessionStore {
  regenerate(req: SessionRequest, callback: Done): void
  createSession(req: SessionRequest, stored: StoredSession): Session
}
