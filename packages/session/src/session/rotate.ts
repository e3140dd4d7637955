import { Cookie } from './cookie.ts'
import type { StoredCookie } from './cookie.ts'
import { SessionConflictError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { renameSession } from './session.ts'
import type { Session } from './session.ts'
import { locked } from './session-lock.ts'
import { MOST_RETRIES, dataJson, mergeStoredData, storedForm } from './stored-session.ts'

/**
 * Moves a session to a new id, keeping its data.
 *
 * The old id is closed first: a crash in between logs the client out, where the other order would
 * leave an id that an attacker may know alive. What stays readable under it is what was stored
 * before, without anything this request has done, so never the rights that were just given.
 *
 * A session that another request destroyed stays dead: nothing is rotated, the answer leaves.
 *
 * @throws {SessionConflictError} when the session was rotated by another request.
 */
export async function rotateSession(exchange: Exchange, session: Session): Promise<void> {
  const { req, settings, state } = exchange
  const oldId = session.id
  if (state.standing === 'closed')
    throw new SessionConflictError('Cannot rotate the session: its id has been rotated')
  if (state.standing === 'stored')
    await locked(settings.access, oldId, () => closeId(exchange, session, oldId))
  if (state.standing === 'gone') return // destroyed meanwhile, and stays dead
  const wasStored = state.standing === 'stored'
  const id = settings.genid(req)
  renameSession(session, id)
  req.sessionID = id
  state.version = undefined
  if (wasStored) {
    session.touch()
    const json = dataJson(session)
    const stored = storedForm(settings, session)
    state.saved(json, await settings.access.set(id, stored, { direct: true, json }))
    exchange.savedId = id
    exchange.savedJson = json
  }
}

async function closeId({ settings, state }: Exchange, session: Session, id: string): Promise<void> {
  const { access, rotationGrace } = settings
  for (let retries = 0; retries <= MOST_RETRIES; retries++) {
    const found = await access.get(id)
    if (!found) {
      state.missed()
      return
    }
    if (found.session.cookie?.readableUntil !== undefined) {
      throw new SessionConflictError('Cannot rotate the session: another request has rotated it')
    }
    const { cookie, ...theirs } = found.session
    const theirJson = JSON.stringify(theirs)
    if (theirJson !== state.base) {
      mergeStoredData(session, state.base, theirs)
      state.base = theirJson
    }
    if (rotationGrace === 0) {
      await access.destroy(id)
      return
    }
    const until = Date.now() + rotationGrace
    const closed = {
      ...theirs,
      // The class, as stores may ask `cookie.maxAge`.
      cookie: new Cookie({ ...cookieData(cookie), readableUntil: until }),
    }
    closed.cookie.expires = new Date(until)
    closed.cookie.originalMaxAge = rotationGrace
    try {
      const { version } = found
      await access.set(id, closed, version === undefined ? {} : { ifVersion: version })
      return
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'SESSION_CONFLICT') throw error
    }
  }
  throw new SessionConflictError(
    `Cannot rotate the session: others were faster ${MOST_RETRIES} times`,
  )
}

function cookieData(cookie: Cookie | StoredCookie): StoredCookie {
  return cookie instanceof Cookie ? cookie.data : cookie
}
