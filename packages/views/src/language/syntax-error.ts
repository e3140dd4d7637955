import type { TagNode, TemplateNode } from './ast.ts'
import { TemplateSyntaxError } from '../source/errors.ts'
import { type Fault, type Finding, isInCode, isOutput, isTag, placeOf } from './fault.ts'
import { readBefore } from './open-brackets.ts'
import type { Source } from '../source/source.ts'
import { unexpected } from './unexpected-token.ts'

/** What the parser throws: the offset of the fault, and where it had read to. */
export type ParserError = SyntaxError & { readonly pos?: number; readonly raisedAt?: number }

/** Says what the parser refuses in a template's words: its tags, its text, the brackets over them. */
export function syntaxError(
  source: Source,
  nodes: readonly TemplateNode[],
  draft: string,
  error: ParserError,
): TemplateSyntaxError {
  const at = Math.min(error.pos ?? 0, source.text.length)
  const fault: Fault = {
    source,
    nodes,
    at,
    end: Math.max(at, Math.min(error.raisedAt ?? at, source.text.length)),
    said: error.message.replace(/ \(\d+:\d+\)$/, ''),
    node: nodes.findLast(({ start }) => start <= at),
    before: readBefore(draft, nodes, at),
  }
  const { reason, span, code = 'TEMPLATE_SYNTAX' } = find(fault)
  return new TemplateSyntaxError(code, reason, source, span, { cause: error })
}

function find(fault: Fault): Finding {
  const { said, at, end } = fault
  return (
    oldInclude(fault) ??
    awaitInCallback(fault) ??
    (said === 'Unexpected token'
      ? (unclosedInTag(fault) ?? unclosedBlock(fault) ?? unexpected(fault))
      : { reason: inOtherWords(fault), span: { start: at, end } })
  )
}

/** `<% include head %>`, which EJS knew up to version 2. */
function oldInclude({ source, node }: Fault): Finding | undefined {
  if (!isTag(node)) return undefined
  const { text } = source
  const found = OLD_INCLUDE.exec(text.slice(node.codeStart, node.codeEnd))
  if (!found) return undefined
  const [all, blanks, name, data] = found as unknown as [string, string, string, string]
  const opening = text.slice(node.start, node.codeStart)
  const isPlain = node.type === 'code' && !node.slurpsBefore
  const raw = `${isPlain ? opening : opening.slice(0, -1)}-`
  const closing = text.slice(node.codeEnd, node.end)
  return {
    reason: `\`include\` is a function: write \`${raw} include('${name}'${data.trim() === '' ? '' : ', …'}) ${closing}\``,
    span: { start: node.codeStart + blanks.length, end: node.codeStart + all.trimEnd().length },
  }
}

const OLD_INCLUDE = /^(\s*)include\s+['"]?([\w./~@-][^\s'"(=,]*)['"]?([^]*)$/

/** Where nothing can be awaited `await` is a name, behind which no value can begin. */
function awaitInCallback({ source, at, before }: Fault): Finding | undefined {
  const { text } = source
  if (before.last !== 'await' || !/^[\p{L}\p{N}_$"'{]/u.test(text.slice(at))) return undefined
  const start = text.lastIndexOf('await', at - 1)
  return {
    reason: '`await` needs an async function around it: write `async` before its parameters',
    span: { start, end: start + 'await'.length },
  }
}

/** An output tag that ends before its expression does. */
function unclosedInTag({ source, nodes, node, at, before }: Fault): Finding | undefined {
  const bracket = before.open.at(-1)
  const tag = bracket && nodes.find((each): each is TagNode => isInCode(each, bracket.start))
  if (bracket && tag && isOutput(tag) && at >= tag.codeEnd) {
    const { text, start } = bracket
    return {
      reason: `This \`${text}\` is not closed before its tag ends: an output tag holds one whole expression`,
      span: { start, end: start + text.length },
    }
  }
  if (!isTag(node) || !isOutput(node) || at < node.codeEnd) return undefined
  const span = { start: node.codeEnd, end: node.end }
  const closing = source.text.slice(span.start, span.end)
  return { reason: `Unexpected token '${closing}': the expression is not complete`, span }
}

/** A bracket that only the end of the template shows to be open, or a text in parentheses. */
function unclosedBlock({ source, nodes, node, at, before }: Fault): Finding | undefined {
  const bracket = before.open.at(-1)
  if (bracket === undefined) return undefined
  const isEnd = at >= endOfCode(nodes)
  if (!isEnd && (bracket.text === '{' || isInCode(node, at))) return undefined
  const { text, start } = bracket
  const end = isEnd ? 'never closed' : `not closed before ${placeOf(source, at)}`
  return {
    code: 'TEMPLATE_UNCLOSED_BLOCK',
    reason: `This \`${text}\` is opened here and ${end}`,
    span: { start, end: start + text.length },
  }
}

/** What the parser says of other faults, where it speaks of itself or says too little. */
function inOtherWords({ said, node, end }: Fault): string {
  const jump = /^Unsyntactic (break|continue)$/.exec(said)?.[1]
  if (jump !== undefined) return `\`${jump}\` has no loop around it; a callback is none`
  if (said.includes('sourceType: module')) {
    return 'A template cannot `import` or `export`: give it what it needs with the data'
  }
  const endsInIt = said.startsWith('Unterminated string') && isTag(node) && end >= node.codeEnd
  return endsInIt ? `${said}: the tag ends inside of it` : said
}

function endOfCode(nodes: readonly TemplateNode[]): number {
  return nodes.findLast(isTag)?.codeEnd ?? 0
}
