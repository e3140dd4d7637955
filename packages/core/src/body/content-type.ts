import type { IncomingMessage } from 'node:http'

/** A `Content-Type` header, read once. */
export interface ContentType {
  /** In lower case, `type/subtype`; empty when the header does not start with one. */
  readonly type: string
  /** By name in lower case; of a name sent twice the first counts. No prototype. */
  readonly parameters: Readonly<Record<string, string>>
  /** Whether the whole header is within the grammar of RFC 9110 §8.3.1. */
  readonly valid: boolean
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

/** Reads a header in one pass over its characters, without ever going back. */
export function parseContentType(header: string): ContentType {
  const parameters: Record<string, string> = Object.create(null)
  const semicolon = header.indexOf(';')
  const end = semicolon === -1 ? header.length : semicolon
  const type = trimOws(header.slice(0, end)).toLowerCase()
  if (!MEDIA_TYPE.test(type)) return { type: '', parameters, valid: false }
  return { type, parameters, valid: readParameters(header, end, parameters) }
}

/** RFC 6838 §4.2, narrower than a token: what type-is takes for a media type. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/

/**
 * `*( OWS ";" OWS [ name "=" ( token / quoted-string ) ] )`, RFC 9110 §5.6.6.
 *
 * @returns whether that is all there is up to the end.
 */
function readParameters(
  header: string,
  start: number,
  parameters: Record<string, string>,
): boolean {
  let at = start
  for (;;) {
    at = skipOws(header, at)
    if (at === header.length) return true
    if (header[at] !== ';') return false
    at = skipOws(header, at + 1)
    if (at === header.length || header[at] === ';') continue

    const nameEnd = skipToken(header, at)
    if (nameEnd === at || header[nameEnd] !== '=') return false
    const name = header.slice(at, nameEnd).toLowerCase()
    const value = readValue(header, nameEnd + 1)
    if (value === undefined) return false
    if (!(name in parameters)) parameters[name] = value.text
    at = value.end
  }
}

function readValue(header: string, start: number): { text: string; end: number } | undefined {
  if (header[start] === '"') return readQuoted(header, start + 1)
  const end = skipToken(header, start)
  return end === start ? undefined : { text: header.slice(start, end), end }
}

function readQuoted(header: string, start: number): { text: string; end: number } | undefined {
  let text = ''
  for (let at = start; at < header.length; at++) {
    if (header[at] === '"') return { text, end: at + 1 }
    if (header[at] === '\\') at++
    text += header[at] ?? ''
  }
  return undefined
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

function skipToken(text: string, start: number): number {
  let at = start
  while (at < text.length && TOKEN_CHARACTER.test(text[at] as string)) at++
  return at
}

const TOKEN_CHARACTER = /[!#$%&'*+.^_`|~0-9a-z-]/i
