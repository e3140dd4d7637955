import type { AnyNode, CallExpression, Program } from 'acorn'

import type { TagNode, TemplateNode } from './ast.ts'
import { parseDraft } from './draft.ts'
import { TemplateSyntaxError } from './errors.ts'
import { findNames, type FreeName, type Names } from './free-names.ts'
import { type WordCall, wordOf } from './layout-words.ts'
import type { Source } from './source.ts'
import { eachChild, isFunction } from './walk.ts'

/** A template with all that its JavaScript tells about it; offsets are those of the source. */
export interface Template extends Names {
  readonly source: Source
  readonly nodes: readonly TemplateNode[]
  /** Undefined for a template whose tags only name values: those need no parser. */
  readonly program: Program | undefined
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

/** Reads a template's JavaScript once. */
export function analyse(
  source: Source,
  nodes: readonly TemplateNode[],
  words: 'layout words' | 'no words' = 'no words',
): Template {
  const plain = plainPaths(source, nodes)
  if (plain) {
    const free = plain
    return {
      source,
      nodes,
      free,
      vars: NO_NAMES,
      paramUses: NO_USES,
      declared: NO_NAMES,
      program: undefined,
      isAsync: false,
      returns: [],
      printsInFunction: false,
      includes: [],
      words: [],
    }
  }
  const program = parseDraft(source, nodes)
  const names = findNames(program)
  return {
    source,
    nodes,
    program,
    ...names,
    ...findStructure(source, nodes, program, names, words),
  }
}

const PLAIN_PATH = /^\s*([A-Za-z_$][\w$]*)(?:\.[A-Za-z_$][\w$]*)*\s*;?\s*$/
// Words that look like a name and are none.
const WORDS = new Set(
  'this null true false typeof void delete new await yield let static async function class super debugger return throw var const if else for while do switch case break continue default try catch finally with in instanceof import export enum'.split(
    ' ',
  ),
)

/** The names of a template in which each tag prints a name or a path; undefined for any other. */
function plainPaths({ text }: Source, nodes: readonly TemplateNode[]): FreeName[] | undefined {
  const free: FreeName[] = []
  for (const node of nodes) {
    if (node.type === 'text') continue
    if (node.type !== 'escaped' && node.type !== 'raw') return undefined
    const code = text.slice(node.codeStart, node.codeEnd)
    const name = PLAIN_PATH.exec(code)?.[1]
    if (name === undefined || WORDS.has(name)) return undefined
    const start = node.codeStart + code.indexOf(name)
    free.push({ name, start, end: start + name.length, use: 'read', parent: NO_PARENT })
  }
  return free
}

const NO_USES: ReadonlySet<number> = new Set()
const NO_NAMES: ReadonlySet<string> = new Set()
const NO_PARENT = { type: 'EmptyStatement', start: 0, end: 0 } as const

function findStructure(
  source: Source,
  nodes: readonly TemplateNode[],
  program: Program,
  names: Names,
  language: 'layout words' | 'no words',
): Pick<Template, 'isAsync' | 'returns' | 'printsInFunction' | 'includes' | 'words'> {
  const returns: { start: number; end: number; argument?: { start: number; end: number } }[] = []
  const includes: IncludeCall[] = []
  const words: WordCall[] = []
  const free = new Map(names.free.map((name) => [name.start, name]))
  const outputs = new Map<number, TagNode>()
  for (const node of nodes) {
    if (node.type === 'escaped' || node.type === 'raw') outputs.set(node.codeStart - 1, node)
  }
  let isAsync = false
  let printsInFunction = false
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
    parents.set(node, parent)
    switch (node.type) {
      case 'ReturnStatement':
        if (depth === 0) {
          const { start, end, argument } = node
          returns.push(argument ? { start, end, argument } : { start, end })
        }
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
  checkExpressions(source, nodes, program)
  return { isAsync, returns, printsInFunction, includes, words }
}

/** Whether a stretch of a template prints: text, or an output tag, begins in it. */
export function printsIn(
  nodes: readonly TemplateNode[],
  { start, end }: { start: number; end: number },
): boolean {
  return nodes.some((node) => node.type !== 'code' && node.start > start && node.start < end)
}

/** An output tag holds one expression; `a) + (b` would be two whose halves escape differently. */
function checkExpressions(source: Source, nodes: readonly TemplateNode[], program: Program): void {
  const outputs = new Map<number, TemplateNode & { type: 'escaped' | 'raw' }>()
  for (const node of nodes) {
    if (node.type === 'escaped' || node.type === 'raw') {
      outputs.set(node.codeStart - 1, node as TemplateNode & { type: 'escaped' | 'raw' })
    }
  }
  const visit = (node: AnyNode): void => {
    if (node.type === 'ExpressionStatement') {
      const output = outputs.get(node.start)
      if (output && 'codeStart' in output) {
        outputs.delete(node.start)
        const { start, end } = node.expression
        if (start < output.codeStart || end > output.codeEnd) {
          throw new TemplateSyntaxError(
            'TEMPLATE_SYNTAX',
            'An output tag must hold one whole expression',
            source,
            { start: output.codeStart, end: output.codeEnd },
          )
        }
      }
    }
    eachChild(node, visit)
  }
  visit(program)
  for (const output of outputs.values()) {
    throw new TemplateSyntaxError(
      'TEMPLATE_SYNTAX',
      'An output tag must stand where a statement can stand',
      source,
      { start: output.start, end: output.end },
    )
  }
}
