import { StoreUnavailableError } from '../../session/errors.ts'
import fs from 'node:fs'
import { dirname } from 'node:path'
import type { FileLock } from './file-lock.ts'
import { LOG_HEADER } from './log-record.ts'
import { syncDirectory } from './sync-directory.ts'

/** Waits for a batch: with the error when nothing of it is in the file. */
export type Written = (error?: unknown) => void

/** What the owner of the lines must know to undo them. */
export interface LogEvents {
  /** Everything asked for so far is being written. */
  began(): void
  /** What was begun is in the file. */
  landed(): void
  /** That, and everything asked for since, will not be in the file. */
  failed(): void
}

/** How a log is replaced by a shorter one with the same meaning. */
interface Rewrite {
  readonly fd: number
  readonly path: string
  size: number
  /** What was appended to the old log since the rewrite began. */
  readonly tail: string[]
}

/**
 * Appends lines to a file, everything that was asked for meanwhile in one write.
 *
 * A failed batch is cut off again before anything else is written, so what was reported as failed
 * is not found after a restart.
 */
export class LogWriter {
  readonly #path: string
  readonly #fsync: 'always' | number
  readonly #lock: FileLock
  readonly #events: LogEvents
  #fd: number
  #size: number
  #lines: string[] = []
  #waiting: Written[] = []
  #isRunning = false
  #isTorn = false
  #isDirty = false
  #rewrite: Rewrite | undefined
  #readyRewrite: (() => Promise<void>) | undefined
  #idle: (() => void)[] = []

  /**
   * @param size - bytes of the file that are good; what lies behind has been cut off.
   * @param events - told before those who wait.
   */
  constructor(
    path: string,
    fd: number,
    size: number,
    fsync: 'always' | number,
    lock: FileLock,
    events: LogEvents,
  ) {
    this.#path = path
    this.#fd = fd
    this.#size = size
    this.#fsync = fsync
    this.#lock = lock
    this.#events = events
  }

  get size(): number {
    return this.#size
  }

