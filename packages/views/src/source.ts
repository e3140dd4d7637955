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

/**
 * Names the place in a template that an offset points at.
 *
 * @param offset - UTF-16 code units from the start of the text; its end is allowed.
 * @throws {RangeError} when `offset` lies outside the text.
 */
export function positionAt({ name, text }: Source, offset: number): Position {
  if (!Number.isInteger(offset) || offset < 0 || offset > text.length) {
    throw new RangeError(`Cannot locate offset ${offset} in "${name}": text ends at ${text.length}`)
  }
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

/** "views/list.html:12:5", the form that editors and terminals turn into a link. */
export function describePlace(source: Source, offset: number): string {
  const { line, column } = positionAt(source, offset)
  return `${source.name}:${line}:${column}`
}
