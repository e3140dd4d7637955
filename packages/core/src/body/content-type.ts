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

/** Reads a header in one pass over its characters, so that its cost is linear. */
export function parseContentType(header: string): ContentType {
  const parameters: Record<string, string> = Object.create(null)
  const semicolon = header.indexOf(';')
  const type = trimOws(semicolon === -1 ? header : header.slice(0, semicolon)).toLowerCase()
  if (!MEDIA_TYPE.test(type)) return { type: '', parameters, valid: false }

  let at = semicolon === -1 ? header.length : semicolon
  while (at < header.length) {
    PARAMETER.lastIndex = at
    const match = PARAMETER.exec(header)
    if (match === null) return { type, parameters, valid: false }
    const [all, name, token, quoted] = match
    at += all.length
    if (name === undefined) continue
    const key = name.toLowerCase()
    if (!(key in parameters)) parameters[key] = token ?? (quoted as string).replace(/\\(.)/gs, '$1')
  }
  return { type, parameters, valid: true }
}

/** Optional white space of HTTP is space and tab only; `trim` would take NBSP and more. */
function trimOws(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isOws(text.charCodeAt(start))) start++
  while (end > start && isOws(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

const isOws = (code: number): boolean => code === 0x20 || code === 0x09

const TOKEN = "[!#$%&'*+.^_`|~0-9a-z-]+"

/** RFC 6838 §4.2, narrower than a token: what type-is takes for a media type. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/

/** `OWS ";" OWS [ name "=" ( token / quoted-string ) ]`, then the next one or the end. */
const PARAMETER = new RegExp(
  `[ \\t]*;[ \\t]*(?:(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)"))?(?=[ \\t]*(?:;|$))[ \\t]*`,
  'iys',
)
