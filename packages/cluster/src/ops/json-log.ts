import { closeSync, openSync, writeSync } from 'node:fs'

/**
 * One JSON object a line, appended to a file (made with mode 0640) that may be moved away and opened anew.
 *
 * @example supervisor.on('event', (event) => log.write({ ...event }))
 */
export class JsonLog {
  private readonly path: string
  private descriptor: number

  /** @throws the file system's error when the file cannot be opened for appending. */
  constructor(path: string) {
    this.path = path
    this.descriptor = openSync(path, 'a', 0o640)
  }

  /**
   * Writes one line, at once; `time` (ISO 8601) comes before the fields. Line ends inside a field are
   * escaped, so that no field can forge a line.
   *
   * @throws the file system's error, as when the disk is full.
   */
  write(fields: Readonly<Record<string, unknown>>): void {
    const line = JSON.stringify({ time: new Date().toISOString(), ...fields })
    // Line separators that JSON lets through, and some viewers break at.
    writeSync(this.descriptor, `${line.replaceAll(/[\u2028\u2029\u0085]/g, escapeUnit)}\n`)
  }

  /**
   * Goes on in a new file of the same name, after the old one was moved.
   *
   * @throws the file system's error when it cannot be opened; the old file goes on then.
   */
  reopen(): void {
    const next = openSync(this.path, 'a', 0o640)
    closeSync(this.descriptor)
    this.descriptor = next
  }
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
