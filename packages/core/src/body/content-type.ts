import type { IncomingMessage } from 'node:http'

/** A `Content-Type` header, read once. */
export interface ContentType {
  /** In lower case, `type/subtype`; empty when the header does not start with one. */
  readonly type: string
  /** By name in lower case; of a name sent twice the first counts. No prototype. */
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * Gives the content type of a request to whoever asks: parsed once per distinct header, so that
 * two parsers can never read one header differently (CVE-2026-25223, CVE-2026-33806).
 */
export function contentTypeOf(req: IncomingMessage): ContentType | undefined {
  const header = req.headers['content-type']
  if (header === undefined) return undefined
  const known = recent.get(header)
  if (known !== undefined) return known
  const parsed = parseContentType(header)
  // Clients send few distinct types; whoever sends many gains nothing and fills nothing.
  if (header.length <= 128) {
    if (recent.size >= 64) recent.clear()
    recent.set(header, parsed)
  }
  return parsed
}

const recent = new Map<string, ContentType>()

/**
 * Reads a header in one pass over its characters, without ever going back.
 *
 * As tolerant as Express: what is no `name=value` says nothing, a value goes on to the next
 * semicolon, and a quote that is never closed counts for nothing. Clients send `; utf-8`,
 * `; charset: utf-8` and `; boundary=`, and mean their type all the same.
 */
export function parseContentType(header: string): ContentType {
  const end = endOfPiece(header, 0)
  const type = trimOws(header.slice(0, end)).toLowerCase()
  return { type: MEDIA_TYPE.test(type) ? type : '', parameters: readParameters(header, end) }
}

/** RFC 6838 §4.2, narrower than a token: what type-is takes for a media type. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/

/** @param start - of the first semicolon. */
function readParameters(header: string, start: number): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null)
  let at = start
  while (at < header.length) {
    const nameStart = at + 1
    at = endOfName(header, nameStart)
    if (header[at] !== '=') continue
    const name = trimOws(header.slice(nameStart, at)).toLowerCase()
    const valueStart = skipOws(header, at + 1)
    if (header[valueStart] === '"') {
      const quoted = readQuoted(header, valueStart + 1)
      if (quoted.isClosed) parameters[name] ??= quoted.text
      at = endOfPiece(header, quoted.end)
    } else {
      at = endOfPiece(header, valueStart)
      parameters[name] ??= trimOws(header.slice(valueStart, at))
    }
  }
  return parameters
}

/** RFC 9110 §5.6.4. */
function readQuoted(header: string, start: number) {
  let text = ''
  let at = start
  for (; at < header.length; at++) {
    if (header[at] === '"') return { text, end: at + 1, isClosed: true }
    if (header[at] === '\\') at++
    text += header[at] ?? ''
  }
  return { text, end: at, isClosed: false }
}

function endOfName(header: string, start: number): number {
  let at = start
  while (at < header.length && header[at] !== ';' && header[at] !== '=') at++
  return at
}

function endOfPiece(header: string, start: number): number {
  const semicolon = header.indexOf(';', start)
  return semicolon === -1 ? header.length : semicolon
}

/** Optional white space of HTTP is space and tab only; `trim` would take NBSP and more. */
function trimOws(text: string): string {
  const start = skipOws(text, 0)
  let end = text.length
  while (end > start && isOws(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

function skipOws(text: string, start: number): number {
  let at = start
  while (at < text.length && isOws(text.charCodeAt(at))) at++
  return at
}

const isOws = (code: number): boolean => code === 0x20 || code === 0x09
