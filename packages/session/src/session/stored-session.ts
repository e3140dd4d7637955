import { Cookie } from './cookie.ts'
import { SessionConflictError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { mergeInto } from './merge.ts'
import type { Data } from './merge.ts'
import { Session } from './session.ts'
import type { SessionRequest } from './session.ts'
import { hasChangedSince, locked } from './session-lock.ts'
import type { SetOptions, StoredSession } from './session-store.ts'
import type { Settings } from './settings.ts'
import { after, attempt } from './store-access.ts'
import type { MaybePromise } from './store-access.ts'

/*
 * The store's side of a session: the form in which it is kept there and made live again, and how it is
 * written, merged with what others wrote, touched and removed.
 */

/** Makes a live session from what a store gave. */
export function inflate(req: SessionRequest, stored: StoredSession): Session {
  // Read first: from a record without a cookie this is the error the ecosystem knows.
  const expires: unknown = stored.cookie.expires
  const { originalMaxAge } = stored.cookie
  const cookie = new Cookie(stored.cookie)
  if (typeof expires === 'string') cookie.expires = new Date(expires)
  // Setting `expires` has counted the time left; the full time is what was stored.
  cookie.originalMaxAge = originalMaxAge
  stored.cookie = cookie
  return new Session(req, stored)
}

/** The JSON of a session without its cookie: what "changed" is decided by. */
export function dataJson(session: Session | StoredSession): string {
  const { cookie: _, ...data } = session
  return JSON.stringify(data)
}

/** What is enumerable of a session is its data, and its cookie. */
function dataOf(session: Session): Data {
  return session as object as Data
}

/** Merges what a store holds into a live session; its cookie stays. */
export function mergeStoredData(session: Session, baseJson: string, theirs: Data): void {
  const target = dataOf(session)
  const { cookie: __, ...ours } = target
  const { cookie: _, ...others } = theirs
  mergeInto(ours, JSON.parse(baseJson) as Data, others)
  for (const key of Object.keys(target)) {
    if (key !== 'cookie' && !Object.hasOwn(ours, key)) delete target[key]
  }
  for (const key of Object.keys(ours)) {
    // What has a meaning in a session (`save`, `__proto__`) is never taken from a store.
    if (Object.hasOwn(target, key) || !(key in target)) target[key] = ours[key]
  }
}

/**
 * The session as it is handed to the store.
 *
 * Stores take their time to live from `cookie.expires`; where a lifetime ends earlier than the
 * cookie, the store is shown that moment, and the browser's cookie keeps its own.
 */
export function storedForm(settings: Settings, session: Session): StoredSession {
  const ends = endOfLife(session.cookie, settings)
  if (ends === undefined) return session
  const cookie = new Cookie(session.cookie.data)
  cookie.expires = new Date(ends)
  cookie.originalMaxAge = session.cookie.originalMaxAge
  return { ...(session as object), cookie }
}

/** Undoes what {@link storedForm} did to a cookie that ends with the browser. */
export function restoreCookie(cookie: Cookie, settings: Settings): void {
  const { idleLifetime, absoluteLifetime } = settings
  if (idleLifetime === undefined && absoluteLifetime === undefined) return
  if (cookie.originalMaxAge === null || cookie.originalMaxAge === undefined) cookie.expires = null
  // A session from before the option was set counts from now.
  if (absoluteLifetime !== undefined) cookie.createdAt ??= Date.now()
}

/** Whether a stored session has outlived the limits of now, which may be shorter than when it was stored. */
export function isOverAge(cookie: Cookie, { absoluteLifetime }: Settings): boolean {
  return (
    absoluteLifetime !== undefined &&
    cookie.createdAt !== undefined &&
    cookie.createdAt + absoluteLifetime <= Date.now()
  )
}

function endOfLife(
  cookie: Cookie,
  { idleLifetime, absoluteLifetime }: Settings,
): number | undefined {
  if (idleLifetime === undefined && absoluteLifetime === undefined) return undefined
  const ends = [cookie.expires instanceof Date ? cookie.expires.getTime() : Infinity]
  if (idleLifetime !== undefined) ends.push(Date.now() + idleLifetime)
  if (absoluteLifetime !== undefined) ends.push((cookie.createdAt ?? Date.now()) + absoluteLifetime)
  return Math.min(...ends)
}

/**
 * Stores a session, merged with what others stored since this request read it.
 *
 * @param json - of its data, if that is known.
 * @throws {SessionConflictError} when others were faster {@link MOST_RETRIES} times, or when the
 *   request came with an id that has been rotated away.
 */
export function saveSession(
  exchange: Exchange,
  session: Session,
  json = dataJson(session),
): MaybePromise<void> {
  const { state } = exchange
  if (state.standing === 'gone') return undefined
  if (state.standing === 'closed') {
    if (json === state.base) return undefined
    throw new SessionConflictError('Cannot write the session: its id has been rotated')
  }
  exchange.savedId = session.id
  exchange.savedJson = json
  const { access } = exchange.settings
  if (access.hasVersions && state.version !== undefined) return write(exchange, session, json, 0)
  return locked(access, session.id, () =>
    // Blind stores: what another request of this process stored must be seen before we overwrite it,
    // also when this request stored the session itself.
    state.standing === 'stored'
      ? mergeStored(exchange, session, json, 1)
      : write(exchange, session, json, 1),
  )
}

/** How often a writer that lost starts again, before the client is asked to. */
export const MOST_RETRIES = 20

/** @param retries - 0 for who writes without the lock; the losers of a race then take it. */
function write(
  exchange: Exchange,
  session: Session,
  json: string,
  retries: number,
): MaybePromise<void> {
  const { settings, state } = exchange
  const { access } = settings
  const options: SetOptions =
    state.version === undefined
      ? { direct: true, json }
      : { direct: true, json, ifVersion: state.version }
  return attempt(
    () =>
      after(access.set(session.id, storedForm(settings, session), options), (version) =>
        state.saved(json, version),
      ),
    (error) => {
      if (!isConflict(error)) throw error
      if (retries === MOST_RETRIES) {
        throw new SessionConflictError(
          `Cannot write the session: others were faster ${retries} times`,
        )
      }
      const again = () =>
        after(pause(retries), () => mergeStored(exchange, session, json, retries + 1))
      return retries === 0 ? locked(access, session.id, again) : again()
    },
  )
}

function mergeStored(
  exchange: Exchange,
  session: Session,
  json: string,
  retries: number,
): MaybePromise<void> {
  const { state } = exchange
  return after(exchange.settings.access.get(session.id), (found) => {
    if (!found) {
      state.missed()
      return undefined
    }
    const { cookie, ...theirs } = found.session
    if (cookie?.readableUntil !== undefined) {
      throw new SessionConflictError('Cannot write the session: its id was rotated meanwhile')
    }
    const theirJson = JSON.stringify(theirs)
    state.version = found.version
    if (theirJson === state.base) return write(exchange, session, json, retries)
    mergeStoredData(session, state.base, theirs)
    state.base = theirJson
    exchange.savedJson = dataJson(session)
    return write(exchange, session, exchange.savedJson, retries)
  })
}

function isConflict(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 'SESSION_CONFLICT'
}

/** The first losers try at once; then a random while, so that processes do not march in step. */
function pause(retries: number): MaybePromise<void> {
  if (retries < 4) return undefined
  return new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(50, 2 ** retries)))
}

