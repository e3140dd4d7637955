import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { SessionError } from '../../session/errors.ts'
import { GIVEN_UP, OwnerWatch, RELEASED } from './owner-watch.ts'
import { ownTag } from './process-tag.ts'

/** The file of a store cannot be used; `code` says why. */
export class SessionFileError extends SessionError {
  override readonly name = 'SessionFileError'
  readonly code: 'SESSION_FILE_LOCKED' | 'SESSION_FILE_FOREIGN' | 'SESSION_FILE_LOST'
  readonly status = 500
  /** The session log it is about. */
  readonly path: string

  constructor(code: SessionFileError['code'], path: string, message: string) {
    super(message)
    this.code = code
    this.path = path
  }
}

/** How often an owner shows that it lives. */
const BEAT = 2_000
const POLL = 100

/**
 * The right to write one file. See docs/decisions/013-one-owner-of-a-file.md.
 *
 * Beside the file lies a folder with one entry per owner, numbered. The highest number has the file.
 * Who finds its process gone makes the next number, which only one can (`O_EXCL`), and then removes
 * the lower ones. No number is used twice, as the last one stays when it is released.
 *
 * An owner whose number is gone has lost the file. So it looks *after* each write and before it says
 * that it is done; and *after* it opened anything. The next owner reads after it removed the
 * number: whatever was acknowledged before is there.
 */
export class FileLock {
  /**
   * Whether nobody else can be writing to the file that lies there: the owner before has said so,
   * there was none, or it has been replaced by a copy.
   */
  isQuiet: boolean
  readonly #file: string
  readonly #folder: string
  readonly #generation: number
  readonly #entry: string
  readonly #fd: number
  readonly #inode: string
  readonly #tag = ownTag()
  readonly #timer: NodeJS.Timeout
  #beats = 0
  #lastBeat = 0
  #loss: SessionFileError | undefined

  /**
   * Waits up to ten seconds, without letting anything else run, for an owner elsewhere that may be
   * gone: in another container, on another machine, before a restart of this one.
   *
   * @throws {SessionFileError} `SESSION_FILE_LOCKED` while another store has the file.
   */
  static take(file: string): FileLock {
    if (heldHere.has(file)) throw locked(file, 'this process')
    const folder = `${file}.owner`
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const watch = new OwnerWatch()
    for (;;) {
      const last = lastGeneration(folder)
      const state = last === 0 ? RELEASED : watch.stateOf(join(folder, String(last)))
      if (typeof state === 'object') throw locked(file, state.holder)
      const lock = state === 'unsure' ? sleep(POLL) : FileLock.#next(file, folder, last, state)
      if (lock) return lock
    }
  }

  /** @returns nothing when another was faster. */
  static #next(
    file: string,
    folder: string,
    last: number,
    state: 'released' | 'gone',
  ): FileLock | undefined {
    const entry = join(folder, String(last + 1))
    const fd = create(entry)
    if (fd === undefined) return undefined
    // Somebody may have been here and gone on while this process stood still.
    if (lastGeneration(folder) > last + 1) {
      closeSync(fd)
      rmSync(entry, { force: true })
      return undefined
    }
    try {
      return new FileLock(file, folder, last + 1, fd, state === 'released')
    } catch (error) {
      closeSync(fd)
      throw error
    }
  }

  private constructor(
    file: string,
    folder: string,
    generation: number,
    fd: number,
    isQuiet: boolean,
  ) {
    this.#file = file
    this.#folder = folder
    this.#generation = generation
    this.#entry = join(folder, String(generation))
    this.#fd = fd
    this.#inode = inodeOf(fstatSync(fd, { bigint: true }))
    this.isQuiet = isQuiet
    this.#write(`${this.#tag} 0`)
    this.#shutOut()
    heldHere.add(file)
    this.#timer = setInterval(() => this.renew(), BEAT).unref()
  }

  /** Where this owner prepares a file that is to take another's place: gone when it loses its right. */
  get stagingPath(): string {
    return `${this.#entry}.new`
  }

  /** Set from when it is known that the file has another owner. */
  get loss(): SessionFileError | undefined {
    return this.#loss
  }

  /** @throws {SessionFileError} `SESSION_FILE_LOST`, once for all. */
  mustHold(): void {
    if (!this.#loss && this.#isThere()) return
    clearInterval(this.#timer)
    const message = `Cannot go on with the session file "${this.#file}": another process has taken it over`
    throw (this.#loss ??= new SessionFileError('SESSION_FILE_LOST', this.#file, message))
  }

  /** Shows that the owner lives. Does so by itself while the event loop runs. */
  renew(): void {
    const now = performance.now()
    if (this.#loss || now - this.#lastBeat < BEAT / 2) return
    this.#lastBeat = now
    try {
      this.mustHold()
      this.#write(`${this.#tag} ${++this.#beats}`)
    } catch {
      // Lost, which who writes next is told; or the disk is full, and the lease may run out.
    }
  }

  release(): void {
    clearInterval(this.#timer)
    heldHere.delete(this.#file)
    try {
      this.#write(this.isQuiet ? RELEASED : GIVEN_UP)
    } catch {
      // The next one finds out by itself.
    }
    closeSync(this.#fd)
  }

  /** The order counts: who still had a right when it made its `.new` has none once that is removed. */
  #shutOut(): void {
    for (const ofLocks of [true, false]) {
      for (const name of readdirSync(this.#folder)) {
        const isLock = /^\d+$/.test(name)
        if (isLock === ofLocks && parseInt(name, 10) < this.#generation) {
          rmSync(join(this.#folder, name), { force: true })
        }
      }
    }
  }

  #isThere(): boolean {
    try {
      return inodeOf(statSync(this.#entry, { bigint: true })) === this.#inode
    } catch {
      return false
    }
  }

  /** Always as long, so that no moment shows half of it. */
  #write(text: string): void {
    writeSync(this.#fd, `${text.padEnd(100)}\n`, 0)
  }
}

/** For systems that tell nothing of processes: the store itself cannot show a beat while it waits. */
const heldHere = new Set<string>()

function locked(path: string, holder: string): SessionFileError {
  const message = `Cannot open the session file "${path}": ${holder} has it open, and a file serves one store at a time`
  return new SessionFileError('SESSION_FILE_LOCKED', path, message)
}

function lastGeneration(folder: string): number {
  const numbers = readdirSync(folder).filter((name) => /^\d+$/.test(name))
  return Math.max(0, ...numbers.map(Number))
}

function create(entry: string): number | undefined {
  try {
    return openSync(entry, 'wx+', 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined
    throw error
  }
}

function inodeOf({ dev, ino }: { dev: bigint; ino: bigint }): string {
  return `${dev} ${ino}`
}

/** Sleeps where nothing can be awaited: a store is made by `new`. */
function sleep(ms: number): undefined {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
