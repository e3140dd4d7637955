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
 *
 * @param changes - the work may change what is stored, or remove it; a touch does not.
 */
export function takeTurn<T>(
  access: StoreAccess,
  id: string,
  work: () => MaybePromise<T>,
  changes = true,
): MaybePromise<T> {
  const { turns, ends } = roundOf(access.store)
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
      if (changes) ends.note(id)
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
    const leave = changes ? () => ends.note(id) : ignore
    const settled = mine.then(leave, leave)
    turns.set(id, settled)
    void settled.then(() => {
      if (turns.get(id) === settled) turns.delete(id)
    })
  }
  return within(access, mine, () => {
    isLate = true
  })
}

/** A moment between turns, to ask {@link hasChangedSince} about. */
export function now({ store }: StoreAccess): number {
  return roundOf(store).ends.count
}

/**
 * Whether a turn of this process that may have changed the session has ended since then, as far as is
 * remembered: what is forgotten counts as changed.
 */
export function hasChangedSince({ store }: StoreAccess, id: string, moment: number): boolean {
  return roundOf(store).ends.isAfter(id, moment)
}

/** When the last turn of each session ended, counted in turns; the oldest are forgotten. */
class Ends {
  count = 0
  #forgotten = 0
  readonly #last = new Map<string, number>()

  note(id: string): void {
    this.#last.delete(id)
    this.#last.set(id, ++this.count)
    if (this.#last.size <= MOST_REMEMBERED) return
    const [oldest, end] = this.#last.entries().next().value as [string, number]
    this.#last.delete(oldest)
    this.#forgotten = end
  }

  isAfter(id: string, moment: number): boolean {
    return moment < this.#forgotten || (this.#last.get(id) ?? 0) > moment
  }
}

/** Sessions that change while one request lasts; about a hundred bytes each. */
const MOST_REMEMBERED = 10_000

interface Round {
  readonly turns: Map<string, Promise<void>>
  readonly ends: Ends
}

const rounds = new WeakMap<SessionStore, Round>()

function roundOf(store: SessionStore): Round {
  let round = rounds.get(store)
  if (round === undefined) rounds.set(store, (round = { turns: new Map(), ends: new Ends() }))
  return round
}

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
