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
import { Entry, SessionTable } from './session-table.ts'
import type { TableOptions } from './session-table.ts'

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
