import type { Data } from './merge.ts'
import type { Session } from './session.ts'
import type { StoredSession } from './store.ts'

/** The JSON of a session without its cookie: what "changed" is decided by. */
export function dataJson(session: Session | StoredSession): string {
  const { cookie: _, ...data } = session
  return JSON.stringify(data)
}

export function parseData(json: string): Data {
  return JSON.parse(json) as Data
}

/** Makes a live session hold exactly `data`; its cookie stays. */
export function refill(session: Session, data: Data): void {
  const target = session as unknown as Data
  for (const key of Object.keys(target)) {
    if (key !== 'cookie' && !Object.hasOwn(data, key)) delete target[key]
  }
  for (const key of Object.keys(data)) {
    if (Object.hasOwn(target, key) || !(key in target)) target[key] = data[key]
  }
}
