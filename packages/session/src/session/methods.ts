import { SessionNotFoundError } from './errors.ts'
import { generate } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import { rotateSession } from './rotate.ts'
import type { Session, SessionMethods } from './session.ts'
import { dataJson, destroySession, inflate, saveSession } from './stored-session.ts'

/** What the methods of a session do during its request. */
export class ExchangeMethods implements SessionMethods {
  readonly #exchange: Exchange

  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }

  async save(session: Session): Promise<void> {
    await saveSession(this.#exchange, session)
  }

  async reload(session: Session): Promise<void> {
    const { req, settings, state } = this.#exchange
    const found = await settings.access.get(session.id)
    if (!found) throw new SessionNotFoundError()
    const fresh = inflate(req, found.session)
    state.found(dataJson(fresh), found.version)
    req.session = fresh
  }

  async destroy(session: Session): Promise<void> {
    delete this.#exchange.req.session
    this.#exchange.session = undefined
    await destroySession(this.#exchange, session.id)
  }

  async regenerate(): Promise<void> {
    const { sessionID } = this.#exchange.req
    try {
      if (typeof sessionID === 'string') await destroySession(this.#exchange, sessionID)
    } finally {
      generate(this.#exchange)
    }
  }

  async rotate(session: Session): Promise<void> {
    await rotateSession(this.#exchange, session)
  }
}
