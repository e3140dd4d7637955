import { cookies } from './cookie/cookies.ts'
import { CookieTooLargeError, InvalidCookieError } from './cookie/errors.ts'
import { parseCookies } from './cookie/parse.ts'
import { serializeCookie } from './cookie/serialize.ts'
import { signCookie, unsignCookie } from './cookie/signature.ts'
import { UnauthorizedError, basicAuth, parseBasicAuth } from './basic-auth.ts'
import { AssetNotFoundError, createAssets } from './cache/asset.ts'
import { cacheControl, formatCacheControl } from './cache/cache-control.ts'
import { CsrfError, csrf } from './csrf.ts'
import { etag } from './cache/etag.ts'
import { fresh } from './cache/fresh.ts'
import { evaluatePreconditions, rangeApplies } from './cache/preconditions.ts'
import { Cookie } from './session/cookie.ts'
import {
  SessionConflictError,
  SessionError,
  SessionNotFoundError,
  SessionOptionError,
  StoreUnavailableError,
} from './session/errors.ts'
import { createSessions } from './session/middleware.ts'
import type { SessionMiddleware } from './session/middleware.ts'
import { Session } from './session/session.ts'
import type { SessionData } from './session/session.ts'
import type { SessionOptions } from './session/settings.ts'
import { Store } from './session/store.ts'
import { CookieStore } from './stores/cookie-store.ts'
import { SessionFileError } from './stores/file/file-lock.ts'
import { FileStore } from './stores/file/file-store.ts'
import { MemoryStore } from './stores/memory.ts'

/**
 * Makes the middleware that gives each request its session.
 *
 * @throws {SessionOptionError} `SESSION_BAD_OPTION`, at once, for options that cannot work.
 * @example app.use(session({ secret: process.env.SECRET, hardened: true }))
 */
function session<Data = SessionData>(options?: SessionOptions): SessionMiddleware<Data> {
  return createSessions<Data>(options)
}

session.Session = Session
session.Store = Store
session.MemoryStore = MemoryStore
session.FileStore = FileStore
session.CookieStore = CookieStore
session.Cookie = Cookie
session.SessionError = SessionError
session.SessionOptionError = SessionOptionError
session.SessionConflictError = SessionConflictError
session.SessionNotFoundError = SessionNotFoundError
session.SessionFileError = SessionFileError
session.StoreUnavailableError = StoreUnavailableError
session.cookies = cookies
session.csrf = csrf
session.CsrfError = CsrfError
session.basicAuth = basicAuth
session.parseBasicAuth = parseBasicAuth
session.UnauthorizedError = UnauthorizedError
session.cacheControl = cacheControl
session.formatCacheControl = formatCacheControl
session.createAssets = createAssets
session.AssetNotFoundError = AssetNotFoundError
session.CookieTooLargeError = CookieTooLargeError
session.InvalidCookieError = InvalidCookieError
session.parseCookies = parseCookies
session.serializeCookie = serializeCookie
session.signCookie = signCookie
session.unsignCookie = unsignCookie
session.etag = etag
session.fresh = fresh
session.evaluatePreconditions = evaluatePreconditions
session.rangeApplies = rangeApplies

export default session
export {
  AssetNotFoundError,
  Cookie,
  CookieStore,
  CookieTooLargeError,
  CsrfError,
  FileStore,
  InvalidCookieError,
  MemoryStore,
  Session,
  SessionConflictError,
  SessionError,
  SessionFileError,
  SessionNotFoundError,
  SessionOptionError,
  Store,
  StoreUnavailableError,
  UnauthorizedError,
  basicAuth,
  cacheControl,
  cookies,
  createAssets,
  csrf,
  etag,
  evaluatePreconditions,
  formatCacheControl,
  fresh,
  parseBasicAuth,
  parseCookies,
  rangeApplies,
  serializeCookie,
  session,
  signCookie,
  unsignCookie,
}

export type { BasicAuthOptions, Credentials } from './basic-auth.ts'
export type { AssetOptions, Assets } from './cache/asset.ts'
export type { CacheControlOptions, CacheDirectives } from './cache/cache-control.ts'
export type { CsrfOptions, CsrfReason } from './csrf.ts'
export type { CookieValues, WithCookies } from './cookie/cookies.ts'
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
export type { CookieData, CookieOptions } from './session/cookie.ts'
export type { SessionMiddleware } from './session/middleware.ts'
export type { SessionData } from './session/session.ts'
export type { SessionOptions } from './session/settings.ts'
export type {
  GetOptions,
  SessionStore,
  SetOptions,
  StatelessStore,
  StoredSession,
  Version,
} from './session/store.ts'
export type { SessionRequest } from './session/visit.ts'
export type { CookieStoreOptions } from './stores/cookie-store.ts'
export type { FileStoreOptions, Recovery } from './stores/file/file-store.ts'
export type { MemoryStoreOptions } from './stores/memory.ts'
