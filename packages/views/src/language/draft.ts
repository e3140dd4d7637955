import { parse as parseScript, type Program } from 'acorn'

import type { TemplateNode } from './ast.ts'
import type { Span } from '../source/errors.ts'
import { plainName, type PlainName } from './plain-path.ts'
import type { Source } from '../source/source.ts'
import { type ParserError, syntaxError } from './syntax-error.ts'

interface Draft {
  readonly draft: string
  /** The names of plain paths, by the empty statements that stand for their tags. */
  readonly plainOutputs: ReadonlyMap<number, PlainName>
}

/**
 * The template's JavaScript as one program in which every character stands at the offset it has in
 * the template, so that each place the parser names is a place in the template:
 *
 * - text becomes a semicolon at its start, which ends the statement before it or is one of its own:
 *   the text is printed behind the statement of a list that ends there, as in the generated program
 * - `<%= f(x) %>` becomes ` ;( f(x) \n)`
 * - `<%= x.y %>`, a plain path, becomes ` ;;` and is noted: to parse it would tell nothing more
 * - `<% x %>` becomes ` ; x \n `
 */
export function draftScript({ text }: Source, nodes: readonly TemplateNode[]): Draft {
  let draft = ''
  const plainOutputs = new Map<number, PlainName>()
  for (const node of nodes) {
    draft += ' '.repeat(node.start - draft.length)
    if (node.type === 'text') {
      draft += ';'
    } else if (node.type === 'code') {
      draft += ';'.padStart(node.codeStart - node.start)
      draft += `${text.slice(node.codeStart, node.codeEnd)}\n`
    } else if (node.type !== 'comment') {
      const plain = plainName(text, node)
      if (plain) {
        draft += ';;'.padStart(node.codeStart - node.start)
        plainOutputs.set(node.codeStart - 1, plain)
        continue
      }
      draft += ';('.padStart(node.codeStart - node.start)
      draft += `${expressionText(text, node.codeStart, node.codeEnd)}\n)`
    }
  }
  return { draft, plainOutputs }
}

/** The JavaScript of an output tag; EJS allows a semicolon at its end. */
export function expressionText(text: string, start: number, end: number): string {
  return text.slice(start, end).replace(/;(\s*)$/, ' $1')
}

/** The JavaScript of a template. */
export interface ParsedDraft extends Pick<Draft, 'plainOutputs'> {
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
  const { draft, plainOutputs } = draftScript(source, nodes)
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
    return { program, comments, plainOutputs }
  } catch (error) {
    throw syntaxError(source, nodes, draft, error as ParserError)
  }
}
