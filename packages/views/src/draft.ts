import { parse as parseScript, type Program } from 'acorn'

import type { TemplateNode } from './ast.ts'
import { type Span, TemplateSyntaxError } from './errors.ts'
import type { Source } from './source.ts'

/**
 * The template's JavaScript as one program in which every character stands at the offset it has in
 * the template, so that each place the parser names is a place in the template:
 *
 * - text becomes a semicolon at its start, which ends the statement before it or is one of its own:
 *   the text is printed behind the statement of a list that ends there, as in the generated program
 * - `<%= x %>` becomes ` ;( x \n)`
 * - `<% x %>` becomes ` ; x \n `
 */
export function draftScript({ text }: Source, nodes: readonly TemplateNode[]): string {
  let draft = ''
  for (const node of nodes) {
    draft += ' '.repeat(node.start - draft.length)
    if (node.type === 'text') {
      draft += ';'
    } else if (node.type === 'code') {
      draft += ';'.padStart(node.codeStart - node.start)
      draft += `${text.slice(node.codeStart, node.codeEnd)}\n`
    } else if (node.type !== 'comment') {
      draft += ';('.padStart(node.codeStart - node.start)
      draft += `${expressionText(text, node.codeStart, node.codeEnd)}\n)`
    }
  }
  return draft
}

/** The JavaScript of an output tag; EJS allows a semicolon at its end. */
export function expressionText(text: string, start: number, end: number): string {
  return text.slice(start, end).replace(/;(\s*)$/, ' $1')
}

/** The JavaScript of a template. */
export interface ParsedDraft {
  readonly program: Program
  /** Comments that end in another tag than they begin in: they hide the parts between. */
  readonly comments: readonly Span[]
}

/**
 * Parses the draft.
 *
 * @throws {TemplateSyntaxError} TEMPLATE_SYNTAX with the place in the template.
 */
export function parseDraft(source: Source, nodes: readonly TemplateNode[]): ParsedDraft {
  const draft = draftScript(source, nodes)
  const comments: Span[] = []
  try {
    const program = parseScript(draft, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      allowSuperOutsideMethod: false,
      onComment: (isBlock, _text, start, end) => {
        if (isBlock) comments.push({ start, end })
      },
    })
    return { program, comments }
  } catch (error) {
    throw syntaxError(source, nodes, error as SyntaxError & { pos?: number; raisedAt?: number })
  }
}

function syntaxError(
  source: Source,
  nodes: readonly TemplateNode[],
  error: SyntaxError & { pos?: number; raisedAt?: number },
): TemplateSyntaxError {
  const offset = Math.min(error.pos ?? 0, source.text.length)
  const reason = error.message.replace(/ \(\d+:\d+\)$/, '')
  // At the end of the text something was left open: say what, as the end itself says nothing.
  const opened = offset >= endOfCode(nodes) ? lastOpenBlock(source, nodes) : undefined
  if (opened !== undefined) {
    const { start, end } = opened
    return new TemplateSyntaxError(
      'TEMPLATE_UNCLOSED_BLOCK',
      `This block is opened here and never closed: ${reason}`,
      source,
      { start, end },
      { cause: error },
    )
  }
  const before = /\bawait\s*$/.exec(source.text.slice(0, offset))
  if (before) {
    return new TemplateSyntaxError(
      'TEMPLATE_SYNTAX',
      '`await` needs an async function around it: write `async` before its parameters',
      source,
      { start: before.index, end: before.index + 'await'.length },
      { cause: error },
    )
  }
  const end = Math.max(offset, Math.min(error.raisedAt ?? offset, source.text.length))
  return new TemplateSyntaxError(
    'TEMPLATE_SYNTAX',
    reason,
    source,
    { start: offset, end },
    {
      cause: error,
    },
  )
}

function endOfCode(nodes: readonly TemplateNode[]): number {
  const last = nodes.findLast((node) => node.type !== 'text')
  return last?.codeEnd ?? 0
}

/** The innermost bracket still open, found by counting; good enough to point at in an error. */
function lastOpenBlock(
  { text }: Source,
  nodes: readonly TemplateNode[],
): { start: number; end: number } | undefined {
  const open: number[] = []
  for (const node of nodes) {
    if (node.type !== 'code') continue
    const code = text
      .slice(node.codeStart, node.codeEnd)
      .replace(/(["'`])(?:\\.|(?!\1)[^\\])*\1|\/\/[^\n]*|\/\*[^]*?\*\//g, (found) =>
        ' '.repeat(found.length),
      )
    for (let i = 0; i < code.length; i++) {
      if ('([{'.includes(code[i] as string)) open.push(node.codeStart + i)
      else if (')]}'.includes(code[i] as string)) open.pop()
    }
  }
  const start = open.at(-1)
  return start === undefined ? undefined : { start, end: start + 1 }
}
