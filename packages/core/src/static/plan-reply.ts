import type { IncomingMessage, ServerResponse } from 'node:http'
import { evaluatePreconditions, rangeApplies } from '@tokkyu/session/http'
import { contentRange, selectRanges, type ByteRange } from '../response/byte-ranges.ts'
import { lengthOf, multipartRanges, type Piece } from '../response/multipart-ranges.ts'
import { PreconditionFailedError } from '../request/precondition.ts'
import { HeadersSentError, UnsatisfiableRangeError } from './errors.ts'
import type { FileSettings } from './file-options.ts'
import type { Representation } from './representation.ts'

/**
 * Sets status and headers of a file's answer, and says what its body is made of: the order is
 * that of RFC 9110 §13.2.2, preconditions before ranges.
 *
 * @returns nothing to send for HEAD and 304.
 * @throws {PreconditionFailedError} 412
 * @throws {UnsatisfiableRangeError} 416
 * @throws {HeadersSentError} when it is too late for any of it.
 */
export function planReply(
  req: IncomingMessage,
  res: ServerResponse,
  file: Representation,
  settings: FileSettings,
): readonly Piece[] {
  if (res.headersSent) throw new HeadersSentError()
  settings.setHeaders?.(res, file.path, file.stats)
  setFileHeaders(res, file, settings)

  if (isConditional(req) && isSuccess(res.statusCode)) {
    const verdict = evaluate(req, res)
    if (verdict === 'failed') {
      withdraw(res)
      throw new PreconditionFailedError()
    }
    if (verdict === 'not-modified') return notModified(res)
  }
  const pieces = planBody(req, res, file, settings)
  return req.method === 'HEAD' ? [] : pieces
}

/** Each header stands back behind one that the application has set. */
function setFileHeaders(res: ServerResponse, file: Representation, settings: FileSettings): void {
  const set = (name: string, value: string): void => {
    if (!res.getHeader(name)) res.setHeader(name, value)
  }
  if (settings.acceptRanges) set('Accept-Ranges', 'bytes')
  if (settings.cacheControl !== undefined) set('Cache-Control', settings.cacheControl)
  if (settings.lastModified) set('Last-Modified', file.lastModified)
  if (settings.etag) set('ETag', file.etag)
  set('Content-Type', file.contentType)
  if (file.coding !== undefined) res.setHeader('Content-Encoding', file.coding)
}

function isConditional({ headers }: IncomingMessage): boolean {
  return (
    headers['if-none-match'] !== undefined ||
    headers['if-modified-since'] !== undefined ||
    headers['if-match'] !== undefined ||
    headers['if-unmodified-since'] !== undefined
  )
}

/** RFC 9110 §13.2.1: preconditions count only where the answer would be a success. */
const isSuccess = (status: number): boolean => (status >= 200 && status < 300) || status === 304

function evaluate(
  req: IncomingMessage,
  res: ServerResponse,
): ReturnType<typeof evaluatePreconditions> {
  const { method = 'GET', headers } = req
  const verdict = evaluatePreconditions({ method, headers, ...validatorsOf(res) })
  // A reload asks for the file itself (RFC 9111 §5.2.1.4).
  const reloads = /(?:^|,)\s*no-cache\s*(?:,|$)/i.test(headers['cache-control'] ?? '')
  return verdict === 'not-modified' && reloads ? 'proceed' : verdict
}

/** Taken from the response, since the application may have set its own. */
function validatorsOf(res: ServerResponse): { etag?: string; lastModified?: string } {
  const tag = res.getHeader('ETag')
  const modified = res.getHeader('Last-Modified')
  return {
    ...(tag ? { etag: String(tag) } : {}),
    ...(modified ? { lastModified: String(modified) } : {}),
  }
}

function notModified(res: ServerResponse): [] {
  remove(res, CONTENT_FIELDS)
  res.statusCode = 304
  return []
}

const CONTENT_FIELDS = [
  'Content-Encoding',
  'Content-Language',
  'Content-Length',
  'Content-Range',
  'Content-Type',
]

/** Takes back what must not go out with an error: nobody should keep a 412 for a year. */
function withdraw(res: ServerResponse): void {
  remove(res, [...CONTENT_FIELDS, 'Cache-Control', 'ETag', 'Last-Modified'])
}

/** Only what is there: Node takes the removal of a Content-Length for a wish to have none. */
function remove(res: ServerResponse, names: readonly string[]): void {
  for (const name of names) if (res.hasHeader(name)) res.removeHeader(name)
}

function planBody(
  req: IncomingMessage,
  res: ServerResponse,
  file: Representation,
  { acceptRanges, start, end }: FileSettings,
): readonly Piece[] {
  const available = Math.max(0, file.stats.size - start)
  const size = end === undefined ? available : Math.max(0, Math.min(available, end - start + 1))
  const ranges = acceptRanges ? askedRanges(req, res, size) : undefined
  const shift = (range: ByteRange): ByteRange => ({
    start: range.start + start,
    end: range.end + start,
  })

  if (ranges === undefined) {
    res.setHeader('Content-Length', size)
    return size === 0 ? [] : [shift({ start: 0, end: size - 1 })]
  }
  const [first, second] = ranges
  if (first === undefined) {
    withdraw(res)
    res.setHeader('Content-Range', `bytes */${size}`)
    throw new UnsatisfiableRangeError(size)
  }
  res.statusCode = 206
  if (second === undefined) {
    res.setHeader('Content-Range', contentRange(first, size))
    res.setHeader('Content-Length', first.end - first.start + 1)
    return [shift(first)]
  }
  const parts = multipartRanges(ranges, size, String(res.getHeader('Content-Type')))
  res.setHeader('Content-Type', parts.contentType)
  res.setHeader('Content-Length', lengthOf(parts.pieces))
  return parts.pieces.map((piece) => (typeof piece === 'string' ? piece : shift(piece)))
}

/** RFC 9110 §14.2: ranges are for GET, and for answers that would be 200. */
function askedRanges(
  req: IncomingMessage,
  res: ServerResponse,
  size: number,
): readonly ByteRange[] | undefined {
  const { range } = req.headers
  if (range === undefined || req.method !== 'GET' || res.statusCode !== 200) return undefined
  if (!rangeApplies({ headers: req.headers, ...validatorsOf(res) })) return undefined
  return selectRanges(range, size)
}
