import {
  BoundaryError,
  MalformedContentTypeError,
  UnsupportedFormError,
} from '../errors/form-errors.ts'

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const quoted = String.raw`"((?:[\t !#-[\]-~\x80-\xff]|\\[\t -~])*)"`
// RFC 9110 §5.6.6, one parameter at a time; an empty one (`; ;`) is allowed there.
const parameter = new RegExp(`[ \\t]*;[ \\t]*(?:(${token})=(?:(${token})|${quoted}))?`, 'y')

const mediaType = new RegExp(`^[ \\t]*(multipart/${token})`, 'i')

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
  if (!saysMultipart(contentType)) throw new UnsupportedFormError('UNSUPPORTED_CONTENT_TYPE')
  const type = mediaType.exec(contentType)
  if (!type) throw new MalformedContentTypeError()
  const boundaries = boundariesIn(contentType, type[0].length)
  if (type[1]?.toLowerCase() !== 'multipart/form-data') {
    throw new UnsupportedFormError('UNSUPPORTED_CONTENT_TYPE', { reason: String(type[1]) })
  }
  const [boundary, second] = boundaries
  if (!boundary) throw new BoundaryError('MISSING_BOUNDARY')
  if (second !== undefined) throw new BoundaryError('INVALID_BOUNDARY', { reason: 'given twice' })
  if (boundary.length > 70) throw new BoundaryError('INVALID_BOUNDARY', { limit: 70 })
  if (!/^[\x20-\x7e]*[\x21-\x7e]$/.test(boundary)) throw new BoundaryError('INVALID_BOUNDARY')
  return boundary
}

function boundariesIn(contentType: string, start: number): string[] {
  const found: string[] = []
  const end = contentType.trimEnd().length
  parameter.lastIndex = start
  while (parameter.lastIndex < end) {
    const match = parameter.exec(contentType)
    if (!match) throw new MalformedContentTypeError()
    const [, name, plain, inQuotes] = match
    if (name?.toLowerCase() === 'boundary') {
      found.push(plain ?? (inQuotes ?? '').replace(/\\(.)/g, '$1'))
    }
  }
  return found
}
