import { SessionOptionError } from './option-error.ts'
import { answerGate } from './answer/answer-gate.ts'
import { cookies } from './cookie/cookies.ts'
import { CookieTooLargeError, InvalidCookieError } from './cookie/errors.ts'
import { parseCookies } from './cookie/parse.ts'
import { serializeCookie } from './cookie/serialize.ts'
import { signCookie, unsignCookie } from './cookie/signature.ts'
import { UnauthorizedError, basicAuth, parseBasicAuth } from './credentials/basic-auth.ts'
import { AssetNotFoundError, createAssets } from './cache/asset.ts'
import { cacheControl, formatCacheControl } from './cache/cache-control.ts'
import { CsrfError, csrf } from './credentials/csrf.ts'
import { etag } from './cache/etag.ts'
import { fresh } from './cache/fresh.ts'
import { evaluatePreconditions, rangeApplies } from './cache/preconditions.ts'
import { Cookie } from './session/cookie.ts'
import {
  SessionConflictError,
  SessionError,
  SessionNotFoundError,
  StoreUnavailableError,
} from './session/errors.ts'
import { createSessions } from './session/middleware.ts'
import { Session } from './session/session.ts'
import { Store } from './session/store.ts'
import { CookieStore } from './stores/cookie-store.ts'
import { SessionFileError } from './stores/file/file-lock.ts'
import { FileStore } from './stores/file/file-store.ts'
import { MemoryStore } from './stores/memory.ts'
import type { BasicAuthOptions, Credentials } from './credentials/basic-auth.ts'
import type { AssetOptions, Assets } from './cache/asset.ts'
import type { CacheControlOptions, CacheDirectives } from './cache/cache-control.ts'
import type { CsrfOptions, CsrfReason } from './credentials/csrf.ts'
import type { CookieValues, CookiesOptions, WithCookies } from './cookie/cookies.ts'
import type { Cookies, ParseCookiesOptions } from './cookie/parse.ts'
import type { CookieAttributes, SerializeCookieOptions } from './cookie/serialize.ts'
import type { Secret, Secrets } from './cookie/signature.ts'
import type { EtagOptions, StatsLike } from './cache/etag.ts'
import type { Headers } from './cache/fresh.ts'
import type {
  ConditionalHeaders,
  Preconditions,
  RangeCondition,
  Validators,
  Verdict,
} from './cache/preconditions.ts'
import type { CookieData, CookieOptions } from './session/cookie.ts'
import type { SessionMiddleware } from './session/middleware.ts'
import type { SessionData, SessionRequest } from './session/session.ts'
import type { SessionOptions } from './session/settings.ts'
import type {
  Done,
  GetCallback,
  GetOptions,
  SessionStore,
  SetCallback,
  SetOptions,
  StatelessStore,
  StoredSession,
  Version,
} from './session/session-store.ts'
import type { CookieStoreOptions } from './stores/cookie-store.ts'
import type { FileStoreOptions } from './stores/file/file-store.ts'
import type { Recovery } from './stores/file/load-log.ts'
import type { MemoryStoreOptions } from './stores/memory.ts'

/**
 * Makes the middleware that gives each request its session.
 *
 * @throws {SessionOptionError} `SESSION_BAD_OPTION`, at once, for options that cannot work.
 * @example app.use(session({ secret: process.env.SECRET, hardened: true }))
 */
function session<Data = SessionData>(options?: SessionOptions): SessionMiddleware<Data> {
  return createSessions<Data>({ ...options, store: options?.store ?? new MemoryStore() })
}

Object.assign(session, {
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
  answerGate,
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
  signCookie,
  unsignCookie,
})

// The same names once more for the compiler, classes and types alike: `session.Store` is both.
declare namespace session {
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
    answerGate,
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
    signCookie,
    unsignCookie,
  }
  export type {
    AssetOptions,
    Assets,
    BasicAuthOptions,
    CacheControlOptions,
    CacheDirectives,
    ConditionalHeaders,
    CookieAttributes,
    CookieData,
    CookieOptions,
    CookieStoreOptions,
    CookieValues,
    CookiesOptions,
    Cookies,
    Credentials,
    CsrfOptions,
    CsrfReason,
    Done,
    EtagOptions,
    FileStoreOptions,
    GetCallback,
    GetOptions,
    Headers,
    MemoryStoreOptions,
    ParseCookiesOptions,
    Preconditions,
    RangeCondition,
    Recovery,
    Secret,
    Secrets,
    SerializeCookieOptions,
    SessionData,
    SessionMiddleware,
    SessionOptions,
    SessionRequest,
    SessionStore,
    SetCallback,
    SetOptions,
    StatelessStore,
    StatsLike,
    StoredSession,
    Validators,
    Verdict,
    Version,
    WithCookies,
  }
}

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
  answerGate,
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
  signCookie,
  unsignCookie,
}
export type {
  AssetOptions,
  Assets,
  BasicAuthOptions,
  CacheControlOptions,
  CacheDirectives,
  ConditionalHeaders,
  CookieAttributes,
  CookieData,
  CookieOptions,
  CookieStoreOptions,
  CookieValues,
  CookiesOptions,
  Cookies,
  Credentials,
  CsrfOptions,
  CsrfReason,
  Done,
  EtagOptions,
  FileStoreOptions,
  GetCallback,
  GetOptions,
  Headers,
  MemoryStoreOptions,
  ParseCookiesOptions,
  Preconditions,
  RangeCondition,
  Recovery,
  Secret,
  Secrets,
  SerializeCookieOptions,
  SessionData,
  SessionMiddleware,
  SessionOptions,
  SessionRequest,
  SessionStore,
  SetCallback,
  SetOptions,
  StatelessStore,
  StatsLike,
  StoredSession,
  Validators,
  Verdict,
  Version,
  WithCookies,
}
