import { rangeApplies } from '@tokkyu/session/http'
import type { DispatchedResponse } from '../types/dispatched.ts'
import { handlesRanges } from '../request/range.ts'
import { contentRange, selectRanges } from './byte-ranges.ts'
import { lengthOf, multipartRanges, type Piece } from './multipart-ranges.ts'

/**
 * Decides which pieces of a body of `size` bytes answer the request, and sets status and headers to
 * match: 206 with one range or several, 416 with none.
 *
 * @returns what to send, or `undefined` for the whole body, as if `Range` were absent.
 */
export function partial(res: DispatchedResponse, size: number): readonly Piece[] | undefined {
  const { range } = res.req.headers
  if (range === undefined || !mayBeCut(res)) return undefined
  const ranges = selectRanges(range, size)
  if (ranges === undefined) return undefined

  res.setHeader('Accept-Ranges', 'bytes')
  const pieces = ranges.length > 1 ? severalRanges(res, ranges, size) : ranges
  if (ranges.length < 2) {
    const [only] = ranges
    res.setHeader('Content-Range', only ? contentRange(only, size) : `bytes */${size}`)
  }
  res.statusCode = ranges.length === 0 ? 416 : 206
  if (ranges.length === 0) res.removeHeader('Content-Type')
  res.setHeader('Content-Length', lengthOf(pieces))
  return pieces
}

/**
 * Whether the reply is one that can be sent in part: the 200 of a GET, with an `If-Range` that
 * holds. Not so when it says `Accept-Ranges: none` or is a part already, and not when the handler
 * has read the ranges itself. Nor when a middleware has replaced `write`: what compression makes of
 * a body has other offsets.
 */
function mayBeCut(res: DispatchedResponse): boolean {
  const { headers, method } = res.req
  if (method !== 'GET' || res.statusCode !== 200 || Object.hasOwn(res, 'write')) return false
  if (handlesRanges(res.req) || res.getHeader('Accept-Ranges') === 'none') return false
  if (res.hasHeader('Content-Range') || res.hasHeader('Transfer-Encoding')) return false
  return rangeApplies({
    headers,
    etag: res.getHeader('ETag') as string | undefined,
    lastModified: res.getHeader('Last-Modified') as string | undefined,
  })
}

function severalRanges(
  res: DispatchedResponse,
  ranges: Parameters<typeof multipartRanges>[0],
  size: number,
): readonly Piece[] {
  const type = res.getHeader('Content-Type') as string | undefined
  const { contentType, pieces } = multipartRanges(ranges, size, type)
  res.setHeader('Content-Type', contentType)
  return pieces
}
