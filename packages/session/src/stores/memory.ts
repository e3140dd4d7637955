import type { CookieData } from '../session/cookie.ts'
import { SessionConflictError, SessionOptionError } from '../session/errors.ts'
import { Store } from '../session/store.ts'
import type {
  Done,
  GetCallback,
  GetOptions,
  SetCallback,
  SetOptions,
  StoredSession,
} from '../session/store.ts'
import { answer, dataOf, endOf } from './stored.ts'

export interface MemoryStoreOptions {
  /** Most sessions kept; beyond, the one not used for longest goes. @default 100_000 */
  readonly max?: number
  /** Milliseconds that a session whose cookie has no expiry outlives its last use. @default one day */
  readonly ttl?: number
}

/**
 * Keeps sessions in the memory of this process: the default store.
 *
 * Bounded and expiring, without a timer; a restart forgets everything. Sessions are held as JSON, so
 * that nobody can change a stored session through an object they still hold.
 */
export class MemoryStore extends Store {
  readonly #max: number
  readonly #ttl: number
  /** In the order of their last use: a Map keeps the order of insertion. */
  readonly #entries = new Map<string, Entry>()
  #sweep: IterableIterator<[string, Entry]> | undefined
  #lastVersion = 0

  constructor({ max = 100_000, ttl = ONE_DAY }: MemoryStoreOptions = {}) {
    super()
    if (!(max >= 1))
      throw new SessionOptionError('max', `max option must be at least 1, not ${max}`)
    if (!(ttl > 0)) throw new SessionOptionError('ttl', `ttl option must be above 0 ms, not ${ttl}`)
    this.#max = max
    this.#ttl = ttl
  }

  override get(id: string, callback?: GetCallback, options?: GetOptions): unknown {
    const entry = this.#live(id)
    if (entry === undefined) return answer(callback, options, undefined)
    this.#entries.delete(id)
    this.#entries.set(id, entry)
    const session = entry.read()
    if (callback !== undefined && options?.direct) return callback(null, session, entry.version)
    return answer(callback, options, session, entry.version)
  }

  override set(
    id: string,
    session: StoredSession,
    callback?: SetCallback,
    options?: SetOptions,
  ): unknown {
    const current = this.#live(id)
    const expected = options?.ifVersion
    if (expected !== undefined && current?.version !== expected) {
      return answer(callback, options, undefined, undefined, new SessionConflictError())
    }
    const version = ++this.#lastVersion
    const json = options?.json ?? dataOf(session)
    const cookie = session.cookie ? JSON.stringify(session.cookie) : ''
    if (current !== undefined) this.#entries.delete(id)
    this.#entries.set(id, new Entry(json, cookie, this.#expiry(session), version))
    this.#makeRoom()
    return answer(callback, options, version)
  }

  override touch(id: string, session: StoredSession, callback?: Done): unknown {
    const entry = this.#live(id)
    if (entry !== undefined) {
      entry.cookie = JSON.stringify(session.cookie)
      entry.expires = this.#expiry(session)
    }
    return answer(callback, undefined, undefined)
  }

  override destroy(id: string, callback?: Done): unknown {
    this.#entries.delete(id)
    return answer(callback, undefined, undefined)
  }

  override all(
    callback?: (error?: unknown, sessions?: Record<string, StoredSession>) => void,
  ): unknown {
    return answer(callback, undefined, this.sessions)
  }

  override length(callback?: (error?: unknown, length?: number) => void): unknown {
    for (const id of this.#entries.keys()) this.#live(id)
    return answer(callback, undefined, this.#entries.size)
  }

  override clear(callback?: Done): unknown {
    this.#entries.clear()
    return answer(callback, undefined, undefined)
  }

  /** A copy of all sessions by id; for tests and tools. */
  get sessions(): Record<string, StoredSession> {
    const sessions = Object.create(null) as Record<string, StoredSession>
    for (const id of this.#entries.keys()) {
      const entry = this.#live(id)
      if (entry !== undefined) sessions[id] = entry.read()
    }
    return sessions
  }

  #live(id: string): Entry | undefined {
    const entry = this.#entries.get(id)
    if (entry === undefined || entry.expires > Date.now()) return entry
    this.#entries.delete(id)
    return undefined
  }

  #expiry(session: StoredSession): number {
    return endOf(session) ?? Date.now() + this.#ttl
  }

  /** Each write also looks at two entries, so the expired go without a timer that wakes the process. */
  #makeRoom(): void {
    if (this.#entries.size > this.#max) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest)
        break
      }
    }
    const now = Date.now()
    for (let looks = 0; looks < 2; looks++) {
      this.#sweep ??= this.#entries.entries()
      const { value, done } = this.#sweep.next()
      if (done) this.#sweep = undefined
      else if (value[1].expires <= now) this.#entries.delete(value[0])
    }
  }
}

const ONE_DAY = 86_400_000

class Entry {
  readonly json: string
  cookie: string
  expires: number
  readonly version: number

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
