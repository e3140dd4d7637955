import type { StoreAccess } from './ask-store.ts'
import { StoreUnavailableError } from './errors.ts'
import type { MaybePromise } from './maybe-promise.ts'
import type { SessionStore } from './store.ts'

/**
 * Lets those who change one session in this process go one after the other.
 *
 * A store without versions can only be written blindly; in turns, each writer first reads what the
 * one before stored. With versions it spares the retries. Whoever has nobody before him starts at
 * once. Waiting counts towards the store's time limit, so that a silent store holds all who wait for
 * it as long as one.
 */
export function takeTurn<T>(
  access: StoreAccess,
  id: string,
  work: () => MaybePromise<T>,
): MaybePromise<T> {
  let turns = turnsOf.get(access.store)
  if (turns === undefined) turnsOf.set(access.store, (turns = new Map()))
  const before = turns.get(id)
  let isLate = false
  let mine: MaybePromise<T>
  if (before === undefined) {
    // Who comes while the work begins has to wait as well: a store may call back to other requests.
    let end = ignore
    const turn = new Promise<void>((resolve) => {
      end = resolve
    })
    turns.set(id, turn)
    const leave = (): void => {
      if (turns.get(id) === turn) turns.delete(id)
      end()
    }
    try {
      mine = work()
    } catch (error) {
      leave()
      throw error
    }
    if (!(mine instanceof Promise)) {
      leave()
      return mine
    }
    mine.then(leave, leave)
  } else {
    mine = before.then(() => {
      if (isLate) throw tooLate(access)
      return work()
    })
    const settled = mine.then(ignore, ignore)
    turns.set(id, settled)
    void settled.then(() => {
      if (turns.get(id) === settled) turns.delete(id)
    })
  }
  return within(access, mine, () => {
    isLate = true
  })
}

const turnsOf = new WeakMap<SessionStore, Map<string, Promise<void>>>()

function within<T>(access: StoreAccess, work: Promise<T>, giveUp: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      giveUp()
      reject(tooLate(access))
    }, access.timeout)
    timer.unref()
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

function tooLate({ timeout }: StoreAccess): Error {
  return new StoreUnavailableError('set', `did not answer within ${timeout} ms`)
}

function ignore(): void {}
