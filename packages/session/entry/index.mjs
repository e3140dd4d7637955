import session from './index.cjs'

export default session
export const {
  CookieTooLargeError,
  InvalidCookieError,
  etag,
  evaluatePreconditions,
  fresh,
  parseCookies,
  rangeApplies,
  serializeCookie,
  signCookie,
  unsignCookie,
} = session
