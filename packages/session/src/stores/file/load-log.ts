import {
  constants,
  copyFileSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  closeSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Entry } from '../session-table.ts'
import { type FileLock, SessionFileError } from './file-lock.ts'
import { LOG_HEADER } from './log-record.ts'
import type { LogRecord } from './log-record.ts'
import { readLog } from './read-log.ts'
import { syncDirectory } from './sync-directory.ts'

/** What was found wrong with the file when it was opened. */
export interface Recovery {
  /** Bytes at the end that were no whole record. */
  readonly lostBytes: number
  /** Where the file as it was found has been kept, when more than its end was bad. */
  readonly keptAs: string | undefined
}

export interface LoadedLog {
  /** Those that are alive, in the order of their last writing. */
  readonly sessions: Map<string, Entry>
  readonly lastVersion: number
  /** Bytes of the file, which ends with a whole record now. */
  readonly size: number
  readonly recovery: Recovery | undefined
}

/**
 * Opens a log for its owner alone.
 *
 * The owner before may have been taken to be gone while it stood still. What it may yet write goes
 * to the file it has open, so this one goes on in a copy.
 *
 * @throws {SessionFileError} `SESSION_FILE_LOST`.
 */
export function openLog(path: string, lock: FileLock): number {
  if (!lock.isQuiet) {
    const copy = lock.stagingPath
    copyFileSync(path, copy, constants.COPYFILE_FICLONE)
    const fd = openSync(copy, 'r+')
    fsyncSync(fd)
    closeSync(fd)
    lock.mustHold()
    renameSync(copy, path)
    syncDirectory(dirname(path))
    lock.isQuiet = true
  }
  const fd = openSync(path, 'r+')
  try {
    lock.mustHold()
  } catch (error) {
    closeSync(fd)
    throw error
  }
  return fd
}

/**
 * Replays a log, and leaves its file ending with a whole record.
 *
 * @throws {SessionFileError} `SESSION_FILE_FOREIGN` for a file that is no session log.
 */
export function loadLog(path: string, fd: number, lock: FileLock): LoadedLog {
  const replay = new Replay()
  const end = readLog(fd, (record, bytes) => {
    replay.apply(record, bytes)
    lock.renew() // a large file takes longer than an owner may be silent
  })
  if (end === undefined) {
    const message = `Cannot open the session file "${path}": it is something else`
    throw new SessionFileError('SESSION_FILE_FOREIGN', path, message)
  }
  const { goodBytes, totalBytes, isDamaged } = end
  const keptAs = isDamaged ? `${path}.damaged-${Date.now()}` : undefined
  if (keptAs !== undefined) copyFileSync(path, keptAs)
  if (goodBytes < totalBytes) ftruncateSync(fd, goodBytes)
  const size = goodBytes === 0 ? writeSync(fd, LOG_HEADER, 0) : goodBytes
  const lostBytes = totalBytes - goodBytes
  return {
    sessions: replay.alive(),
    lastVersion: replay.lastVersion,
    size,
    recovery: lostBytes === 0 ? undefined : { lostBytes, keptAs },
  }
}

class Replay {
  lastVersion = 0
  readonly #sessions = new Map<string, Entry>()

  apply(record: LogRecord, bytes: number): void {
    if (record.kind === 'touch') {
      const entry = this.#sessions.get(record.id)
      if (entry === undefined) return
      entry.cookie = record.cookie
      entry.expires = record.expires
      entry.expiryOnFile = record.expires
      return
    }
    this.lastVersion = Math.max(this.lastVersion, record.version)
    // Removed also before it is set anew, so that the order stays that of the last writing.
    this.#sessions.delete(record.id)
    if (record.kind === 'destroy') return
    record.entry.size = bytes
    record.entry.expiryOnFile = record.entry.expires
    this.#sessions.set(record.id, record.entry)
  }

  /** Only at the end: a later line may have moved an expiry. */
  alive(): Map<string, Entry> {
    const now = Date.now()
    for (const [id, { expires }] of this.#sessions) {
      if (expires <= now) this.#sessions.delete(id)
    }
    return this.#sessions
  }
}
