import type { Found } from './ask-store.ts'
import { dataJson } from './data.ts'
import { destroySession } from './destroy.ts'
import { exposeSession } from './expose.ts'
import { generate } from './generate.ts'
import { identify } from './identify.ts'
import { inflate } from './inflate.ts'
import { isOverAge, restoreCookie } from './lifetimes.ts'
import { after } from './maybe-promise.ts'
import type { MaybePromise } from './maybe-promise.ts'
import type { Session } from './session.ts'
import { now } from './turns.ts'
import type { Visit } from './visit.ts'

/**
 * Gives a visit its session, found or new, and goes on with the next handler; or with an error.
 *
 * An error is never taken for "no such session": that would throw a valid session away.
 */
export function load(visit: Visit): void {
  const { req, secrets, settings } = visit
  const id = identify(req, settings, secrets)
  if (id === undefined) return startAnew(visit)
  visit.offered = id
  req.sessionID = id
  visit.readAt = now(settings.access)
  let found
  try {
    found = after(settings.access.get(id), (stored) => resume(visit, stored))
  } catch (error) {
    return visit.next(error)
  }
  if (found instanceof Promise) {
    // Both arms, not a `catch` behind: what a later handler throws is not ours to answer.
    found.then(
      () => visit.next(),
      (error: unknown) => visit.next(error),
    )
  } else {
    visit.next()
  }
}

function startAnew(visit: Visit): void {
  try {
    start(visit)
  } catch (error) {
    return visit.next(error) // from `genid` or the cookie's function
  }
  visit.next()
}

/** Goes on with the session found; an unknown id is not adopted, its bearer gets a new one. */
function resume(visit: Visit, found: Found | undefined): MaybePromise<void> {
  if (!found) return start(visit)
  const { req, settings } = visit
  const session = inflate(req, found.session)
  if (isOverAge(session.cookie, settings)) {
    return after(destroySession(visit, session.id), () => start(visit))
  }
  restoreCookie(session.cookie, settings)
  const { readableUntil } = session.cookie
  if (readableUntil !== undefined && readableUntil <= Date.now()) return start(visit)
  visit.session = session
  visit.found(session, found.version, found.json)
  visit.readOnly = readableUntil !== undefined
  visit.firstId = session.id
  visit.firstJson = visit.base
  if (!settings.resave) {
    visit.savedId = session.id
    visit.savedJson = visit.base
  }
  exposeSession(visit)
  visit.ready = true
}

function start(visit: Visit): void {
  generate(visit)
  const session = visit.session as Session
  visit.firstId = session.id
  visit.firstJson = dataJson(session)
  visit.ready = true
}
