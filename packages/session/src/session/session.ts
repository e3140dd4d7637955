import type { Cookie } from './cookie.ts'
import { ownerOf } from './owner.ts'
import type { Done, Store } from './store.ts'
import type { SessionRequest } from './visit.ts'

/**
 * Names and types what your sessions hold, for every `req.session` of the program:
 *
 * @example
 * declare module '@tokkyu/session' {
 *   interface SessionData { userId: string }
 * }
 */
export interface SessionData {
  cookie: Cookie
}

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

  get req(): SessionRequest {
    return this.#req
  }

  get id(): string {
    return this.#id
  }

  /** Starts the time to live of the cookie anew. */
  touch(): this {
    return this.resetMaxAge()
  }

  resetMaxAge(): this {
    this.cookie.maxAge = this.cookie.originalMaxAge
    return this
  }

  /** Stores the session now, instead of when the answer begins. */
  save(callback: Done): this
  save(): Promise<void>
  save(callback?: Done): this | Promise<void> {
    return report(this, ownerOf(this.#req).save(this), callback)
  }

  /** Reads the session again; `req.session` is then a new object. */
  reload(callback: Done): this
  reload(): Promise<void>
  reload(callback?: Done): this | Promise<void> {
    return report(this, ownerOf(this.#req).reload(this), callback)
  }

  /** Removes the session from the store and from the request. */
  destroy(callback: Done): this
  destroy(): Promise<void>
  destroy(callback?: Done): this | Promise<void> {
    return report(this, ownerOf(this.#req).destroy(this), callback)
  }

  /** Destroys the session and puts a new, empty one with another id on the request. */
  regenerate(callback: Done): this
  regenerate(): Promise<void>
  regenerate(callback?: Done): this | Promise<void> {
    return report(this, ownerOf(this.#req).regenerate(this), callback)
  }

  /**
   * Gives the session a new id and keeps its data: to be called when rights change, as at login.
   *
   * Requests that were under way with the old id may read what it held before, for a short grace;
   * none may write under it any more.
   */
  rotate(callback: Done): this
  rotate(): Promise<void>
  rotate(callback?: Done): this | Promise<void> {
    return report(this, ownerOf(this.#req).rotate(this), callback)
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
