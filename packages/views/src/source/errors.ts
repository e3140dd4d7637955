import { codeFrame } from './code-frame.ts'
import { describePlace, positionAt, type Source } from './source.ts'

/** Offsets of what is at fault. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A template that cannot be compiled. The message starts with the place and ends with the reason. */
export abstract class TemplateCompileError extends SyntaxError {
  abstract readonly code: string
  readonly expose = false
  /** The file as seen from the working directory; in the EJS door its `filename`, or `ejs` without one. */
  readonly path: string
  /** The line of the fault, counted from 1. */
  readonly line: number
  /** Where in the line the fault begins, in UTF-16 code units counted from 1. */
  readonly column: number
  /** The lines around the fault, the fault underlined. */
  readonly frame: string
  /** What is wrong, without place and frame. */
  readonly reason: string
  /** The includes that led here, the innermost first. */
  readonly includeStack: string[] = []

  constructor(
    reason: string,
    source: Source,
    { start, end }: Span,
    options?: { readonly cause?: unknown },
  ) {
    const frame = codeFrame(source, start, end - start)
    super(`${describePlace(source, start)}\n${frame}\n\n${reason}`, options)
    this.reason = reason
    this.path = source.name
    const { line, column } = positionAt(source, start)
    this.line = line
    this.column = column
    this.frame = frame
  }
}

type TemplateSyntaxCode = TemplateSyntaxError['code']

/** A tag or a block that is not closed, or JavaScript that is none. */
export class TemplateSyntaxError extends TemplateCompileError {
  override readonly name = 'TemplateSyntaxError'
  readonly code: 'TEMPLATE_SYNTAX' | 'TEMPLATE_UNCLOSED_TAG' | 'TEMPLATE_UNCLOSED_BLOCK'
  readonly status = 500

  constructor(
    code: TemplateSyntaxCode,
    reason: string,
    source: Source,
    span: Span,
    options?: { readonly cause?: unknown },
  ) {
    super(reason, source, span, options)
    this.code = code
  }
}

/** A place where nothing can be printed safely, or ways through the template that disagree about the place. */
export class TemplateContextError extends TemplateCompileError {
  override readonly name = 'TemplateContextError'
  readonly code = 'TEMPLATE_CONTEXT'
  readonly status = 500
}

/** No file of that name under the roots. */
export class TemplateNotFoundError extends Error {
  override readonly name = 'TemplateNotFoundError'
  readonly code = 'TEMPLATE_NOT_FOUND'
  readonly status = 500
  readonly expose = false
  /** The template as it was asked for: a name, or the file given to `renderFile`. */
  readonly template: string
  /** The folders. */
  readonly searched: readonly string[]
  /** The name with its extension. */
  readonly file: string

  constructor(template: string, searched: readonly string[], file = template) {
    const places = searched.map((place) => JSON.stringify(place)).join(', ')
    const what = file === template ? '' : ` for ${JSON.stringify(file)}`
    super(
      `Could not find the template ${JSON.stringify(template)}: looked in ${places || 'no root'}${what}`,
    )
    this.template = template
    this.searched = searched
    this.file = file
  }
}

/** An include that the EJS door finds nowhere. */
export class IncludeNotFoundError extends Error {
  override readonly name = 'IncludeNotFoundError'
  readonly code = 'TEMPLATE_NOT_FOUND'
  readonly status = 500
  readonly expose = false
  /** The name as the include has it. */
  readonly template: string

  /** @param escape - EJS prints the name escaped. */
  constructor(template: string, escape: (name: string) => string) {
    super(`Could not find the include file "${escape(template)}"`)
    this.template = template
  }
}

/** A template's name that is empty or no text. */
export class TemplateNameError extends TypeError {
  override readonly name = 'TemplateNameError'
  readonly code = 'TEMPLATE_BAD_NAME'
  readonly status = 500
  readonly expose = false

  constructor(template: unknown) {
    const what = template === '' ? 'empty' : template === null ? 'null' : typeof template
    super(`The name of a template must be a text that is not empty, and this one is ${what}`)
  }
}

/** A name that leads out of the roots, by dots, an absolute path, a symbolic link or a NUL. */
export class TemplateOutsideRootsError extends Error {
  override readonly name = 'TemplateOutsideRootsError'
  readonly code = 'TEMPLATE_OUTSIDE_ROOTS'
  readonly status = 500
  readonly expose = false
  /** The template as it was asked for: a name, or the file given to `renderFile`. */
  readonly template: string

  constructor(template: string, roots: readonly string[]) {
    const folders = [...new Set(roots)].map((root) => JSON.stringify(root))
    super(
      `Refused the template ${JSON.stringify(template)}: it is not a file under ${folders.join(' or ')}`,
    )
    this.template = template
  }
}

/** A value that has no text, or none that is safe as a name. */
export class TemplateValueError extends TypeError {
  override readonly name = 'TemplateValueError'
  readonly code: 'TEMPLATE_UNPRINTABLE' | 'TEMPLATE_UNSAFE_NAME'
  readonly status = 500
  readonly expose = false

  constructor(
    code: TemplateValueError['code'],
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options)
    this.code = code
  }
}

/** Raw output, or the content of a block or a pagelet, that would not stay in its place of the page. */
export class TemplatePlaceError extends TypeError {
  override readonly name = 'TemplatePlaceError'
  readonly code:
    | 'TEMPLATE_RAW_LEAVES_PLACE'
    | 'TEMPLATE_BLOCK_MISPLACED'
    | 'TEMPLATE_PAGELET_UNBALANCED'
  readonly status = 500
  readonly expose = false

  constructor(code: TemplatePlaceError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** What a pagelet waits for, or its content, was not there in its time. */
export class PageletTimeoutError extends Error {
  override readonly name = 'PageletTimeoutError'
  readonly code = 'TEMPLATE_PAGELET_TIMEOUT'
  readonly status = 503
  readonly expose = false
  /** The pagelet's name in the template. */
  readonly pagelet: string
  /** Its time, in milliseconds. */
  readonly timeout: number

  constructor(pagelet: string, timeout: number) {
    super(`The pagelet ${JSON.stringify(pagelet)} was not ready after ${timeout} ms`)
    this.pagelet = pagelet
    this.timeout = timeout
  }
}

/** Options that cannot work: of `createEngine`, `compile`, the EJS door, a standalone function or a `client` one. */
export class TemplateOptionError extends TypeError {
  override readonly name = 'TemplateOptionError'
  readonly code = 'TEMPLATE_BAD_OPTION'
  readonly status = 500
  readonly expose = false
  /**
   * The name of the option at fault, such as `roots`; `standalone` for a template that cannot stand
   * alone.
   */
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
