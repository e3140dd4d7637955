import { tokenizer, type Token } from 'acorn'

import type { TagNode, TemplateNode } from './ast.ts'

/** A bracket that is open at a place in a template. */
interface OpenBracket {
  /** `${` for the one in a template literal. */
  readonly text: string
  readonly start: number
  /** `if`, `for`, `switch` and the like, of whose head this is the parenthesis, or the block. */
  readonly keyword: string | undefined
}

/** What stands before a place in a template's JavaScript. */
export interface Before {
  /** The innermost one last. */
  readonly open: readonly OpenBracket[]
  readonly last: string | undefined
  /** The last tag that ends with the head of a statement: `else`, or `if (…)` without a brace. */
  readonly bare: TagNode | undefined
}

const CLOSES: Readonly<Record<string, true>> = { ')': true, ']': true, '}': true }
const OPENS: Readonly<Record<string, true>> = { '(': true, '[': true, '{': true, '${': true }
const HEADS = new Set(['if', 'for', 'while', 'switch'])

/** Reads a draft up to a place; the brackets that a draft has around an output tag do not count. */
export function readBefore(draft: string, nodes: readonly TemplateNode[], end: number): Before {
  const open: OpenBracket[] = []
  let last: string | undefined
  let beforeLast: string | undefined
  let closed: OpenBracket | undefined
  let tag: TagNode | undefined
  let bare: TagNode | undefined
  const leave = (): void => {
    const isHead = last === 'else' || (last === ')' && closed?.keyword !== undefined)
    if (isHead && tag?.type === 'code') bare = tag
  }
  let i = 0
  for (const { start, end: behind } of tokensOf(draft)) {
    if (start >= end) break
    while (nodes[i] && codeEndOf(nodes[i] as TemplateNode) <= start) i++
    const node = nodes[i]
    if (!node || node.type === 'text' || start < node.codeStart) continue
    if (node !== tag) leave()
    tag = node
    const text = draft.slice(start, behind)
    if (OPENS[text]) {
      const keyword =
        text === '{' && last === ')' ? closed?.keyword : headOf(text, last, beforeLast)
      open.push({ text, start, keyword })
    } else if (CLOSES[text]) closed = open.pop()
    beforeLast = last
    last = text
  }
  if (tag && tag.codeEnd <= end) leave()
  return { open, last, bare }
}

/** The `while` behind a block may be that of a `do`, whose end it is. */
function headOf(text: string, last = '', beforeLast = ''): string | undefined {
  if (text !== '(' || !HEADS.has(last)) return undefined
  return last === 'while' && beforeLast === '}' ? undefined : last
}

function codeEndOf(node: TemplateNode): number {
  return node.type === 'text' ? node.end : node.codeEnd
}

function* tokensOf(draft: string): Generator<Token> {
  try {
    yield* tokenizer(draft, { ecmaVersion: 'latest', sourceType: 'script' })
  } catch {
    // What is no token at all is the fault itself, or stands behind it.
  }
}
