import { positionsIn, type Source } from './source.ts'

/** A place in a generated program and the place in the template that it was copied from. */
export interface Segment {
  /** Counted from 0, of the lines that hold the template. */
  readonly line: number
  readonly column: number
  readonly offset: number
  /** Whether the text is ours: all of it stands for the one place. */
  readonly isOurs?: boolean
}

/** Lines of the function that `new Function` makes which come before those of the template. */
const LINES_BEFORE = 3

/** The offset in the template that a place in a stack trace stands for; both counted from 1. */
export function offsetOf(
  segments: readonly Segment[],
  traceLine: number,
  traceColumn: number,
): number | undefined {
  const line = traceLine - 1 - LINES_BEFORE
  const column = traceColumn - 1
  let nearest: Segment | undefined
  for (const segment of segments) {
    if (segment.line > line || (segment.line === line && segment.column > column)) break
    nearest = segment
  }
  if (nearest?.line !== line) return undefined
  return nearest.isOurs ? nearest.offset : nearest.offset + column - nearest.column
}

/** A source map (ECMA-426) for the generated function, as the URL that V8 and Node read. */
export function sourceMapUrl(source: Source, file: string, segments: readonly Segment[]): string {
  const json = Buffer.from(sourceMap(source, file, segments)).toString('base64')
  return `data:application/json;base64,${json}`
}

/**
 * The source map as JSON.
 *
 * @param file - the template's, as it is seen from the map.
 * @param linesBefore - how many come before those of the template.
 */
export function sourceMap(
  source: Source,
  file: string,
  segments: readonly Segment[],
  linesBefore = LINES_BEFORE,
): string {
  return JSON.stringify({
    version: 3,
    sources: [file],
    sourcesContent: [source.text],
    names: [],
    mappings: mappings(source, segments, linesBefore),
  })
}

function mappings(source: Source, segments: readonly Segment[], linesBefore: number): string {
  let text = ';'.repeat(linesBefore)
  let line = 0
  let before = { column: 0, sourceLine: 0, sourceColumn: 0 }
  let isFirst = true
  const positionOf = positionsIn(source)
  for (const segment of segments) {
    if (segment.line > line) {
      text += ';'.repeat(segment.line - line)
      line = segment.line
      before = { ...before, column: 0 }
      isFirst = true
    }
    const position = positionOf(segment.offset)
    const now = {
      column: segment.column,
      sourceLine: position.line - 1,
      sourceColumn: position.column - 1,
    }
    text +=
      (isFirst ? '' : ',') +
      variableLength(now.column - before.column) +
      variableLength(0) + // the one source
      variableLength(now.sourceLine - before.sourceLine) +
      variableLength(now.sourceColumn - before.sourceColumn)
    before = now
    isFirst = false
  }
  return text
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** A number in base 64, five bits to a digit, the sign in the lowest bit (ECMA-426, VLQ). */
function variableLength(number: number): string {
  let rest = number < 0 ? (-number << 1) | 1 : number << 1
  let text = ''
  do {
    const digit = rest & 31
    rest >>>= 5
    text += BASE64[rest > 0 ? digit | 32 : digit]
  } while (rest > 0)
  return text
}
