/** A template's text and the name its errors are reported under. */
export interface Source {
  readonly name: string
  readonly text: string
}

/** A place in a template; both counted from 1, as editors do. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** An offset that lies outside of its template. */
class TemplateOffsetError extends RangeError {
  override readonly name = 'TemplateOffsetError'
  readonly code = 'TEMPLATE_BAD_OFFSET'
  readonly status = 500
  readonly expose = false
  readonly offset: number

  constructor(template: string, offset: number, length: number) {
    super(`Cannot locate offset ${offset} in "${template}": text ends at ${length}`)
    this.offset = offset
  }
}

/**
 * Names the place in a template that an offset points at.
 *
 * @param offset - UTF-16 code units from the start of the text; its end is allowed.
 * @throws {TemplateOffsetError} when `offset` lies outside the text.
 */
export function positionAt(source: Source, offset: number): Position {
  return positionsIn(source)(offset)
}

/**
 * Names many places of a template. The text is read once, as far as the furthest of them; an offset
 * that follows the one before costs what lies between the two.
 */
export function positionsIn({ name, text }: Source): (offset: number) => Position {
  let line = 1
  let lineStart = 0
  let nextBreak = text.indexOf('\n')
  return (offset) => {
    if (!Number.isInteger(offset) || offset < 0 || offset > text.length) {
      throw new TemplateOffsetError(name, offset, text.length)
    }
    if (offset < lineStart) {
      line = 1
      lineStart = 0
      nextBreak = text.indexOf('\n')
    }
    while (nextBreak !== -1 && nextBreak < offset) {
      line++
      lineStart = nextBreak + 1
      nextBreak = text.indexOf('\n', lineStart)
    }
    return { line, column: offset - lineStart + 1 }
  }
}

/** "views/list.html:12:5", the form that editors and terminals turn into a link. */
export function describePlace(source: Source, offset: number): string {
  const { line, column } = positionAt(source, offset)
  return `${source.name}:${line}:${column}`
}
