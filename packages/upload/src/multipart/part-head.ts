import { MalformedFormError } from '../errors/form-errors.ts'
import { PartHeaderTooLargeError } from '../errors/limit-errors.ts'

/** What busboy does not tell about the head it has parsed. */
export interface HeadFacts {
  /** Whether there is a file's name, be it empty: busboy takes a part with an empty one for a field. */
  readonly namesFile: boolean
  /** Whether the file's name came from `filename*`, which busboy has decoded already. */
  readonly extendedFileName: boolean
}

/**
 * Checks a part's head for what two readers could read differently, which busboy settles silently
 * by taking the first: a repeated Content-Disposition, `name`, `filename` or `filename*`.
 *
 * @param head - the header lines as Latin-1, joined by CRLF.
 * @throws {MulterError} `MALFORMED_PART_HEADER`; `LIMIT_HEADER_PAIRS`.
 */
export function inspectHead(head: string, headerPairs: number): HeadFacts {
  if (plainField.test(head)) return { extendedFileName: false, namesFile: false }
  const lines = unfolded(head).split('\r\n')
  if (lines.length > headerPairs)
    throw new PartHeaderTooLargeError('LIMIT_HEADER_PAIRS', { limit: headerPairs })
  const [disposition, second] = lines.filter((line) => /^content-disposition:/i.test(line))
  if (disposition === undefined || second !== undefined) {
    throw malformed(`${disposition === undefined ? 'no' : 'two'} Content-Disposition`)
  }
  const parameters = parametersOf(disposition)
  const names = new Set(parameters.map(([name]) => name))
  if (names.size !== parameters.length) {
    throw malformed('a parameter is given twice')
  }
  // busboy would fall back to `filename`, and nobody could tell.
  if (parameters.some(([name, value]) => name === 'filename*' && value.endsWith("'"))) {
    throw malformed('filename* is empty')
  }
  const extendedFileName = names.has('filename*')
  return { extendedFileName, namesFile: extendedFileName || names.has('filename') }
}

// What nearly every field comes with; nothing in it can be read in two ways.
const plainField = /^content-disposition: form-data; name="[^"\\\r\n]*"$/i

/** The message stays busboy's, which applications compare: it had no code. */
function malformed(cause: string): MalformedFormError {
  return new MalformedFormError('MALFORMED_PART_HEADER', { cause })
}

/** Obsolete line folding (RFC 5322 §2.2.3) is accepted, as busboy does. */
function unfolded(head: string): string {
  return head.replace(/\r\n(?=[ \t])/g, '')
}

/** What stands before and after each `=`, quoted strings kept whole. Reads each character once. */
function parametersOf(header: string): [name: string, value: string][] {
  const parameters: [string, string][] = []
  for (let at = header.indexOf(';'); at !== -1 && at < header.length;) {
    const start = at + 1
    while (at < header.length && header[++at] !== '=' && header[at] !== ';');
    if (header[at] !== '=') continue
    const end = afterValue(header, at + 1)
    parameters.push([
      header.slice(start, at).trim().toLowerCase(),
      header.slice(at + 1, end).trim(),
    ])
    at = end
  }
  return parameters
}

function afterValue(header: string, start: number): number {
  let quoted = false
  for (let at = start; at < header.length; at++) {
    const character = header[at]
    if (quoted && character === '\\') at++
    else if (character === '"') quoted = !quoted
    else if (character === ';' && !quoted) return at
  }
  return header.length
}
