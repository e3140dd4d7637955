import { dataJson, mergeStoredData } from './data.ts'
import { SessionConflictError } from './errors.ts'
import { storedForm } from './lifetimes.ts'
import { after, attempt } from './maybe-promise.ts'
import type { MaybePromise } from './maybe-promise.ts'
import type { Session } from './session.ts'
import type { SetOptions } from './store.ts'
import { hasChangedSince, takeTurn } from './turns.ts'
import type { Visit } from './visit.ts'

/**
 * Stores a session, merged with what others stored since this request read it.
 *
 * @param json - of its data, if that is known.
 * @throws {SessionConflictError} when others were faster {@link MOST_RETRIES} times, or when the
 *   request came with an id that has been rotated away.
 */
export function saveSession(
  visit: Visit,
  session: Session,
  json = dataJson(session),
): MaybePromise<void> {
  if (visit.gone) return undefined
  if (visit.readOnly) {
    if (json === visit.base) return undefined
    throw new SessionConflictError('Cannot write the session: its id has been rotated')
  }
  visit.savedId = session.id
  visit.savedJson = json
  const { access } = visit.settings
  if (access.hasVersions && visit.version !== undefined) return write(visit, session, json, 0)
  return takeTurn(access, session.id, () =>
    // Blind stores: what another request of this process stored must be seen before we overwrite it,
    // also when this request stored the session itself.
    visit.stored ? mergeStored(visit, session, json, 1) : write(visit, session, json, 1),
  )
}

/** How often a writer that lost starts again, before the client is asked to. */
export const MOST_RETRIES = 20

/** @param retries - 0 for who writes without a turn; the losers of a race then take turns. */
function write(visit: Visit, session: Session, json: string, retries: number): MaybePromise<void> {
  const { access } = visit.settings
  const options: SetOptions =
    visit.version === undefined
      ? { direct: true, json }
      : { direct: true, json, ifVersion: visit.version }
  return attempt(
    () =>
      after(access.set(session.id, storedForm(visit, session), options), (version) => {
        visit.stored = true
        visit.version = version
        visit.base = json
      }),
    (error) => {
      if (!isConflict(error)) throw error
      if (retries === MOST_RETRIES) {
        throw new SessionConflictError(
          `Cannot write the session: others were faster ${retries} times`,
        )
      }
      const again = () =>
        after(pause(retries), () => mergeStored(visit, session, json, retries + 1))
      return retries === 0 ? takeTurn(access, session.id, again) : again()
    },
  )
}

function mergeStored(
  visit: Visit,
  session: Session,
  json: string,
  retries: number,
): MaybePromise<void> {
  return after(visit.settings.access.get(session.id), (found) => {
    if (!found) {
      visit.gone = true
      return undefined
    }
    const { cookie, ...theirs } = found.session
    if (cookie?.readableUntil !== undefined) {
      throw new SessionConflictError('Cannot write the session: its id was rotated meanwhile')
    }
    const theirJson = JSON.stringify(theirs)
    visit.version = found.version
    if (theirJson === visit.base) return write(visit, session, json, retries)
    mergeStoredData(session, visit.base, theirs)
    visit.base = theirJson
    visit.savedJson = dataJson(session)
    return write(visit, session, visit.savedJson, retries)
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
 * a turn, and is shown what is stored now if another turn may have changed that since this request
 * read it, so that it neither undoes a write nor a logout.
 */
export function touchSession(visit: Visit, session: Session): MaybePromise<void> {
  const { access } = visit.settings
  const touch = () => after(access.touch(session.id, storedForm(visit, session)), () => {})
  if (access.hasVersions) return touch()
  const touchStored = () => {
    if (!hasChangedSince(access, session.id, visit.readAt)) return touch()
    return after(access.get(session.id), (found) => {
      if (!found) {
        visit.gone = true
        return undefined
      }
      const { cookie, ...theirs } = found.session
      if (cookie?.readableUntil !== undefined) return undefined
      mergeStoredData(session, visit.base, theirs)
      visit.base = JSON.stringify(theirs)
      return touch()
    })
  }
  return takeTurn(access, session.id, touchStored, false)
}
