import { SessionOptionError } from '../option-error.ts'
import type { CookieData } from '../session/cookie.ts'
import type { StoredSession } from '../session/session-store.ts'

export interface TableOptions {
  /** Most sessions kept; beyond, the one not used for longest goes. @default 100_000 */
  readonly max?: number | undefined
  /** Milliseconds that a session whose cookie has no expiry outlives its last use. @default one day */
  readonly ttl?: number | undefined
}

/** One session at rest. It is JSON, so nobody can change it through an object they still hold. */
export class Entry {
  readonly json: string
  /** JSON, or empty for a session without a cookie. */
  cookie: string
  expires: number
  readonly version: number
  /** Bytes on file, for a store that has one. */
  size = 0
  /** The expiry that the file, or the client's cookie, says. */
  expiryOnFile = 0

  // Its place in a table; there, and not in an object of its own, which would take 32 bytes more.
  id = ''
  older: Entry | undefined
  newer: Entry | undefined

  constructor(json: string, cookie: string, expires: number, version: number) {
    this.json = json
    this.cookie = cookie
    this.expires = expires
    this.version = version
  }

  read(): StoredSession {
    const session = JSON.parse(this.json) as StoredSession
    if (this.cookie !== '') session.cookie = JSON.parse(this.cookie) as CookieData
    return session
  }
}

/** Sessions in memory: bounded, expiring, without a timer. */
export class SessionTable {
  readonly #max: number
  readonly #ttl: number
  readonly #dropped: (entry: Entry) => void
  readonly #entries = new Map<string, Entry>()
  readonly #byUse = new ByUse()
  /** The next that a write looks at. */
  #sweep: Entry | undefined

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
    return this.#entries.size
  }

  /** The entry of a session that is alive. */
  peek(id: string): Entry | undefined {
    const entry = this.#entries.get(id)
    if (entry === undefined || entry.expires > Date.now()) return entry
    this.#drop(entry)
    return undefined
  }

  /** The same, and the session counts as used just now. */
  use(id: string): Entry | undefined {
    const entry = this.peek(id)
    if (entry?.newer === undefined) return entry
    this.#unlink(entry)
    this.#byUse.append(entry)
    return entry
  }

  put(id: string, entry: Entry): void {
    const before = this.#entries.get(id)
    if (before !== undefined) this.#unlink(before)
    entry.id = id
    this.#entries.set(id, entry)
    this.#byUse.append(entry)
    this.#makeRoom()
  }

  remove(id: string): void {
    const entry = this.#entries.get(id)
    if (entry !== undefined) this.#remove(entry)
  }

  clear(): void {
    this.#entries.clear()
    this.#byUse.clear()
    this.#sweep = undefined
  }

  /** The ids of all sessions that are alive, the one not used for longest first. */
  ids(): string[] {
    return [...this.#byUse.ids()].filter((id) => this.peek(id) !== undefined)
  }

  /** When a session ends: what its cookie says, or by the rule of this store. */
  expiryOf(session: StoredSession): number {
    const expires = session.cookie?.expires as Date | string | null | undefined
    const time = typeof expires === 'string' ? Date.parse(expires) : expires?.valueOf()
    return time === undefined || Number.isNaN(time) ? Date.now() + this.#ttl : time
  }

  /** Each write also looks at two entries, so the expired go without a timer that wakes the process. */
  #makeRoom(): void {
    if (this.#entries.size > this.#max) this.#drop(this.#byUse.oldest as Entry)
    const now = Date.now()
    for (let looks = 0; looks < 2; looks++) {
      const entry = this.#sweep ?? this.#byUse.oldest
      if (entry === undefined) return
      this.#sweep = entry.newer
      if (entry.expires <= now) this.#drop(entry)
    }
  }

  #drop(entry: Entry): void {
    this.#remove(entry)
    this.#dropped(entry)
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.id)
    this.#unlink(entry)
  }

  #unlink(entry: Entry): void {
    if (this.#sweep === entry) this.#sweep = entry.newer
    this.#byUse.unlink(entry)
  }
}

/**
 * Entries in the order of their last use, in a list that is linked.
 *
 * The order of a Map, from which what is used was deleted and set again, took 9 µs of each new session in a
 * full table of 100,000: who asks a Map for its first entry steps over all that it has lost.
 */
class ByUse {
  oldest: Entry | undefined
  #newest: Entry | undefined

  append(entry: Entry): void {
    entry.older = this.#newest
    entry.newer = undefined // one of a list that was cleared may still name others
    if (this.#newest === undefined) this.oldest = entry
    else this.#newest.newer = entry
    this.#newest = entry
  }

  unlink(entry: Entry): void {
    const { older, newer } = entry
    if (older === undefined) this.oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
    // Whoever still holds it holds none of the others.
    entry.older = undefined
    entry.newer = undefined
  }

  clear(): void {
    this.oldest = undefined
    this.#newest = undefined
  }

  *ids(): Generator<string> {
    for (let entry = this.oldest; entry !== undefined; entry = entry.newer) yield entry.id
  }
}

const ONE_DAY = 86_400_000
