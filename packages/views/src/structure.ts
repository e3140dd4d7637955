import type { AnyNode, CallExpression, Program } from 'acorn'

import type { TagNode, TemplateNode } from './ast.ts'
import type { Names } from './free-names.ts'
import { type WordCall, wordOf } from './layout-words.ts'
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
  /** Where the statements of lists begin: a line break may be all that ends the one before. */
  readonly statementStarts: ReadonlySet<number>
  readonly parents: ReadonlyMap<AnyNode, AnyNode>
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

/** Finds what the statements of a template do that concerns the whole of it. */
export function findStructure(
  nodes: readonly TemplateNode[],
  program: Program,
  names: Names,
  language: 'layout words' | 'no words',
): Structure {
  const returns: { start: number; end: number; argument?: { start: number; end: number } }[] = []
  const includes: IncludeCall[] = []
  const words: WordCall[] = []
  const statementStarts = new Set<number>()
  const free = new Map(names.free.map((name) => [name.start, name]))
  const outputs = new Map<number, TagNode>()
  for (const node of nodes) {
    if (node.type === 'escaped' || node.type === 'raw') outputs.set(node.codeStart - 1, node)
  }
  let isAsync = false
  let printsInFunction = false
  let hasWith = false
  // The draft has a tag's expression in parentheses, so only white space can come before it.
  const printedBy = (call: AnyNode, parent: AnyNode): TagNode | undefined => {
    const outermost = parent.type === 'AwaitExpression' ? parent : call
    if (outermost !== call && parents.get(outermost)?.type !== 'ExpressionStatement')
      return undefined
    if (outermost === call && parent.type !== 'ExpressionStatement') return undefined
    const statement = outermost === call ? parent : parents.get(outermost)
    const tag = statement && outputs.get(statement.start)
    return tag?.type === 'raw' ? tag : undefined
  }
  const parents = new Map<AnyNode, AnyNode>()

  const visit = (node: AnyNode, parent: AnyNode, depth: number): void => {
    if (node !== program) parents.set(node, parent)
    for (const { start } of statementsOf(node)) statementStarts.add(start)
    switch (node.type) {
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
            tag: printedBy(node, parent),
            isTopLevel: depth === 0,
            isAwaited: parent.type === 'AwaitExpression',
          })
        }
        break
    }
    if (isFunction(node) && printsIn(nodes, node)) printsInFunction = true
    const inner = isFunction(node) || node.type === 'ClassBody' ? depth + 1 : depth
    eachChild(node, (child) => visit(child, node, inner))
  }
  visit(program, program, 0)
  return {
    isAsync,
    returns,
    printsInFunction,
    includes,
    words,
    statementStarts,
    parents,
    hasWith,
  }
}

function statementsOf(node: AnyNode): readonly AnyNode[] {
  switch (node.type) {
    case 'Program':
    case 'BlockStatement':
    case 'StaticBlock':
      return node.body
    case 'SwitchCase':
      return node.consequent
    default:
      return NO_STATEMENTS
  }
}

const NO_STATEMENTS: readonly AnyNode[] = []

/** Whether a stretch of a template prints: text, or an output tag, begins in it. */
export function printsIn(
  nodes: readonly TemplateNode[],
  { start, end }: { start: number; end: number },
): boolean {
  return nodes.some((node) => node.type !== 'code' && node.start > start && node.start < end)
}
