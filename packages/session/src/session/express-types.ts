import type { Session, SessionData } from './session.ts'
import type { Store } from './store.ts'

/** The names that express-session adds to a request; our core and `@types/express` both read them. */
declare global {
  namespace Express {
    interface Request {
      session: Session & Partial<SessionData>
      sessionID: string
      sessionStore: Store
    }
  }
}
