import type { TagNode, TemplateNode } from './ast.ts'
import type { Span, TemplateSyntaxError } from '../source/errors.ts'
import type { Before } from './open-brackets.ts'
import { positionAt, type Source } from '../source/source.ts'

/** What is wrong, and where: the code is that of an ordinary error unless it says otherwise. */
export interface Finding {
  readonly reason: string
  readonly span: Span
  readonly code?: TemplateSyntaxError['code']
}

/** A place in a draft that the parser refuses, with what is known about it. */
export interface Fault {
  readonly source: Source
  readonly nodes: readonly TemplateNode[]
  readonly at: number
  readonly end: number
  /** What the parser says. */
  readonly said: string
  readonly node: TemplateNode | undefined
  readonly before: Before
}

export function placeOf(source: Source, offset: number): string {
  const { line, column } = positionAt(source, offset)
  return `${line}:${column}`
}

export function isTag(node: TemplateNode | undefined): node is TagNode {
  return node !== undefined && node.type !== 'text'
}

export function isOutput({ type }: TemplateNode): boolean {
  return type === 'escaped' || type === 'raw'
}

/** Whether a place is one of the author's JavaScript, not a text or a sign that the draft has for one. */
export function isInCode(node: TemplateNode | undefined, at: number): node is TagNode {
  return isTag(node) && at >= node.codeStart && at < node.codeEnd
}
