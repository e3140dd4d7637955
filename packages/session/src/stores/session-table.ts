import { SessionOptionError } from '../option-error.ts'
import type { StoredSession } from '../session/session-store.ts'
import type { Entry } from './entry.ts'

export interface TableOptions {
  /** Most sessions kept; beyond, the one not used for longest goes. @default 100_000 */
  readonly max?: number | undefined
  /** Milliseconds that a session whose cookie has no expiry outlives its last use. @default one day */
  readonly ttl?: number | undefined
}

/** Sessions in memory: bounded, expiring, without a timer. */
export class SessionTable {
  readonly #max: number
  readonly #ttl: number
  readonly #dropped: (entry: Entry) => void
  readonly #slots = new Map<string, Slot>()
  readonly #byUse = new ByUse()
  /** The next that a write looks at. */
  #sweep: Slot | undefined

  /** @param dropped - told about each session that ended or had to make room. */
  constructor(
    { max = 100_000, ttl = ONE_DAY }: TableOptions,
    dropped: (entry: Entry) => void = () => {},
  ) {
    if (!(max >= 1))
      throw new SessionOptionError('max', `max option must be at least 1, not ${max}`)
    if (!(ttl > 0)) throw new SessionOptionError('ttl', `ttl option must be above 0 ms, not ${ttl}`)
    this.#max = max
    this.#ttl = ttl
    this.#dropped = dropped
  }

  get size(): number {
    return this.#slots.size
  }

  /** The entry of a session that is alive. */
  peek(id: string): Entry | undefined {
    return this.#alive(id)?.entry
  }

  /** The same, and the session counts as used just now. */
  use(id: string): Entry | undefined {
    const slot = this.#alive(id)
    if (slot === undefined) return undefined
    this.#moveToEnd(slot)
    return slot.entry
  }

  put(id: string, entry: Entry): void {
    const slot = this.#slots.get(id)
    if (slot === undefined) {
      const added = new Slot(id, entry)
      this.#slots.set(id, added)
      this.#byUse.append(added)
    } else {
      slot.entry = entry
      this.#moveToEnd(slot)
    }
    this.#makeRoom()
  }

  remove(id: string): void {
    const slot = this.#slots.get(id)
    if (slot !== undefined) this.#remove(slot)
  }

  clear(): void {
    this.#slots.clear()
    this.#byUse.clear()
    this.#sweep = undefined
  }

  /** The ids of all sessions that are alive, the one not used for longest first. */
  ids(): string[] {
    const ids = []
    for (const { id } of this.#byUse.all()) if (this.peek(id) !== undefined) ids.push(id)
    return ids
  }

  /** When a session ends: what its cookie says, or by the rule of this store. */
  expiryOf(session: StoredSession): number {
    const expires = session.cookie?.expires as Date | string | null | undefined
    const time = typeof expires === 'string' ? Date.parse(expires) : expires?.valueOf()
    return time === undefined || Number.isNaN(time) ? Date.now() + this.#ttl : time
  }

  #alive(id: string): Slot | undefined {
    const slot = this.#slots.get(id)
    if (slot === undefined || slot.entry.expires > Date.now()) return slot
    this.#drop(slot)
    return undefined
  }

  /** Each write also looks at two entries, so the expired go without a timer that wakes the process. */
  #makeRoom(): void {
    if (this.#slots.size > this.#max) this.#drop(this.#byUse.oldest as Slot)
    const now = Date.now()
    for (let looks = 0; looks < 2; looks++) {
      const slot = this.#sweep ?? this.#byUse.oldest
      if (slot === undefined) return
      this.#sweep = slot.newer
      if (slot.entry.expires <= now) this.#drop(slot)
    }
  }

  #moveToEnd(slot: Slot): void {
    if (slot.newer === undefined) return
    if (this.#sweep === slot) this.#sweep = slot.newer
    this.#byUse.unlink(slot)
    this.#byUse.append(slot)
  }

  #drop(slot: Slot): void {
    this.#remove(slot)
    this.#dropped(slot.entry)
  }

  #remove(slot: Slot): void {
    if (this.#sweep === slot) this.#sweep = slot.newer
    this.#slots.delete(slot.id)
    this.#byUse.unlink(slot)
  }
}

/** Where a session stands in the order of use. */
class Slot {
  readonly id: string
  entry: Entry
  older: Slot | undefined
  newer: Slot | undefined

  constructor(id: string, entry: Entry) {
    this.id = id
    this.entry = entry
  }
}

/**
 * Slots in the order of their last use, in a list that is linked.
 *
 * The order of a Map, from which what is used was deleted and set again, took 9 µs of each new session in a
 * full table of 100,000: who asks a Map for its first entry steps over all that it has lost.
 */
class ByUse {
  oldest: Slot | undefined
  #newest: Slot | undefined

  append(slot: Slot): void {
    slot.older = this.#newest
    slot.newer = undefined
    if (this.#newest === undefined) this.oldest = slot
    else this.#newest.newer = slot
    this.#newest = slot
  }

  unlink({ older, newer }: Slot): void {
    if (older === undefined) this.oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
  }

  clear(): void {
    this.oldest = undefined
    this.#newest = undefined
  }

  /** Those that are removed meanwhile are no reason to stop. */
  *all(): Generator<Slot> {
    for (let slot = this.oldest; slot !== undefined;) {
      const { newer } = slot
      yield slot
      slot = newer
    }
  }
}

const ONE_DAY = 86_400_000
