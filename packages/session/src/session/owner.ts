import { SessionMissingError, SessionNotFoundError } from './errors.ts'
import type { Session } from './session.ts'
import type { Done, GetCallback, Store } from './store.ts'
import type { SessionRequest } from './visit.ts'

/** Where a request keeps who answers for its session. */
export const OWNER = Symbol('owner of the session')

/** Does what the methods of a session promise. */
export interface Owner {
  save(session: Session): Promise<void>
  reload(session: Session): Promise<void>
  destroy(session: Session): Promise<void>
  regenerate(session: Session): Promise<void>
  rotate(session: Session): Promise<void>
}

export function ownerOf(req: SessionRequest): Owner {
  return req[OWNER] ?? new StoreOwner(req)
}

/** For sessions outside a request, such as `store.load` gives: straight to the store. */
class StoreOwner implements Owner {
  readonly #req: SessionRequest
  readonly #store: Store

  constructor(req: SessionRequest) {
    this.#req = req
    this.#store = req.sessionStore as Store
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
