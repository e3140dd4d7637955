import { StoreUnavailableError } from './errors.ts'
import type { MaybePromise, StoreAccess } from './store-access.ts'
import type { SessionStore } from './session-store.ts'

/**
 * Holds the lock of one session while work on it runs: in this process, one after the other, in order.
 *
 * A store without versions can only be written blindly; under the lock, each writer first reads what the
 * one before stored. With versions it spares the retries. Whoever has nobody before him starts at
 * once. Waiting counts towards the store's time limit, so that a silent store holds all who wait for
 * it as long as one.
 *
 * @param changes - the work may change what is stored, or remove it; a touch does not.
 */
export function locked<T>(
  access: StoreAccess,
  id: string,
  work: () => MaybePromise<T>,
  changes = true,
): MaybePromise<T> {
  const { tails, releases } = locksOf(access.store)
  const before = tails.get(id)
  let isLate = false
  let mine: MaybePromise<T>
  if (before === undefined) {
    // Who comes while the work begins has to wait as well: a store may call back to other requests.
    let end = ignore
    const tail = new Promise<void>((resolve) => {
      end = resolve
    })
    tails.set(id, tail)
    const release = (): void => {
      if (changes) releases.note(id)
      if (tails.get(id) === tail) tails.delete(id)
      end()
    }
    try {
      mine = work()
    } catch (error) {
      release()
      throw error
    }
    if (!(mine instanceof Promise)) {
      release()
      return mine
    }
    mine.then(release, release)
  } else {
    mine = before.then(() => {
      if (isLate) throw tooLate(access)
      return work()
    })
    const release = changes ? () => releases.note(id) : ignore
    const settled = mine.then(release, release)
    tails.set(id, settled)
    void settled.then(() => {
      if (tails.get(id) === settled) tails.delete(id)
    })
  }
  return within(access, mine, () => {
    isLate = true
  })
}

/** A moment, counted in released locks, to ask {@link hasChangedSince} about. */
export function lockClock({ store }: StoreAccess): number {
  return locksOf(store).releases.count
}

/**
 * Whether a lock under which the session may have been changed was released since then, as far as is
 * remembered: what is forgotten counts as changed.
 */
export function hasChangedSince({ store }: StoreAccess, id: string, moment: number): boolean {
  return locksOf(store).releases.isAfter(id, moment)
}

/** When the lock of each session was last released, counted in releases; the oldest are forgotten. */
class Releases {
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

interface Locks {
  /** The end of the last in line, by session. */
  readonly tails: Map<string, Promise<void>>
  readonly releases: Releases
}

const locks = new WeakMap<SessionStore, Locks>()

function locksOf(store: SessionStore): Locks {
  let ofStore = locks.get(store)
  if (ofStore === undefined) {
    ofStore = { tails: new Map(), releases: new Releases() }
    locks.set(store, ofStore)
  }
  return ofStore
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
