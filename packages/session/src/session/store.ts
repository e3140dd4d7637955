import { EventEmitter } from 'node:events'
import type { Session, SessionRequest } from './session.ts'
import type {
  Done,
  GetCallback,
  GetOptions,
  SetCallback,
  SetOptions,
  StoredSession,
} from './session-store.ts'
import { inflate } from './stored-session.ts'

/** The base class of stores, as in express-session; an `EventEmitter`. */
export interface Store extends EventEmitter {
  /**
   * `true` where the store gives versions and honours `ifVersion`; see {@link SessionStore}.
   *
   * @default undefined, for no
   */
  readonly versions?: boolean | undefined
  /** Calls back with the session stored under `id`; without one where there is none, or it has expired. */
  get(id: string, callback: GetCallback, options?: GetOptions): unknown
  /**
   * Stores a session under `id`, in place of what was there, until its `cookie.expires`; the store says
   * for how long where it has none.
   */
  set(id: string, session: StoredSession, callback?: SetCallback, options?: SetOptions): unknown
  /** Removes a session; one that is not there is no error. */
  destroy(id: string, callback?: Done): unknown
  /** Moves the expiry of a stored session to that of the one given, and leaves its data. */
  touch?(id: string, session: StoredSession, callback?: Done): unknown
  /** Calls back with all sessions, by id or as a list; for tools, `session()` does not ask. */
  all?(
    callback: (
      error?: unknown,
      sessions?: Record<string, StoredSession> | StoredSession[] | null,
    ) => void,
  ): unknown
  /** Calls back with how many sessions are stored; for tools, `session()` does not ask. */
  length?(callback: (error?: unknown, length?: number) => void): unknown
  /** Removes all sessions; for tools, `session()` does not ask. */
  clear?(callback?: Done): unknown
  /** Set by `session()`: puts a new, empty session with a new id on the request. */
  generate(req: SessionRequest): void
  /** Destroys the session of a request, and puts a new one on it, also when destroying failed. */
  regenerate(req: SessionRequest, callback: Done): void
  /**
   * Reads a session outside any request, such as for a WebSocket; what it calls back with can `save()`
   * and `destroy()`.
   *
   * @example store.load(id, (error, session) => session?.destroy())
   */
  load(id: string, callback: (error?: unknown, session?: Session) => void): void
  /** Makes a session with its methods from what was stored, and puts it on the request. */
  createSession(req: SessionRequest, session: StoredSession): Session
}

interface StoreConstructor {
  new (): Store
  /** For constructors of the old kind: `Store.call(this)` after `util.inherits`. */
  (this: unknown): void
  readonly prototype: Store
}

// A class could not be called without `new`, and stores of the ecosystem call it.
export const Store = function (this: unknown) {
  EventEmitter.call(this as EventEmitter)
} as unknown as StoreConstructor

Object.defineProperty(Store, 'name', { value: 'Store' })
Object.setPrototypeOf(Store, EventEmitter)
Object.setPrototypeOf(Store.prototype, EventEmitter.prototype)

const methods: ThisType<Store> & Record<string, unknown> = {
  regenerate(req: SessionRequest, callback: Done) {
    this.destroy(req.sessionID as string, (error) => {
      this.generate(req)
      callback(error)
    })
  },
  load(id: string, callback: (error?: unknown, session?: Session) => void) {
    this.get(id, (error, session) => {
      if (error) return callback(error)
      if (!session) return callback()
      const req = { sessionID: id, sessionStore: this } as Partial<SessionRequest> as SessionRequest
      callback(null, this.createSession(req, session))
    })
  },
  createSession(req: SessionRequest, stored: StoredSession): Session {
    const session = inflate(req, stored)
    req.session = session
    return session
  },
}
Object.assign(Store.prototype, methods)
