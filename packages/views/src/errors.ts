import { codeFrame } from './code-frame.ts'
import { describePlace, positionAt, type Source } from './source.ts'

/** Offsets of what is at fault. */
export interface Span {
  readonly start: number
  readonly end: number
}

type TemplateSyntaxCode =
  | 'TEMPLATE_SYNTAX'
  | 'TEMPLATE_UNCLOSED_TAG'
  | 'TEMPLATE_UNCLOSED_BLOCK'
  | 'TEMPLATE_CONTEXT'

/** A template that cannot be compiled. The message starts with the place and ends with the reason. */
export class TemplateSyntaxError extends SyntaxError {
  override readonly name: string = 'TemplateSyntaxError'
  readonly code: TemplateSyntaxCode
  readonly status = 500
  readonly expose = false
  readonly path: string
  readonly line: number
  readonly column: number
  /** The lines around the fault, the fault underlined. */
  readonly frame: string
  /** What is wrong, without place and frame. */
  readonly reason: string
  /** The includes that led here, the innermost first. */
  readonly includeStack: string[] = []

  constructor(
    code: TemplateSyntaxCode,
    reason: string,
    source: Source,
    { start, end }: Span,
    options?: ErrorOptions,
  ) {
    const frame = codeFrame(source, start, end - start)
    super(`${describePlace(source, start)}\n${frame}\n\n${reason}`, options)
    this.code = code
    this.reason = reason
    this.path = source.name
    const { line, column } = positionAt(source, start)
    this.line = line
    this.column = column
    this.frame = frame
  }
}

/** A place where `<%= %>` or `<%- %>` cannot be made safe, or two branches that disagree about the place. */
export class TemplateContextError extends TemplateSyntaxError {
  override readonly name = 'TemplateContextError'
}

/** No file of that name under the roots. */
export class TemplateNotFoundError extends Error {
  override readonly name = 'TemplateNotFoundError'
  readonly code = 'TEMPLATE_NOT_FOUND'
  readonly status = 500
  readonly expose = false
  readonly template: string
  readonly searched: readonly string[]

  constructor(template: string, searched: readonly string[]) {
    const places = searched.map((place) => JSON.stringify(place)).join(', ')
    super(
      `Could not find the template ${JSON.stringify(template)}: looked in ${places || 'no root'}`,
    )
    this.template = template
    this.searched = searched
  }
}

/** A name that leads out of the roots, by dots, an absolute path, a symbolic link or a NUL. */
export class TemplateOutsideRootsError extends Error {
  override readonly name = 'TemplateOutsideRootsError'
  readonly code = 'TEMPLATE_OUTSIDE_ROOTS'
  readonly status = 500
  readonly expose = false
  readonly template: string

  constructor(template: string, roots: readonly string[]) {
    super(
      `Refused the template ${JSON.stringify(template)}: it is not a file under ${roots
        .map((root) => JSON.stringify(root))
        .join(' or ')}`,
    )
    this.template = template
  }
}

/** A value that has no safe form in the place where it should be printed. */
export class TemplateValueError extends TypeError {
  override readonly name = 'TemplateValueError'
  readonly code: string
  readonly status = 500
  readonly expose = false

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Options that `createEngine` or `compile` cannot work with. */
export class TemplateOptionError extends TypeError {
  override readonly name = 'TemplateOptionError'
  readonly code = 'TEMPLATE_BAD_OPTION'
  readonly option: string

  constructor(option: string, message: string) {
    super(message)
    this.option = option
  }
}

/** Something that is not an error, or cannot be changed, was thrown in a template; it is the `cause`. */
export class TemplateRuntimeError extends Error {
  override readonly name = 'TemplateRuntimeError'
  readonly code = 'TEMPLATE_THREW'
  readonly status = 500
  readonly expose = false

  constructor(thrown: unknown) {
    const reason = thrown instanceof Error ? thrown.message : `A template threw ${describe(thrown)}`
    super(reason, { cause: thrown })
  }
}

function describe(thrown: unknown): string {
  return typeof thrown === 'string' ? JSON.stringify(thrown) : `a value of type ${typeof thrown}`
}
