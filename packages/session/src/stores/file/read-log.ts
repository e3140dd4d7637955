import { readSync } from 'node:fs'
import { LOG_HEADER, parseLine } from './log-record.ts'
import type { LogRecord } from './log-record.ts'

export interface LogEnd {
  /** Where the last good record ends: everything behind is torn or damaged. */
  readonly goodBytes: number
  readonly totalBytes: number
  /** Whether whole records lie behind the bad place, which a mere crash of the process cannot do. */
  readonly isDamaged: boolean
}

/**
 * Reads a log from its beginning and delivers each record, up to the first that is not whole.
 *
 * @returns `undefined` when the file is not a session log.
 */
export function readLog(
  fd: number,
  deliver: (record: LogRecord, bytes: number) => void,
): LogEnd | undefined {
  let good = 0
  let isCut = false
  let isDamaged = false
  let isOurs: boolean | undefined
  const totalBytes = eachLine(fd, (line, end, isWhole) => {
    if (isOurs === undefined) {
      const text = `${line.toString()}${isWhole ? '\n' : ''}`
      isOurs = isWhole ? text === LOG_HEADER : LOG_HEADER.startsWith(text)
      isCut = !isWhole || !isOurs
      if (!isCut) good = end
      return
    }
    const record = isWhole ? parseLine(line) : undefined
    if (isCut) {
      isDamaged ||= record !== undefined
    } else if (record === undefined) {
      isCut = true
    } else {
      deliver(record, line.length + 1)
      good = end
    }
  })
  if (isOurs === false) return undefined
  return { goodBytes: good, totalBytes, isDamaged }
}

const CHUNK = 1 << 20
const NEWLINE = 0x0a

/** @returns the number of bytes in the file. */
function eachLine(
  fd: number,
  deliver: (line: Buffer, end: number, isWhole: boolean) => void,
): number {
  let rest = Buffer.alloc(0)
  let position = 0
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK)
    const size = readSync(fd, chunk, 0, CHUNK, position)
    if (size === 0) break
    const start = position - rest.length
    const bytes =
      rest.length === 0 ? chunk.subarray(0, size) : Buffer.concat([rest, chunk.subarray(0, size)])
    position += size
    let from = 0
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, from)) {
      deliver(bytes.subarray(from, at), start + at + 1, true)
      from = at + 1
    }
    rest = bytes.subarray(from)
  }
  if (rest.length > 0) deliver(rest, position, false)
  return position
}
