import { closeSync, mkdirSync, openSync, realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { SessionOptionError } from '../../option-error.ts'
import { StoreUnavailableError } from '../../session/errors.ts'
import type { Done, GetCallback, GetOptions, SetCallback } from '../../session/session-store.ts'
import { answer, TableStore } from '../table-store.ts'
import { FileLock } from './file-lock.ts'
import { loadLog, openLog } from './load-log.ts'
import type { Recovery } from './load-log.ts'
import { destroyLine, setLine, touchLine } from './log-record.ts'
import { LogWriter } from './log-writer.ts'
import type { Entry, TableOptions } from '../session-table.ts'

/** Options of a `FileStore`. */
export interface FileStoreOptions extends TableOptions {
  /** The log file; its folder is made when missing. Beside it lies the folder `.owner`. */
  readonly path: string
  /**
   * When a write counts as done.
   *
   * - `'always'`: when the disk has it (`fdatasync`), shared by all writes that wait: survives a power cut.
   * - a number: when the operating system has it, which survives `kill -9`; the disk follows within
   *   so many milliseconds, and a power cut loses at most those.
   *
   * @default 1000
   */
  readonly fsync?: 'always' | number | undefined
  /** Most sessions kept. @default 1_000_000 */
  readonly max?: number | undefined
}

/**
 * Keeps sessions in one file on this machine: durable, without a server and without native code.
 *
 * All sessions are in memory as well, so reading costs nothing; each change is a line appended to a
 * log, with a checksum, and the log is rewritten when more than half of it is out of date. Opening
 * reads the file synchronously, about a second per 200,000 sessions.
 *
 * One store has the file at a time, on whatever machine. A store that another has taken over from,
 * because it was taken to be gone, says so from then on: `SESSION_STORE_UNAVAILABLE`, caused by
 * `SESSION_FILE_LOST`. What it acknowledged before is in the file.
 *
 * @throws {SessionFileError} `SESSION_FILE_LOCKED`, or `SESSION_FILE_FOREIGN` for a file that is not ours.
 * @example session({ secret, store: new FileStore({ path: 'data/sessions.log' }) })
 */
export class FileStore extends TableStore {
  /** The log file, as an absolute path. */
  readonly path: string
  /** Set when the file did not end with a whole record. */
  readonly recovery: Recovery | undefined
  readonly #log: LogWriter
  readonly #lock: FileLock
  #lastVersion = 0
  #isClosed = false
  #compaction: Promise<void> | undefined
  /** Bytes of the log that a rewrite would keep. */
  #liveBytes = 0
  /** What the sessions that are being written, and those that wait for it, were before. */
  #flying = new Map<string, Entry | undefined>()
  #before = new Map<string, Entry | undefined>()

  constructor({ path, fsync = 1000, max = 1_000_000, ...options }: FileStoreOptions) {
    super({ ...options, max })
    if (typeof path !== 'string' || path === '') {
      throw new SessionOptionError('path', 'path option must name a file')
    }
    if (fsync !== 'always' && !(fsync > 0)) {
      throw new SessionOptionError(
        'fsync',
        `fsync option must be "always" or milliseconds above 0, not ${String(fsync)}`,
      )
    }
    this.path = resolve(path)
    mkdirSync(dirname(this.path), { recursive: true })
    closeSync(openSync(this.path, 'a', 0o600)) // made if missing, never emptied
    // By whatever name a file is opened, it has one owner, and is replaced where it lies.
    const file = realpathSync.native(this.path)
    this.#lock = FileLock.take(file)
    let fd = -1
    try {
      fd = openLog(file, this.#lock)
      const { size, recovery } = this.#load(file, fd)
      this.recovery = recovery
      this.#log = new LogWriter(file, fd, size, fsync, this.#lock, {
        began: () => this.#takeOff(),
        landed: () => this.#flying.clear(),
        failed: () => this.#rollBack(),
      })
    } catch (error) {
      if (fd !== -1) closeSync(fd)
      this.#lock.release()
      throw error
    }
  }

  /** Writes what is pending, makes it last, and lets another store have the file. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    // A rewrite that went on would put its file in place of the next store's.
    this.#log.giveUpRewrite()
    await this.#compaction?.catch(() => {})
    await this.#log.drain()
    this.#log.close()
    this.#lock.release()
  }

  /**
   * Calls back with the session, from memory; with `SESSION_STORE_UNAVAILABLE` once another store has
   * taken the file over.
   */
  override get(id: string, callback?: GetCallback, options?: GetOptions): unknown {
    // What another process has destroyed meanwhile must not be read here.
    const cause = this.#lock.loss
    if (cause) {
      const error = new StoreUnavailableError('get', 'has lost its file', { cause })
      return answer(callback, options, undefined, undefined, error)
    }
    return super.get(id, callback, options)
  }

  /**
   * Destroys each session, and answers when that is written; `SESSION_STORE_UNAVAILABLE` when it cannot
   * be.
   */
  override clear(callback?: Done): unknown {
    const ids = this.table.ids()
    if (ids.length === 0) return super.clear(callback)
    const all = ids.map((id) => this.destroy(id) as Promise<void>)
    const done = Promise.all(all).then(() => {})
    if (callback === undefined) return done
    done.then(
      () => process.nextTick(callback),
      (error: unknown) => process.nextTick(callback, error),
    )
    return undefined
  }

  /** Above every version in the file, also those from before a restart. */
  protected override nextVersion(): number {
    return ++this.#lastVersion
  }

  /** Appends the session to the log; answers when the write counts as done. */
  protected override wasSet(
    id: string,
    entry: Entry,
    before: Entry | undefined,
    callback: SetCallback | undefined,
  ): unknown {
    const line = setLine(id, entry)
    entry.size = line.length
    entry.expiryOnFile = entry.expires
    this.#liveBytes += entry.size - (before?.size ?? 0)
    return this.#append('set', id, before, line, callback as never, entry.version)
  }

  /**
   * Appends the new end; answers without when it moved by less than a twentieth of the time left and
   * less than a minute.
   */
  protected override wasTouched(id: string, entry: Entry, callback: Done | undefined): unknown {
    const step = Math.min(MOST_UNWRITTEN, (entry.expires - Date.now()) / 20)
    if (Math.abs(entry.expires - entry.expiryOnFile) < step && !this.#lock.loss) {
      if (callback === undefined) return Promise.resolve()
      setImmediate(callback)
      return undefined
    }
    entry.expiryOnFile = entry.expires
    return this.#append('touch', id, entry, touchLine(id, entry), callback)
  }

  /** Appends that the session is gone; answers when the write counts as done. */
  protected override wasDestroyed(
    id: string,
    before: Entry | undefined,
    callback: Done | undefined,
  ): unknown {
    this.#liveBytes -= before?.size ?? 0
    const line = destroyLine(id, this.nextVersion())
    return this.#append('destroy', id, before, line, callback)
  }

  #append(
    operation: string,
    id: string,
    before: Entry | undefined,
    line: string,
    callback: ((error?: unknown, value?: unknown) => void) | undefined,
    value?: unknown,
  ): unknown {
    if (callback === undefined) {
      return new Promise((done, reject) => {
        this.#append(operation, id, before, line, (error) => (error ? reject(error) : done(value)))
      })
    }
    if (this.#isClosed) {
      setImmediate(callback, new StoreUnavailableError(operation, 'has been closed'))
      return undefined
    }
    if (!this.#before.has(id)) this.#before.set(id, before)
    this.#log.append(line, (error) => {
      if (error)
        callback(new StoreUnavailableError(operation, 'cannot write its file', { cause: error }))
      else callback(null, value)
    })
    this.#compactWhenWorthIt()
    return undefined
  }

  /** Counts the line of a session that has ended as one that a rewrite would leave out. */
  protected override wasDropped(entry: Entry): void {
    this.#liveBytes -= entry.size
  }

  #takeOff(): void {
    this.#flying = this.#before
    this.#before = new Map()
  }

  /** Nothing that was not written may be read: it would be gone after a restart. */
  #rollBack(): void {
    for (const changes of [this.#before, this.#flying]) {
      for (const [id, entry] of changes) {
        if (entry === undefined) this.table.remove(id)
        else this.table.put(id, entry)
      }
      changes.clear()
    }
  }

  #compactWhenWorthIt(): void {
    const { size } = this.#log
    if (this.#compaction !== undefined || size < LEAST_TO_COMPACT || size < 2 * this.#liveBytes)
      return
    this.compact().catch(() => {}) // tried again after some more writes
  }

  /** Rewrites the log without what is out of date. Happens by itself; exists for tools. */
  compact(): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    this.#compaction ??= this.#log.rewrite(this.#liveLines()).finally(() => {
      this.#compaction = undefined
    })
    return this.#compaction
  }

  /**
   * The state that is surely on file: a change still on its way may fail, and be taken back. If it
   * lands, its line is appended behind.
   */
  *#liveLines(): Generator<string> {
    let slice = ''
    for (const id of new Set([
      ...this.table.ids(),
      ...this.#flying.keys(),
      ...this.#before.keys(),
    ])) {
      const entry = this.#onFile(id)
      if (entry === undefined) continue
      slice += setLine(id, entry)
      if (slice.length < SLICE) continue
      yield slice
      slice = ''
    }
    yield slice
  }

  #onFile(id: string): Entry | undefined {
    for (const changes of [this.#flying, this.#before]) {
      if (changes.has(id)) return changes.get(id)
    }
    return this.table.peek(id)
  }

  #load(file: string, fd: number): { size: number; recovery: Recovery | undefined } {
    const { sessions, lastVersion, size, recovery } = loadLog(file, fd, this.#lock)
    this.#lastVersion = lastVersion
    for (const [id, entry] of sessions) {
      this.#liveBytes += entry.size
      this.table.put(id, entry)
    }
    return { size, recovery }
  }
}

const LEAST_TO_COMPACT = 4 << 20
const SLICE = 1 << 20
/** After a crash, a session that was only touched may end so much earlier. */
const MOST_UNWRITTEN = 60_000
