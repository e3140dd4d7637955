import { randomBytes } from 'node:crypto'
import { contentRange, type ByteRange } from './byte-ranges.ts'

/** A stretch of a reply's body: text of our own, or a range of the handler's body. */
export type Piece = string | ByteRange

/** Lays out several ranges of one body as `multipart/byteranges` (RFC 9110 §14.6). */
export function multipartRanges(
  ranges: readonly ByteRange[],
  size: number,
  partType: string | undefined,
): { contentType: string; pieces: Piece[] } {
  // Drawn anew for each reply, so that no body can be written to hold it.
  const boundary = randomBytes(12).toString('hex')
  const typeLine = partType === undefined ? '' : `Content-Type: ${partType}\r\n`
  const pieces = ranges.flatMap((range): Piece[] => [
    `\r\n--${boundary}\r\n${typeLine}Content-Range: ${contentRange(range, size)}\r\n\r\n`,
    range,
  ])
  return {
    contentType: `multipart/byteranges; boundary=${boundary}`,
    pieces: [...pieces, `\r\n--${boundary}--\r\n`],
  }
}

/** Bytes that the pieces come to. */
export function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce(
    (sum, piece) =>
      sum + (typeof piece === 'string' ? Buffer.byteLength(piece) : piece.end - piece.start + 1),
    0,
  )
}
