import type { MaybePromise } from './maybe-promise.ts'
import { takeTurn } from './turns.ts'
import type { Visit } from './visit.ts'

/** Removes a session from the store; from then on nobody's write brings it back. */
export function destroySession(visit: Visit, id: string): MaybePromise<unknown> {
  const { access } = visit.settings
  return access.hasVersions ? access.destroy(id) : takeTurn(access, id, () => access.destroy(id))
}
