import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'

/**
 * Names this process so that others can ask later whether it still runs: `place-pid-start`.
 *
 * A number alone names no process: every container counts from 1, and numbers are given again. The
 * place is one boot of one kernel, and in it one PID namespace and one time namespace (in which
 * start times are told).
 *
 * @returns an empty text where the system does not say all of this; then only time can tell.
 */
export function ownTag(): string {
  const place = ownPlace()
  const start = startOf(process.pid)
  return place === '' || start === '' ? '' : `${place}-${process.pid}-${start}`
}

/** Whether the process of a tag runs; nothing when that cannot be known from here. */
export function isRunning(tag: string): boolean | undefined {
  const [place = '', pid = '', start] = tag.split('-')
  if (place === '' || place !== ownPlace()) return undefined
  try {
    process.kill(Number(pid), 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const found = startOf(Number(pid))
  return found === '' ? undefined : found === start
}

function ownPlace(): string {
  try {
    // A /proc that was mounted for another namespace tells of other processes.
    if (readlinkSync('/proc/self') !== String(process.pid)) return ''
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')
    const namespaces = `${readlinkSync('/proc/self/ns/pid')} ${timeNamespace()}`
    return createHash('sha256').update(`${boot} ${namespaces}`).digest('hex').slice(0, 16)
  } catch {
    return '' // not Linux, or hidden
  }
}

/** Kernels before 5.6 have one time for all. */
function timeNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/time')
  } catch {
    return ''
  }
}

/** When a process started, in ticks since the boot; empty where that cannot be asked. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is the program's name, which may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
