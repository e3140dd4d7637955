import { crc32 } from 'node:zlib'
import { Entry } from '../session-table.ts'

/** One line of the log: what happened to one session. */
export type LogRecord =
  | { readonly kind: 'set'; readonly id: string; readonly version: number; readonly entry: Entry }
  | {
      readonly kind: 'touch'
      readonly id: string
      readonly expires: number
      readonly cookie: string
    }
  | { readonly kind: 'destroy'; readonly id: string; readonly version: number }

/** The first line of every log, by which a foreign file is told from ours. */
export const LOG_HEADER = 'tokkyu session log 1\n'

// A line is `checksum kind …fields\n`. JSON never holds a raw line break or tab, and an id is
// percent-encoded, so fields and lines need no escaping.

export function setLine(id: string, { version, expires, cookie, json }: Entry): string {
  return line(`S ${version} ${expires} ${encodeURIComponent(id)} ${cookie}\t${json}`)
}

export function touchLine(id: string, { expires, cookie }: Entry): string {
  return line(`T ${expires} ${encodeURIComponent(id)} ${cookie}`)
}

export function destroyLine(id: string, version: number): string {
  return line(`D ${version} ${encodeURIComponent(id)}`)
}

/**
 * Reads one line, without its line break.
 *
 * @returns `undefined` when the checksum does not fit: torn, damaged, or not ours.
 */
export function parseLine(bytes: Buffer): LogRecord | undefined {
  const checksum = bytes.toString('latin1', 0, CHECKSUM_LENGTH)
  const body = bytes.subarray(CHECKSUM_LENGTH + 1)
  if (checksum !== checksumOf(body)) return undefined
  const text = body.toString()
  const [kind, ...fields] = text.split(' ', 4)
  const rest = text.slice([kind, ...fields].join(' ').length + 1)
  if (kind === 'S') return parseSet(fields, rest)
  if (kind === 'T') {
    const [expires, id] = fields
    const cookie = text.slice(`T ${expires} ${id} `.length)
    return { kind: 'touch', id: decodeURIComponent(id ?? ''), expires: Number(expires), cookie }
  }
  if (kind !== 'D') return undefined
  return { kind: 'destroy', version: Number(fields[0]), id: decodeURIComponent(fields[1] ?? '') }
}

const CHECKSUM_LENGTH = 8

function line(body: string): string {
  return `${checksumOf(body)} ${body}\n`
}

function checksumOf(body: string | Buffer): string {
  return crc32(body).toString(16).padStart(CHECKSUM_LENGTH, '0')
}

function parseSet([version, expires, id]: string[], rest: string): LogRecord {
  const tab = rest.indexOf('\t')
  const entry = new Entry(rest.slice(tab + 1), rest.slice(0, tab), Number(expires), Number(version))
  return { kind: 'set', id: decodeURIComponent(id ?? ''), version: Number(version), entry }
}
