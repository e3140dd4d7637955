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
import { inflate } from './stored-form.ts'

/** The base class of stores, as in express-session; an `EventEmitter`. */
export interface Store extends EventEmitter {
  readonly versions?: boolean
  get(id: string, callback: GetCallback, options?: GetOptions): unknown
  set(id: string, session: StoredSession, callback?: SetCallback, options?: SetOptions): unknown
  destroy(id: string, callback?: Done): unknown
  touch?(id: string, session: StoredSession, callback?: Done): unknown
  all?(
    callback: (
      error?: unknown,
      sessions?: Record<string, StoredSession> | StoredSession[] | null,
    ) => void,
  ): unknown
  length?(callback: (error?: unknown, length?: number) => void): unknown
  clear?(callback?: Done): unknown
  /** Set by `session()`: puts a new session on the request. */
  generate(req: SessionRequest): void
  regenerate(req: SessionRequest, callback: Done): void
  load(id: string, callback: (error?: unknown, session?: Session) => void): void
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
