import session from './index.cjs'

export default session
export { session }
export const {
  Cookie,
  CookieTooLargeError,
  InvalidCookieError,
  MemoryStore,
  Session,
  SessionConflictError,
  SessionError,
  SessionNotFoundError,
  SessionOptionError,
  Store,
  StoreUnavailableError,
  etag,
  evaluatePreconditions,
  fresh,
  parseCookies,
  rangeApplies,
  serializeCookie,
  signCookie,
  unsignCookie,
} = session
