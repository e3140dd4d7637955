import type { AnyNode, CallExpression, ExpressionStatement, Program, ReturnStatement } from 'acorn'

import { TemplateSyntaxError } from '../source/errors.ts'
import type { Source } from '../source/source.ts'
import type { TemplateNode } from './ast.ts'
import type { Names } from './free-names.ts'
import type { WordCall } from './layout-words.ts'
import { eachChild, type FunctionNode, isFunction } from './walk.ts'

/** A function of a pagelet, which prints apart from the page. */
export interface PageletFunction {
  readonly node: FunctionNode
  /** Its own `return` statements. */
  readonly returns: readonly ReturnStatement[]
}

/**
 * A call of `pagelet(name, data, content, options)`. It is a word of the language as a statement between
 * `<%` and `%>`; anywhere else it is a name like any other.
 */
export interface PageletCall {
  readonly call: CallExpression
  readonly content: PageletFunction
  /** `fallback` and `error` of the options. */
  readonly others: readonly PageletFunction[]
  /** Where it stands: at the level of its template, or in the content of another pagelet or a block. */
  readonly within: 'page' | 'pagelet' | 'block'
  /** Whether another one stands in its content. */
  readonly hasNested: boolean
}

/**
 * Finds the pagelets of a template.
 *
 * @param words - the calls of `block` and its like, whose content may hold some.
 * @throws {TemplateSyntaxError} TEMPLATE_SYNTAX for one that is not written as it must be.
 */
export function findPagelets(
  source: Source,
  nodes: readonly TemplateNode[],
  program: Program,
  names: Names,
  words: readonly WordCall[],
): PageletCall[] {
  const free = new Set<number>()
  for (const { name, start } of names.free) if (name === 'pagelet') free.add(start)
  if (free.size === 0) return []
  const found: PageletCall[] = []
  const printed = new Set<number>()
  for (const { type, codeStart } of nodes.filter(isTag))
    if (type !== 'code') printed.add(codeStart - 1)

  const blocks = new Set(words.filter(({ isTopLevel }) => isTopLevel).map(contentOf))
  /** @param around - the nearest function, when it is the content of a pagelet or a block. */
  const visit = (node: AnyNode, around: PageletCall['within'] | 'function'): void => {
    const isWord = node.type === 'ExpressionStatement' && !printed.has(node.start)
    const call = isWord ? callOf(node, free) : undefined
    if (!call) {
      const isOther = isFunction(node) || node.type === 'ClassBody'
      const inner = blocks.has(node) ? 'block' : isOther ? 'function' : around
      eachChild(node, (child) => visit(child, inner))
      return
    }
    const refuse = refuser(source, call)
    if (around === 'function') {
      return refuse(
        'must stand at the level of its template, or in the content of a pagelet or block',
      )
    }
    const [name, data, content, options] = call.arguments
    if (!name || !data || !content || call.arguments.length > 4 || call.arguments.some(isSpread)) {
      refuse('is a word of the language here and needs a name, what to wait for, and a function')
    }
    const before = found.length
    for (const part of [name, data]) if (part) visit(part, 'function')
    const body =
      functionOf(content) ?? refuse('has its content in a function with braces, written here')
    visit(body.body, 'pagelet')
    const hasNested = found.length > before
    const others: PageletFunction[] = []
    for (const [key, value] of optionsOf(options, refuse)) {
      visit(value, 'function')
      if (key !== 'fallback' && key !== 'error') continue
      const written = functionOf(value)
      if (!written || written.async)
        refuse(`has \`${key}\` in a function with braces, written here, not async`)
      else others.push({ node: written, returns: returnsOf(written) })
    }
    found.push({
      call,
      content: { node: body, returns: returnsOf(body) },
      others,
      within: around,
      hasNested,
    })
  }
  for (const statement of program.body) visit(statement, 'page')
  return found
}

function contentOf({ call }: WordCall): AnyNode | undefined {
  return call.arguments[1]
}

function isTag(node: TemplateNode): node is Exclude<TemplateNode, { type: 'text' }> {
  return node.type !== 'text'
}

function isSpread({ type }: AnyNode): boolean {
  return type === 'SpreadElement'
}

function callOf({ expression }: ExpressionStatement, free: ReadonlySet<number>) {
  if (expression.type !== 'CallExpression') return undefined
  const { callee } = expression
  return callee.type === 'Identifier' && free.has(callee.start) ? expression : undefined
}

/** A function whose body is a list of statements: there what it prints can be kept apart. */
function functionOf(node: AnyNode | undefined): FunctionNode | undefined {
  if (!node || !isFunction(node) || node.generator) return undefined
  return node.body.type === 'BlockStatement' ? node : undefined
}

const OPTIONS: ReadonlySet<string> = new Set(['fallback', 'timeout', 'error', 'priority'])

function optionsOf(
  node: AnyNode | undefined,
  refuse: (reason: string) => never,
): [key: string, value: AnyNode][] {
  if (!node) return []
  if (node.type !== 'ObjectExpression')
    return refuse('has its options in an object that is written here')
  return node.properties.map((property) => {
    const key =
      property.type === 'Property' && !property.computed && property.key.type === 'Identifier'
        ? property.key.name
        : ''
    if (!OPTIONS.has(key) || property.type !== 'Property') {
      return refuse('has the options `fallback`, `timeout`, `error` and `priority`, written out')
    }
    return [key, property.value]
  })
}

function returnsOf({ body }: FunctionNode): ReturnStatement[] {
  const returns: ReturnStatement[] = []
  const visit = (node: AnyNode): void => {
    if (node.type === 'ReturnStatement') returns.push(node)
    if (!isFunction(node) && node.type !== 'ClassBody') eachChild(node, visit)
  }
  visit(body)
  return returns
}

function refuser(source: Source, call: CallExpression): (reason: string) => never {
  return (reason) => {
    throw new TemplateSyntaxError('TEMPLATE_SYNTAX', `\`pagelet\` ${reason}`, source, call)
  }
}
