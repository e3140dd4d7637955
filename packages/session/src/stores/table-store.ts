import type { CookieData } from '../session/cookie.ts'
import { SessionOptionError } from '../option-error.ts'
import { SessionConflictError } from '../session/errors.ts'
import { Store } from '../session/store.ts'
import type {
  Done,
  GetCallback,
  GetOptions,
  SetCallback,
  SetOptions,
  StoredSession,
  Version,
} from '../session/session-store.ts'

export interface TableOptions {
  /** Most sessions kept; beyond, the one not used for longest goes. @default 100_000 */
  readonly max?: number | undefined
  /** Milliseconds that a session whose cookie has no expiry outlives its last use. @default one day */
  readonly ttl?: number | undefined
}

/** A store whose sessions are all in memory, whatever else is done with them. */
export abstract class TableStore extends Store {
  override readonly versions = true
  protected readonly table: SessionTable
  #lastVersion = 0

  constructor(options: TableOptions) {
    super()
    this.table = new SessionTable(options, (entry) => this.wasDropped(entry))
  }

  override get(id: string, callback?: GetCallback, options?: GetOptions): unknown {
    const entry = this.table.use(id)
    if (entry === undefined) return answer(callback, options, undefined)
    if (callback === undefined || !options?.direct) {
      return answer(callback, options, entry.read(), entry.version)
    }
    return callback(null, entry.read(), entry.version, entry.json)
  }

  override set(
    id: string,
    session: StoredSession,
    callback?: SetCallback,
    options?: SetOptions,
  ): unknown {
    const current = this.table.peek(id)
    const expected = options?.ifVersion
    if (expected !== undefined && current?.version !== expected) {
      return answer(callback, options, undefined, undefined, new SessionConflictError())
    }
    const json = options?.json ?? dataOf(session)
    const cookie = session.cookie ? JSON.stringify(session.cookie) : ''
    const entry = new Entry(json, cookie, this.table.expiryOf(session), this.nextVersion())
    this.table.put(id, entry)
    return this.wasSet(id, entry, current, callback, options)
  }

  override touch(id: string, session: StoredSession, callback?: Done): unknown {
    const entry = this.table.peek(id)
    if (entry === undefined) return answer(callback, undefined, undefined)
    entry.cookie = JSON.stringify(session.cookie)
    entry.expires = this.table.expiryOf(session)
    return this.wasTouched(id, entry, callback)
  }

  override destroy(id: string, callback?: Done): unknown {
    const entry = this.table.peek(id)
    this.table.remove(id)
    return this.wasDestroyed(id, entry, callback)
  }

  override all(
    callback?: (error?: unknown, sessions?: Record<string, StoredSession>) => void,
  ): unknown {
    return answer(callback, undefined, this.sessions)
  }

  override length(callback?: (error?: unknown, length?: number) => void): unknown {
    return answer(callback, undefined, this.table.ids().length)
  }

  override clear(callback?: Done): unknown {
    this.table.clear()
    return answer(callback, undefined, undefined)
  }

  /** A copy of all sessions by id; for tests and tools. */
  get sessions(): Record<string, StoredSession> {
    const sessions = Object.create(null) as Record<string, StoredSession>
    for (const id of this.table.ids()) sessions[id] = (this.table.peek(id) as Entry).read()
    return sessions
  }

  /** Another than any before. */
  protected nextVersion(): number {
    return ++this.#lastVersion
  }

  /** Answers for a session that is in the table now; `before` is what it replaced. */
  protected wasSet(
    _id: string,
    entry: Entry,
    _before: Entry | undefined,
    callback: SetCallback | undefined,
    options: SetOptions | undefined,
  ): unknown {
    return answer(callback, options, entry.version)
  }

  /** A session ended by itself, or had to make room for another. */
  protected wasDropped(_entry: Entry): void {}

  protected wasTouched(_id: string, _entry: Entry, callback: Done | undefined): unknown {
    return answer(callback, undefined, undefined)
  }

  protected wasDestroyed(
    _id: string,
    _before: Entry | undefined,
    callback: Done | undefined,
  ): unknown {
    return answer(callback, undefined, undefined)
  }
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

/** The JSON of a session's data, without its cookie. */
function dataOf(session: StoredSession): string {
  const { cookie: _, ...data } = session
  return JSON.stringify(data)
}

/**
 * Answers the caller of a store: by callback, or without one by a promise.
 *
 * A callback runs later, so that it never runs before the call has returned, unless the caller said
 * that it is ready for that.
 */
export function answer(
  callback: ((error?: never, value?: never, version?: Version) => void) | undefined,
  options: GetOptions | undefined,
  value: unknown,
  version?: Version,
  error: Error | null = null,
): unknown {
  if (callback === undefined) return error ? Promise.reject(error) : Promise.resolve(value)
  if (options?.direct) callback(error as never, value as never, version)
  else setImmediate(callback, error as never, value as never, version)
  return undefined
}
