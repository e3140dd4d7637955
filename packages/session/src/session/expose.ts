import { OWNER } from './owner.ts'
import type { SessionRequest, Visit } from './visit.ts'

/**
 * Makes `req.session` the visit's session, and looking at it leave a trace: an answer that may
 * depend on a session must not be shared by caches (RFC 9111 §3.5 knows only Authorization).
 *
 * One pair of functions for all requests, so that they keep one hidden class.
 */
export function exposeSession(visit: Visit): void {
  Object.defineProperty(visit.req, 'session', ACCESSOR)
}

const ACCESSOR: PropertyDescriptor & ThisType<SessionRequest> = {
  configurable: true,
  enumerable: true,
  get() {
    const visit = this[OWNER] as Visit
    visit.used = true
    return visit.session
  },
  set(value) {
    ;(this[OWNER] as Visit).session = value
  },
}
