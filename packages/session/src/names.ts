// Every public name, once: what `session` carries, what `import` offers, and the types. The doors are
// written from this list (tools/doors.mjs).
export { answerGate } from './answer/answer-gate.ts'
export { AssetNotFoundError, createAssets } from './cache/asset.ts'
export { cacheControl, formatCacheControl } from './cache/cache-control.ts'
export { etag } from './cache/etag.ts'
export { fresh } from './cache/fresh.ts'
export { evaluatePreconditions, rangeApplies } from './cache/preconditions.ts'
export { cookies } from './cookie/cookies.ts'
export { CookieTooLargeError, InvalidCookieError } from './cookie/errors.ts'
export { parseCookies } from './cookie/parse.ts'
export { serializeCookie } from './cookie/serialize.ts'
export { signCookie, unsignCookie } from './cookie/signature.ts'
export { UnauthorizedError, basicAuth, parseBasicAuth } from './credentials/basic-auth.ts'
export { CsrfError, csrf } from './credentials/csrf.ts'
export { SessionOptionError } from './option-error.ts'
export { Cookie } from './session/cookie.ts'
export {
  SessionConflictError,
  SessionError,
  SessionNotFoundError,
  StoreUnavailableError,
} from './session/errors.ts'
export { Session } from './session/session.ts'
export { Store } from './session/store.ts'
export { CookieStore } from './stores/cookie-store.ts'
export { SessionFileError } from './stores/file/file-lock.ts'
export { FileStore } from './stores/file/file-store.ts'
export { layered } from './stores/layered.ts'
export { MemoryStore } from './stores/memory.ts'

export type { HeadHook } from './answer/gate.ts'
export type { AssetOptions, Assets } from './cache/asset.ts'
export type { CacheControlOptions, CacheDirectives } from './cache/cache-control.ts'
export type { EtagOptions } from './cache/etag.ts'
export type { ConditionalHeaders, Preconditions, Validators } from './cache/preconditions.ts'
export type { CookieValues, CookiesOptions, WithCookies } from './cookie/cookies.ts'
export type { Cookies, ParseCookiesOptions } from './cookie/parse.ts'
export type { CookieAttributes, SerializeCookieOptions } from './cookie/serialize.ts'
export type { Secret, Secrets } from './cookie/signature.ts'
export type { BasicAuthOptions, Credentials } from './credentials/basic-auth.ts'
export type { CsrfOptions, CsrfReason } from './credentials/csrf.ts'
export type { CookieData, CookieOptions } from './session/cookie.ts'
export type { SessionMiddleware } from './session/middleware.ts'
export type {
  Done,
  GetCallback,
  GetOptions,
  SessionStore,
  SetCallback,
  SetOptions,
  StatelessStore,
  StoredSession,
} from './session/session-store.ts'
export type { OwnData, SessionData, SessionRequest } from './session/session.ts'
export type { SessionOptions } from './session/settings.ts'
export type { CookieStoreOptions } from './stores/cookie-store.ts'
export type { FileStoreOptions } from './stores/file/file-store.ts'
export type { LayeredOptions } from './stores/layered.ts'
export type { MemoryStoreOptions } from './stores/memory.ts'
