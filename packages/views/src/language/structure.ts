import type { AnyNode, CallExpression, Program } from 'acorn'

import type { TagNode, TemplateNode } from './ast.ts'
import { checkStanding, checkWhole } from './check-outputs.ts'
import type { Names } from './free-names.ts'
import { isWord, type WordCall, wordOf } from './layout-words.ts'
import type { Source } from '../source/source.ts'
import { eachChild, isFunction } from './walk.ts'

/** What a template's statements do that concerns the whole of it. */
export interface Structure {
  readonly isAsync: boolean
  /** `return` at the template's own level. */
  readonly returns: readonly {
    start: number
    end: number
    argument?: { start: number; end: number }
  }[]
  /** Whether a function inside the template prints. */
  readonly printsInFunction: boolean
  readonly includes: readonly IncludeCall[]
  /** Calls of `layout`, `block`, `append`, `prepend`. */
  readonly words: readonly WordCall[]
  /**
   * Where the statements of lists begin that begin with an expression: a line break may be all that
   * ends the one before.
   */
  readonly statementStarts: ReadonlySet<number>
  readonly hasWith: boolean
}

/** A call of `include`. */
export interface IncludeCall {
  readonly call: CallExpression
  /** The name, when it is written out. */
  readonly name: string | undefined
  /** The tag that does nothing but print the include raw: it is compiled for that place. */
  readonly tag: TagNode | undefined
  /** Whether it stands at the template's own level, where the render function can await it. */
  readonly isTopLevel: boolean
  readonly isAwaited: boolean
}

/**
 * Finds what the statements of a template do that concerns the whole of it.
 *
 * @throws {TemplateSyntaxError} TEMPLATE_SYNTAX for an output tag that is no statement of its own.
 */
export function findStructure(
  source: Source,
  nodes: readonly TemplateNode[],
  program: Program,
  names: Names,
  language: 'layout words' | 'no words',
): Structure {
  const returns: { start: number; end: number; argument?: { start: number; end: number } }[] = []
  const includes: IncludeCall[] = []
  const words: WordCall[] = []
  const statementStarts = new Set<number>()
  // Only of these it matters whether they are the template's own.
  const free = new Set<number>()
  for (const { name, start } of names.free) if (name === 'include' || isWord(name)) free.add(start)
  const outputs = new Map<number, TagNode>()
  for (const node of nodes) {
    if (node.type === 'escaped' || node.type === 'raw') outputs.set(node.codeStart - 1, node)
  }
  let isAsync = false
  let printsInFunction = false
  let hasWith = false
  const printed = new Set<TagNode>()
  // The draft has a tag's expression in parentheses, so only white space can come before it.
  const printedBy = (parent: AnyNode, grandparent: AnyNode): TagNode | undefined => {
    const statement = parent.type === 'AwaitExpression' ? grandparent : parent
    if (statement.type !== 'ExpressionStatement') return undefined
    const tag = outputs.get(statement.start)
    return tag?.type === 'raw' ? tag : undefined
  }

  const visit = (node: AnyNode, parent: AnyNode, grandparent: AnyNode, depth: number): void => {
    switch (node.type) {
      case 'Identifier':
      case 'Literal':
        return
      case 'EmptyStatement': {
        const output = outputs.get(node.start)
        if (output) printed.add(output)
        return
      }
      case 'ReturnStatement':
        if (depth === 0) {
          const { start, end, argument } = node
          returns.push(argument ? { start, end, argument } : { start, end })
        }
        break
      case 'WithStatement':
        hasWith = true
        break
      case 'AwaitExpression':
        if (depth === 0) isAsync = true
        break
      case 'ForOfStatement':
        if (depth === 0 && node.await) isAsync = true
        break
      case 'ExpressionStatement': {
        const output = outputs.get(node.start)
        if (output) {
          checkWhole(source, output, node.expression)
          printed.add(output)
        } else if (isList(parent)) {
          statementStarts.add(node.start)
        }
        if (language === 'no words') break
        const word = wordOf(node, free, outputs, depth === 0)
        if (!word) break
        words.push(word)
        if (word.awaits) isAsync = true
        break
      }
      case 'CallExpression':
        if (
          node.callee.type === 'Identifier' &&
          node.callee.name === 'include' &&
          free.has(node.callee.start)
        ) {
          const [first] = node.arguments
          includes.push({
            call: node,
            name:
              first?.type === 'Literal' && typeof first.value === 'string'
                ? first.value
                : undefined,
            tag: printedBy(parent, grandparent),
            isTopLevel: depth === 0,
            isAwaited: parent.type === 'AwaitExpression',
          })
        }
        break
    }
    if (!printsInFunction && isFunction(node)) printsInFunction = printsIn(nodes, node)
    const inner = isFunction(node) || node.type === 'ClassBody' ? depth + 1 : depth
    eachChild(node, (child) => visit(child, node, parent, inner))
  }
  visit(program, program, program, 0)
  checkStanding(source, outputs.values(), printed)
  return {
    isAsync,
    returns,
    printsInFunction,
    includes,
    words,
    statementStarts,
    hasWith,
  }
}

function isList({ type }: AnyNode): boolean {
  return (
    type === 'Program' ||
    type === 'BlockStatement' ||
    type === 'StaticBlock' ||
    type === 'SwitchCase'
  )
}

/** Whether a stretch of a template prints: text, or an output tag, begins in it. */
export function printsIn(
  nodes: readonly TemplateNode[],
  { start, end }: { start: number; end: number },
): boolean {
  for (let i = firstFrom(nodes, start + 1); i < nodes.length; i++) {
    const node = nodes[i] as TemplateNode
    if (node.start >= end) return false
    if (node.type !== 'code') return true
  }
  return false
}

/** The number of the first of the nodes, which stand in order, that begins at an offset or behind it. */
export function firstFrom(nodes: readonly TemplateNode[], offset: number): number {
  let low = 0
  let high = nodes.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((nodes[middle] as TemplateNode).start < offset) low = middle + 1
    else high = middle
  }
  return low
}
