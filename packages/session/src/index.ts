export { parseCookies } from './cookie/parse.ts'
export { serializeCookie } from './cookie/serialize.ts'
export { signCookie, unsignCookie } from './cookie/signature.ts'
export { CookieTooLargeError, InvalidCookieError } from './cookie/errors.ts'
export { etag } from './cache/etag.ts'
export { fresh } from './cache/fresh.ts'
export { evaluatePreconditions, rangeApplies } from './cache/preconditions.ts'

export type { Cookies, ParseCookiesOptions } from './cookie/parse.ts'
export type { CookieAttributes, SerializeCookieOptions } from './cookie/serialize.ts'
export type { Secret, Secrets } from './cookie/signature.ts'
export type { EtagOptions, StatsLike } from './cache/etag.ts'
export type { Headers } from './cache/fresh.ts'
export type {
  ConditionalHeaders,
  Preconditions,
  RangeCondition,
  Validators,
  Verdict,
} from './cache/preconditions.ts'

import { CookieTooLargeError, InvalidCookieError } from './cookie/errors.ts'
import { parseCookies } from './cookie/parse.ts'
import { serializeCookie } from './cookie/serialize.ts'
import { signCookie, unsignCookie } from './cookie/signature.ts'
import { etag } from './cache/etag.ts'
import { fresh } from './cache/fresh.ts'
import { evaluatePreconditions, rangeApplies } from './cache/preconditions.ts'

const session = {
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
}

export default session
