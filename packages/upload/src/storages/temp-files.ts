import { randomBytes } from 'node:crypto'
import { rename, unlink, unlinkSync, utimes } from 'node:fs'
import { basename, resolve } from 'node:path'
import { isRunning, ownTag } from './process-tag.ts'

const live = new Set<string>()
const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

// How often a file that is being uploaded, or waits for others, shows that somebody is behind it.
const BEAT = 60_000
let tag: string | undefined
let beat: NodeJS.Timeout | undefined

/** Whether only an upload that is not finished has such a name. */
export function isTempFileName(name: string): boolean {
  return tempFileName.test(name)
}

const tempFileName = /^\.upload-[0-9a-f]{32}(?:-([0-9a-f]{16}-\d+-\d+))?\.part$/

/**
 * Whether the upload that made a temporary file is still there; nothing when that cannot be known,
 * and only the file's age can tell. The rule is in docs/decisions/013-one-owner-of-a-file.md.
 */
export function hasUploader(path: string): boolean | undefined {
  if (live.has(path)) return true
  return isRunning(tempFileName.exec(basename(path))?.[1] ?? '')
}

/** Names a temporary file in `directory`, and sees to it that it does not outlive the process. */
export function tempFileIn(directory: string): string {
  tag ??= ownTag()
  // 16 random bytes: nobody can know the name and be there first.
  const name = [randomBytes(16).toString('hex'), tag].filter(Boolean).join('-')
  const path = resolve(directory, `.upload-${name}.part`)
  if (live.size === 0) watchProcess()
  live.add(path)
  return path
}

/** Gives a finished file its name in one step: nobody ever sees half of it. Or removes it. */
export function publishTempFile(
  temporary: string,
  path: string,
  done: (error: Error | null) => void,
): void {
  rename(temporary, path, (error) => {
    if (error) return removeTempFile(temporary, () => done(error))
    forget(temporary)
    done(null)
  })
}

/** Removes the file; that it never came to be is no error. */
export function removeTempFile(temporary: string, done: (error: Error | null) => void): void {
  unlink(temporary, (error) => {
    forget(temporary)
    done(error?.code === 'ENOENT' ? null : error)
  })
}

function forget(path: string): void {
  live.delete(path)
  if (live.size === 0) unwatchProcess()
}

// Only while there is something to remove: a listener changes what a signal does.
function watchProcess(): void {
  process.on('exit', removeAll)
  beat = setInterval(showLife, BEAT).unref()
  for (const signal of signals) process.on(signal, onSignal)
}

/** For those who cannot ask whether this process runs: in another container, on another machine. */
export function showLife(): void {
  const now = new Date()
  for (const path of live) utimes(path, now, now, () => {}) // not made yet, or gone already
}

function unwatchProcess(): void {
  process.off('exit', removeAll)
  clearInterval(beat)
  for (const signal of signals) process.off(signal, onSignal)
}

/**
 * Told to stop and nobody else listens: clean up, and then die of that signal as if we had not
 * listened either. Where the application does listen, it may let uploads finish first; what is left
 * when it exits is removed then.
 */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listeners(signal).some((listener) => !(cleansUp in listener))) return
  removeAll()
  unwatchProcess()
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
}

// Another copy of this package, of whatever version, is not the application either.
const cleansUp = Symbol.for('@tokkyu/upload cleans up')
Object.defineProperty(onSignal, cleansUp, { value: true })

function removeAll(): void {
  for (const path of live) {
    try {
      unlinkSync(path)
    } catch {
      // Not there (any more): that is what was wanted.
    }
  }
  live.clear()
}
