import type { CookieData } from '../session/cookie.ts'
import { SessionOptionError } from '../option-error.ts'
import type { StoredSession } from '../session/session-store.ts'

export interface TableOptions {
  /** Most sessions kept; beyond, the one not used for longest goes. @default 100_000 */
  readonly max?: number
  /** Milliseconds that a session whose cookie has no expiry outlives its last use. @default one day */
  readonly ttl?: number
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
  /** In the order of their last use: a Map keeps the order of insertion. */
  readonly #entries = new Map<string, Entry>()
  #sweep: IterableIterator<[string, Entry]> | undefined

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
    this.#drop(id, entry)
    return undefined
  }

  /** The same, and the session counts as used just now. */
  use(id: string): Entry | undefined {
    const entry = this.peek(id)
    if (entry === undefined) return undefined
    this.#entries.delete(id)
    this.#entries.set(id, entry)
    return entry
  }

  put(id: string, entry: Entry): void {
    this.#entries.delete(id)
    this.#entries.set(id, entry)
    this.#makeRoom()
  }

  remove(id: string): boolean {
    return this.#entries.delete(id)
  }

  clear(): void {
    this.#entries.clear()
  }

  /** The ids of all sessions that are alive. */
  ids(): string[] {
    return [...this.#entries.keys()].filter((id) => this.peek(id) !== undefined)
  }

  /** When a session ends: what its cookie says, or by the rule of this store. */
  expiryOf(session: StoredSession): number {
    const expires = session.cookie?.expires as Date | string | null | undefined
    const time = typeof expires === 'string' ? Date.parse(expires) : expires?.valueOf()
    return time === undefined || Number.isNaN(time) ? Date.now() + this.#ttl : time
  }

  /** Each write also looks at two entries, so the expired go without a timer that wakes the process. */
  #makeRoom(): void {
    if (this.#entries.size > this.#max) {
      const [id, entry] = this.#entries.entries().next().value as [string, Entry]
      this.#drop(id, entry)
    }
    const now = Date.now()
    for (let looks = 0; looks < 2; looks++) {
      this.#sweep ??= this.#entries.entries()
      const { value, done } = this.#sweep.next()
      if (done) this.#sweep = undefined
      else if (value[1].expires <= now) this.#drop(value[0], value[1])
    }
  }

  #drop(id: string, entry: Entry): void {
    this.#entries.delete(id)
    this.#dropped(entry)
  }
}

const ONE_DAY = 86_400_000
