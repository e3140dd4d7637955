import type { Cookie, StoredCookie } from './cookie.ts'

/** A session as a store keeps it: the data and the cookie, in one plain object. */
export interface StoredSession {
  /**
   * The session's cookie: a store takes from `cookie.expires`, a `Date` or its JSON, when the session
   * ends.
   */
  cookie: Cookie | StoredCookie
  // `any`: what is typed by express-session's `SessionData`, an interface, fits no other index signature.
  [key: string]: any
}

/** Names one state of a stored session; equal only to itself, also after a restart. */
export type Version = string | number

/** Called back by a store when it has done something, or could not. */
export type Done = (error?: unknown) => void
/**
 * Called back by `get`; without a session where the store has none.
 *
 * @param version - from a store that has versions.
 * @param json - the session without its cookie as JSON, from a store that has it at hand.
 */
export type GetCallback = (
  error?: unknown,
  session?: StoredSession | null,
  version?: Version,
  json?: string,
) => void
/** Called back by `set`; with the new version, from a store that has versions. */
export type SetCallback = (error?: unknown, version?: Version) => void

/** What `session()` tells a store with versions behind the callback of `get`. */
export interface GetOptions {
  /** The callback may run before the call returns. @default false */
  readonly direct?: boolean | undefined
}

/** What `session()` tells a store with versions behind the callback of `set`. */
export interface SetOptions {
  /**
   * Write only when the stored state is still this one; otherwise, also when the session is gone,
   * call back with a `SessionConflictError` (any error whose `code` is `SESSION_CONFLICT`).
   *
   * @default none: written whatever is stored
   */
  readonly ifVersion?: Version | undefined
  /** The callback may run before the call returns. @default false */
  readonly direct?: boolean | undefined
  /**
   * The session without its cookie as JSON, for a store that keeps JSON.
   *
   * @default none: the store writes it itself
   */
  readonly json?: string | undefined
}

/**
 * What `session()` asks of a store: express-session's interface.
 *
 * A store that says `versions: true`, hands a version to the callback of `get` and honours `ifVersion`
 * in `set` lets concurrent requests merge over any number of processes. One that does not is called
 * exactly as express-session calls it, without options, and its sessions are changed one after the other within this process.
 *
 * Methods call back, or return a promise and have no parameter for a callback (`async get(id)`).
 */
export interface SessionStore {
  /**
   * The store gives versions, honours `ifVersion`, and takes options behind the callback. Only this says
   * it: a third argument to a callback, or a fourth parameter, may mean anything in other stores.
   *
   * @default false
   */
  readonly versions?: boolean | undefined
  /** Calls back with the session stored under `id`; without one where there is none, or it has expired. */
  get(id: string, callback: GetCallback, options?: GetOptions): unknown
  /**
   * Stores a session under `id`, in place of what was there, until its `cookie.expires`; the store says
   * for how long where it has none.
   */
  set(id: string, session: StoredSession, callback: SetCallback, options?: SetOptions): unknown
  /** Removes a session; one that is not there is no error. */
  destroy(id: string, callback: Done): unknown
  /** Moves the expiry of a session whose data did not change. */
  touch?(id: string, session: StoredSession, callback: Done): unknown
  /**
   * Listened to for `disconnect` and `connect`: in between, requests go on without a session, or are
   * answered 503 when hardened.
   */
  on?(event: string, listener: () => void): unknown
}

/** A store that keeps nothing: the cookie carries the session itself. */
export interface StatelessStore extends SessionStore {
  /** Checks a cookie's value, and gives the id under which `get` will find its session. */
  open(token: string, cookieName: string): string | undefined
  /** Whether the cookie that came is older than the session, or ends much earlier. */
  isOutdated(id: string): boolean
  /** The value for the cookie of a session as it was last set. */
  seal(id: string, cookieName: string): string
}
