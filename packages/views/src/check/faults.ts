import type { Template } from '../language/analyse.ts'
import { codeFrame } from '../source/code-frame.ts'
import type { TemplateCompileError } from '../source/errors.ts'
import { positionAt } from '../source/source.ts'
import type { Shadow } from './shadow.ts'
import type { Diagnostic } from './tsc.ts'

/** A fault that was found in a template. */
export interface ViewFault {
  /** The template, as seen from the working directory. */
  readonly path: string
  /** Counted from 1. */
  readonly line: number
  /** Counted from 1, in UTF-16 code units. */
  readonly column: number
  /** The compiler's, such as TS2339, or that of the error that the template is. */
  readonly code: string
  /** What is wrong, in the compiler's words. */
  readonly message: string
  /** The lines around it. */
  readonly frame: string
}

/** A template and its shadow. */
export interface Checked {
  readonly template: Template
  readonly shadow: Shadow
}

/**
 * A template's own functions and variables are JavaScript, which has no place for their types: what has
 * none is `any`.
 */
export function isOfJavaScript({ code }: Diagnostic): boolean {
  return /^TS70(?:05|06|19|31|34)$/.test(code)
}

export function faultAt(
  { template, shadow }: Checked,
  { line, column, code, message }: Diagnostic,
): ViewFault {
  return faultIn(template, shadow.offsetAt(line, column), code, message.replaceAll('T$', ''))
}

export function faultIn(
  { source }: Template,
  offset: number,
  code: string,
  message: string,
): ViewFault {
  const { line, column } = positionAt(source, offset)
  const length = /^[\w$]+/.exec(source.text.slice(offset))?.[0].length ?? 1
  return {
    path: source.name,
    line,
    column,
    code,
    message,
    frame: codeFrame(source, offset, length),
  }
}

export function faultOf(error: TemplateCompileError): ViewFault {
  const { path: name, line, column, code, reason, frame } = error
  return { path: name, line, column, code, message: reason, frame }
}
