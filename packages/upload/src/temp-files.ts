import { randomBytes } from 'node:crypto'
import { rename, unlink, unlinkSync } from 'node:fs'
import { resolve } from 'node:path'

/** Whether only an upload that is not finished has such a name. */
export function isTempFileName(name: string): boolean {
  return /^\.upload-[0-9a-f]{32}\.part$/.test(name)
}

const live = new Set<string>()
const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** Whether an upload of this process is writing to the file. */
export function isLiveTempFile(path: string): boolean {
  return live.has(path)
}

/** Names a temporary file in `directory`, and sees to it that it does not outlive the process. */
export function tempFileIn(directory: string): string {
  // 16 random bytes: nobody can know the name and be there first.
  const path = resolve(directory, `.upload-${randomBytes(16).toString('hex')}.part`)
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
  for (const signal of signals) process.on(signal, onSignal)
}

function unwatchProcess(): void {
  process.off('exit', removeAll)
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
