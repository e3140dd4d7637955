import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { SessionError } from '../../session/errors.ts'

/** The file of a store cannot be used; `code` says why. */
export class SessionFileError extends SessionError {
  override readonly name = 'SessionFileError'
  readonly code: 'SESSION_FILE_LOCKED' | 'SESSION_FILE_FOREIGN'
  readonly status = 500
  readonly path: string

  constructor(code: SessionFileError['code'], path: string, message: string) {
    super(message)
    this.code = code
    this.path = path
  }
}

/**
 * Makes sure that one store at a time writes a file: two would overwrite each other's lines.
 *
 * The lock names a process and when it started, so the lock of one that was killed does not last,
 * even when its number has been given to another.
 *
 * @throws {SessionFileError} `SESSION_FILE_LOCKED` while another store holds it.
 */
export function lockFile(path: string): () => void {
  const lock = `${path}.lock`
  const mine = `${process.pid} ${startOf(process.pid)}`
  if (held.has(path)) throw locked(path, 'this process')
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(lock, mine, { flag: 'wx', mode: 0o600 })
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tries === 3) throw error
      const holder = readHolder(lock)
      if (isAlive(holder)) throw locked(path, `process ${holder.split(' ', 1)[0]}`)
      rmSync(lock, { force: true })
    }
  }
  held.add(path)
  return () => {
    held.delete(path)
    rmSync(lock, { force: true })
  }
}

const held = new Set<string>()

function locked(path: string, holder: string): SessionFileError {
  const message = `Cannot open the session file "${path}": ${holder} has it open, and a file serves one store at a time`
  return new SessionFileError('SESSION_FILE_LOCKED', path, message)
}

function readHolder(lock: string): string {
  try {
    return readFileSync(lock, 'utf8')
  } catch {
    return '' // released meanwhile
  }
}

function isAlive(holder: string): boolean {
  const [pid = '', start = ''] = holder.split(' ')
  const number = Number(pid)
  // Our own number without an entry in `held` is from before: containers start at 1 each time.
  if (!(number > 0) || number === process.pid) return false
  try {
    process.kill(number, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return start === startOf(number)
}

/** When a process started, in the kernel's clock; empty where that cannot be asked. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