/**
 * Starts the time to live of a stored session anew, when its data did not change.
 *
 * Stores may read and write for it, or store what they are given; without versions it therefore takes
 * the lock, and is shown what is stored now if another may have changed that since this request
 * read it, so that it neither undoes a write nor a logout.
 */
export function touchSession(exchange: Exchange, session: Session): MaybePromise<void> {
  const { settings, state } = exchange
  const { access } = settings
  const touch = () => after(access.touch(session.id, storedForm(settings, session)), () => {})
  if (access.hasVersions) return touch()
  const touchStored = () => {
    if (!hasChangedSince(access, session.id, exchange.readAt)) return touch()
    return after(access.get(session.id), (found) => {
      if (!found) {
        state.missed()
        return undefined
      }
      const { cookie, ...theirs } = found.session
      if (cookie?.readableUntil !== undefined) return undefined
      mergeStoredData(session, state.base, theirs)
      state.base = JSON.stringify(theirs)
      return touch()
    })
  }
  return locked(access, session.id, touchStored, false)
}

/** Removes a session from the store; from then on nobody's write brings it back. */
export function destroySession(exchange: Exchange, id: string): MaybePromise<unknown> {
  const { access } = exchange.settings
  return access.hasVersions ? access.destroy(id) : locked(access, id, () => access.destroy(id))
}
