import type { StoredSession } from '../session/session-store.ts'

/**
 * Whole milliseconds that a session has left by its cookie, as any server counts them on a clock of its
 * own; 0 or less for one that has ended.
 *
 * @param ttl - for a session whose cookie has no expiry.
 */
export function lifeOf(session: StoredSession, ttl: number): number {
  const expires = session.cookie?.expires as Date | string | null | undefined
  const time = typeof expires === 'string' ? Date.parse(expires) : expires?.valueOf()
  return Math.ceil(time === undefined || Number.isNaN(time) ? ttl : time - Date.now())
}
