import { uploadError } from './errors.ts'

// RFC 9110 §5.6.2 (token) and §5.6.4 (quoted-string), one parameter at a time.
const parameter =
  /[ \t]*;[ \t]*(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)|"((?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[\t\x20-\x7e])*)"))?/y

/** Whether a request says that its body is `multipart/…`, in whatever spelling. */
export function saysMultipart(contentType: string | undefined): contentType is string {
  return contentType !== undefined && /^[ \t]*multipart\//i.test(contentType)
}

/**
 * Reads the boundary out of a `Content-Type` header.
 *
 * @throws {MulterError} `MALFORMED_CONTENT_TYPE`, `UNSUPPORTED_CONTENT_TYPE` (415),
 * `MISSING_BOUNDARY`, or `INVALID_BOUNDARY` when it is longer than the 70 characters of RFC 2046
 * §5.1.1, ends in a space, or is given twice: two readers could disagree about which one counts.
 */
export function boundaryOf(contentType: string): string {
  const type = /^[ \t]*(multipart\/[!#$%&'*+.^_`|~0-9A-Za-z-]+)/i.exec(contentType)
  if (!type) throw uploadError('MALFORMED_CONTENT_TYPE')
  const boundaries = boundariesIn(contentType, type[0].length)
  if (type[1]?.toLowerCase() !== 'multipart/form-data') {
    throw uploadError('UNSUPPORTED_CONTENT_TYPE', { reason: String(type[1]) })
  }
  const [boundary, second] = boundaries
  if (!boundary) throw uploadError('MISSING_BOUNDARY')
  if (second !== undefined) throw uploadError('INVALID_BOUNDARY', { reason: 'given twice' })
  if (boundary.length > 70) throw uploadError('INVALID_BOUNDARY', { limit: 70 })
  if (!/^[\x20-\x7e]*[\x21-\x7e]$/.test(boundary)) throw uploadError('INVALID_BOUNDARY')
  return boundary
}

function boundariesIn(contentType: string, start: number): string[] {
  const found: string[] = []
  const end = contentType.trimEnd().length
  parameter.lastIndex = start
  while (parameter.lastIndex < end) {
    const match = parameter.exec(contentType)
    if (!match) throw uploadError('MALFORMED_CONTENT_TYPE')
    const [, name, token, quoted] = match
    if (name?.toLowerCase() === 'boundary') {
      found.push(token ?? (quoted ?? '').replace(/\\(.)/g, '$1'))
    }
  }
  return found
}
