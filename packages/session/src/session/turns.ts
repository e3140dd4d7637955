import type { StoreAccess } from './ask-store.ts'
import type { SessionStore } from './store.ts'

/**
 * Lets the writers of one session in this process go one after the other.
 *
 * A store without versions can only be written blindly; in turns, each writer first reads what the
 * one before stored. With versions it spares the retries.
 */
export function takeTurn<T>(
  access: StoreAccess,
  id: string,
  work: () => T | Promise<T>,
): Promise<T> {
  let turns = turnsOf.get(access.store)
  if (turns === undefined) turnsOf.set(access.store, (turns = new Map()))
  const before = turns.get(id)
  const mine = before === undefined ? Promise.resolve().then(work) : before.then(work)
  const settled = mine.then(ignore, ignore)
  turns.set(id, settled)
  void settled.then(() => {
    if (turns.get(id) === settled) turns.delete(id)
  })
  return mine
}

const turnsOf = new WeakMap<SessionStore, Map<string, Promise<void>>>()

function ignore(): void {}
