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
  // Only those ask who cannot ask the store for a version.
  const isNoted = changes && !access.hasVersions
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
      if (isNoted) releases.note(id)
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
    const release = isNoted ? () => releases.note(id) : ignore
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

/**
 * When the lock of each session was last released, counted in releases; the oldest are forgotten, all at
 * once, since a Map that loses its first entry again and again has to step over those that are gone.
 */
class Releases {
  count = 0
  /** The count up to which nothing is remembered, and that at which the recent half began. */
  #forgotten = 0
  #begin = 0
  #recent = new Map<string, number>()
  #older = new Map<string, number>()

  note(id: string): void {
    this.#recent.set(id, ++this.count)
    if (this.#recent.size < MOST_IN_A_HALF) return
    // The older half ended where the recent one began.
    this.#forgotten = this.#begin
    this.#begin = this.count
    this.#older = this.#recent
    this.#recent = new Map()
  }

  isAfter(id: string, moment: number): boolean {
    if (moment < this.#forgotten) return true
    return (this.#recent.get(id) ?? this.#older.get(id) ?? 0) > moment
  }
}

/** Sessions that change while one request lasts, in each half; about a hundred bytes each. */
const MOST_IN_A_HALF = 5_000

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
