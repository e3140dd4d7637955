import type { TagNode } from './ast.ts'
import type { Span } from '../source/errors.ts'
import { type Fault, type Finding, isInCode, isOutput, isTag, placeOf } from './fault.ts'

/** Names the token, the text or the tag that the parser did not expect, and what may be missing. */
export function unexpected(fault: Fault): Finding {
  const { source, node, at, end } = fault
  if (!isInCode(node, at)) return unexpectedPart(fault)
  const span = { start: at, end: Math.max(at + 1, Math.min(end, node.codeEnd)) }
  const token = source.text.slice(span.start, span.end)
  const hint = hintFor(token, node, fault)
  const shown = token.length > LONGEST ? `${token.slice(0, LONGEST)}…` : token
  return { reason: `Unexpected token '${shown}'${hint === undefined ? '' : `: ${hint}`}`, span }
}

const LONGEST = 40

/** A text or a tag, where JavaScript has no room for it. */
function unexpectedPart({ node, at, before }: Fault): Finding {
  let span: Span = { start: at, end: at + 1 }
  let what = 'text'
  if (isTag(node)) {
    const isEnd = at >= node.codeEnd
    what = isEnd ? 'end' : 'tag'
    span = isEnd
      ? { start: node.codeEnd, end: node.end }
      : { start: node.start, end: node.codeStart }
  }
  const isBeforeCase = before.open.at(-1)?.keyword === 'switch' && before.last === '{'
  return {
    reason: isBeforeCase
      ? 'Nothing can stand between a `switch` and its first `case`: begin it in the same tag'
      : `Unexpected ${what}: the statement before it is not complete`,
    span,
  }
}

function hintFor(token: string, node: TagNode, fault: Fault): string | undefined {
  const { source, at, before } = fault
  const { open, last } = before
  const bracket = open.at(-1)
  const code = source.text.slice(node.codeStart, node.codeEnd)
  if (isOutput(node) && STATEMENT.test(code)) {
    return 'an output tag holds one expression; write a statement in a tag that prints nothing'
  }
  if (last !== undefined && NEEDS_HEAD.has(last)) return `\`${last}\` needs a \`(\` behind it`
  const first = GOES_ON.get(token)
  if (first !== undefined) {
    const begins = source.text.slice(node.codeStart, at).trim() === ''
    if (begins && last === '}') return `write it in the tag of the \`}\` before it`
    return missingBrace(fault) ?? `no \`${first}\` ends right before it`
  }
  if (PAIRS[token] !== undefined) {
    if (bracket === undefined) return missingBrace(fault) ?? 'nothing is open here'
    if (bracket.text.at(-1) === PAIRS[token]) return undefined
    return `the \`${bracket.text}\` at ${placeOf(source, bracket.start)} is to be closed first`
  }
  if (token === '{' && bracket?.text === '(') {
    return `is a \`)\` missing for the \`(\` at ${placeOf(source, bracket.start)}?`
  }
  return undefined
}

const STATEMENT = /^\s*(?:if|for|while|do|switch|try|const|let|var|return|throw|break|continue)\b/
const NEEDS_HEAD = new Set(['if', 'while', 'for', 'switch'])
const GOES_ON = new Map([
  ['else', 'if'],
  ['catch', 'try'],
  ['finally', 'try'],
])
const PAIRS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }

/** A tag that ends with the head of a statement and no brace: the text behind is all that it rules. */
function missingBrace({ source, before }: Fault): string | undefined {
  if (before.bare === undefined) return undefined
  return `is a \`{\` missing at the end of the tag at ${placeOf(source, before.bare.start)}?`
}
