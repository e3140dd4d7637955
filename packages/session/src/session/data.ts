import { mergeInto } from './merge.ts'
import type { Data } from './merge.ts'
import type { Session } from './session.ts'
import type { StoredSession } from './store.ts'

/** The JSON of a session without its cookie: what "changed" is decided by. */
export function dataJson(session: Session | StoredSession): string {
  const { cookie: _, ...data } = session
  return JSON.stringify(data)
}

/** Merges what a store holds into a live session; its cookie stays. */
export function mergeStoredData(session: Session, baseJson: string, theirs: Data): void {
  const { cookie: __, ...ours } = session as unknown as Data
  const { cookie: _, ...others } = theirs
  mergeInto(ours, JSON.parse(baseJson) as Data, others)
  const target = session as unknown as Data
  for (const key of Object.keys(target)) {
    if (key !== 'cookie' && !Object.hasOwn(ours, key)) delete target[key]
  }
  for (const key of Object.keys(ours)) {
    // What has a meaning in a session (`save`, `__proto__`) is never taken from a store.
    if (Object.hasOwn(target, key) || !(key in target)) target[key] = ours[key]
  }
}
