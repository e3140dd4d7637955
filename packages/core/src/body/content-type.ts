import type { IncomingMessage } from 'node:http'

import { onDemand } from '../on-demand.ts'

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
  // Asked twice for a body; to compare is cheaper than to hash, as what has just come in has not been.
  if (header === latest?.header) return latest.parsed
  const known = recent.get(header)
  if (known !== undefined) return (latest = known).parsed
  const parsed = parseContentType(header)
  // Clients send few distinct types; whoever sends many gains nothing and fills nothing.
  if (header.length <= 128) {
    if (recent.size >= 64) recent.clear()
    recent.set(header, { header, parsed })
  }
  return parsed
}

interface Known {
  readonly header: string
  readonly parsed: ContentType
}

const recent = new Map<string, Known>()
let latest: Known | undefined

/**
 * Reads a header as Express does: what is no `name=value` says nothing, a value goes on to the next
 * semicolon, and a quote that is never closed counts for nothing. Clients send `; utf-8`,
 * `; charset: utf-8` and `; boundary=`, and mean their type all the same.
 */
export function parseContentType(header: string): ContentType {
  const { type, parameters } = onDemand.contentType.parse(header)
  return { type: MEDIA_TYPE.test(type) ? type : '', parameters }
}

/** RFC 6838 §4.2, narrower than a token: what type-is takes for a media type. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/