  append(line: string, written: Written): void {
    this.#lines.push(line)
    this.#waiting.push(written)
    if (this.#isRunning) return
    this.#isRunning = true
    void this.#run()
  }

  /** Lets a rewrite end without effect; who waits for it meets an error. */
  giveUpRewrite(): void {
    this.#rewrite = undefined
  }

  /** Resolves when everything asked for is in the file and on the disk. */
  async drain(): Promise<void> {
    while (this.#isRunning) await new Promise<void>((resolve) => this.#idle.push(resolve))
    await this.#flushToDisk()
  }

  close(): void {
    fs.closeSync(this.#fd)
    this.#fd = -1
  }

  /**
   * Replaces the file by what `slices` gives, and by what is appended meanwhile.
   *
   * The new file takes the name only when it is complete and on the disk; a crash before leaves the
   * old one, which is complete too.
   */
  async rewrite(slices: Iterable<string>): Promise<void> {
    const path = this.#lock.stagingPath
    const rewrite: Rewrite = { fd: fs.openSync(path, 'w', 0o600), path, size: 0, tail: [] }
    this.#rewrite = rewrite
    try {
      // Whoever takes over from here on removes that file, and the renaming below fails.
      this.#lock.mustHold()
      await writeAll(rewrite, LOG_HEADER)
      for (const slice of slices) {
        await writeAll(rewrite, slice)
        if (this.#rewrite !== rewrite) throw givenUp()
      }
      await this.#exclusively(() => this.#install(rewrite))
    } catch (error) {
      this.#dropRewrite(rewrite)
      throw error
    }
  }

  async #run(): Promise<void> {
    // Whatever else comes in this turn of the event loop joins the batch.
    await Promise.resolve()
    while (this.#lines.length > 0 || this.#readyRewrite) {
      const install = this.#readyRewrite
      this.#readyRewrite = undefined
      if (install) await install()
      if (this.#lines.length > 0) await this.#writeBatch()
    }
    this.#isRunning = false
    const idle = this.#idle
    this.#idle = []
    for (const resolve of idle) resolve()
  }

  async #writeBatch(): Promise<void> {
    const text = this.#lines.join('')
    const waiting = this.#waiting
    this.#lines = []
    this.#waiting = []
    this.#events.began()
    try {
      if (this.#lock.loss) throw this.#lock.loss
      if (this.#isTorn) await ftruncate(this.#fd, this.#size)
      this.#isTorn = true
      const target = { fd: this.#fd, size: this.#size }
      await writeAll(target, text)
      if (this.#fsync === 'always') await fdatasync(this.#fd)
      else this.#syncSoon(this.#fsync)
      // After the writing, not before: whoever takes over reads after this, and finds all of it.
      this.#lock.mustHold()
      this.#size = target.size
      this.#isTorn = false
    } catch (error) {
      this.#fail(error, waiting)
      return
    }
    this.#rewrite?.tail.push(text)
    this.#events.landed()
    for (const written of waiting) tell(written)
  }

  /** What was asked for after a lost batch builds on it, so it is lost as well. */
  #fail(error: unknown, waiting: Written[]): void {
    const all = [...waiting, ...this.#waiting]
    this.#lines = []
    this.#waiting = []
    this.#rewrite = undefined
    this.#events.failed()
    for (const written of all) tell(written, error)
  }

  #syncSoon(ms: number): void {
    if (this.#isDirty) return
    this.#isDirty = true
    setTimeout(() => void this.#flushToDisk(), ms).unref()
  }

  async #flushToDisk(): Promise<void> {
    if (!this.#isDirty || this.#fd === -1) return
    this.#isDirty = false
    // An error shows again at the next write; nobody waits for this one.
    await fdatasync(this.#fd).catch(() => {})
  }

  #exclusively(work: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#readyRewrite = () => work().then(resolve, reject)
      if (this.#isRunning) return
      this.#isRunning = true
      void this.#run()
    })
  }

  async #install(rewrite: Rewrite): Promise<void> {
    if (this.#rewrite !== rewrite) throw givenUp()
    await writeAll(rewrite, rewrite.tail.join(''))
    await fdatasync(rewrite.fd)
    // The last moment to turn back: from here to the end nothing else has a turn.
    if (this.#rewrite !== rewrite) throw givenUp()
    fs.renameSync(rewrite.path, this.#path)
    syncDirectory(dirname(this.#path))
    fs.closeSync(this.#fd)
    this.#fd = rewrite.fd
    this.#size = rewrite.size
    this.#isDirty = false
    this.#rewrite = undefined
  }

  #dropRewrite(rewrite: Rewrite): void {
    if (this.#rewrite === rewrite) this.#rewrite = undefined
    fs.closeSync(rewrite.fd)
    fs.rmSync(rewrite.path, { force: true })
  }
}

/** A batch failed, or the store was closed: what was being rewritten is not what is to be kept. */
function givenUp(): Error {
  return new StoreUnavailableError('compact', 'gave up the rewriting of its file')
}

/** What a callback throws is an uncaught exception, and must not stop the writing. */
function tell(written: Written, error?: unknown): void {
  try {
    written(error)
  } catch (thrown) {
    setImmediate(() => {
      throw thrown
    })
  }
}

/** A write may take less than all; `size` moves along. */
async function writeAll(
  target: { readonly fd: number; size: number },
  text: string,
): Promise<void> {
  let bytes = Buffer.from(text)
  while (bytes.length > 0) {
    const written = await writeSome(target.fd, bytes, target.size)
    target.size += written
    bytes = bytes.subarray(written)
  }
}

function writeSome(fd: number, bytes: Buffer, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.write(fd, bytes, 0, bytes.length, position, (error, written) => {
      if (error) reject(error)
      else resolve(written)
    })
  })
}

function fdatasync(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fs.fdatasync(fd, (error) => (error ? reject(error) : resolve()))
  })
}

function ftruncate(fd: number, size: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fs.ftruncate(fd, size, (error) => (error ? reject(error) : resolve()))
  })
}
