import { type AnyNode, type CallExpression, type Expression, parseExpressionAt } from 'acorn'

import type { Template } from '../language/analyse.ts'
import type { TagNode } from '../language/ast.ts'
import { eachChild } from '../language/walk.ts'
import { type Bindings, bindingsOf, rootOf } from './bindings.ts'

/** One of the things that a printed value may be, or be put together from. */
export interface ValueSource {
  /**
   * What it is: the text of an `include` or of a block, what the template's author wrote, a number or a
   * truth value, `JSON.stringify` (`json`; `script json` where its `<` are written as escapes),
   * `encodeURIComponent`, a helper that is trusted, or data.
   */
  readonly kind:
    | 'include'
    | 'block'
    | 'literal'
    | 'number'
    | 'json'
    | 'script json'
    | 'uri component'
    | 'trusted'
    | 'data'
  /** The expression, as the template has it. */
  readonly text: string
  /** Of data: what it is of the data that the template is rendered with. */
  readonly names: readonly string[]
}

/** Tells what the tags of a template may print, as far as its own text shows it. */
export class ValueSources {
  private readonly template: Template
  private readonly bindings: Bindings
  private readonly trusted: ReadonlySet<string>
  private readonly free: ReadonlySet<number>
  /** Variables that are being looked into. */
  private readonly underWay = new Set<string>()

  /** @param trusted - names of functions whose results are safe wherever they are printed. */
  constructor(template: Template, trusted: ReadonlySet<string>) {
    this.template = template
    this.trusted = trusted
    this.bindings = bindingsOf(template.program)
    this.free = new Set(template.free.map(({ start }) => start))
  }

  /** What a tag may print. */
  ofTag(tag: TagNode): ValueSource[] {
    const word = this.template.words.find((each) => each.tag === tag)
    if (word) return [this.source('block', word.call)]
    return distinct(this.of(this.expressionOf(tag)))
  }

  /** What an expression may be. */
  ofNode(node: AnyNode): ValueSource[] {
    return distinct(this.of(node))
  }

  private expressionOf({ codeStart, codeEnd }: TagNode): Expression {
    const parsed = this.bindings.expressions.get(codeStart - 1)
    if (parsed) return parsed
    // A plain path was left out of the program.
    const { text } = this.template.source
    return parseExpressionAt(text.slice(0, codeEnd), codeStart, { ecmaVersion: 'latest' })
  }

  private of(node: AnyNode): ValueSource[] {
    switch (node.type) {
      case 'Literal':
        return [this.source('literal', node)]
      case 'TemplateLiteral':
        if (node.expressions.length === 0) return [this.source('literal', node)]
        return this.all(node.expressions)
      case 'ConditionalExpression':
        return this.all([node.consequent, node.alternate])
      case 'LogicalExpression':
        // What `&&` leaves of its left side is empty, zero or `false`.
        return node.operator === '&&' ? this.of(node.right) : this.all([node.left, node.right])
      case 'BinaryExpression':
        if (node.operator !== '+') return [this.source('number', node)]
        return this.all([node.left, node.right])
      case 'UnaryExpression':
        return [this.source(node.operator === 'void' ? 'literal' : 'number', node)]
      case 'UpdateExpression':
        return [this.source('number', node)]
      case 'SequenceExpression':
        return this.of(node.expressions.at(-1) as Expression) // it has two at least
      case 'AssignmentExpression':
        return TAKES_LEFT.has(node.operator)
          ? this.all([node.left, node.right])
          : this.of(node.right)
      case 'AwaitExpression':
        return this.of(node.argument)
      case 'ParenthesizedExpression':
      case 'ChainExpression':
        return this.of(node.expression)
      case 'ArrayExpression':
        return this.all(node.elements.filter((each) => each !== null))
      case 'SpreadElement':
        return this.of(node.argument)
      case 'ObjectExpression':
        return this.all(node.properties)
      case 'Property':
        return this.of(node.value)
      case 'MemberExpression':
        return this.member(node)
      case 'Identifier':
        return this.variable(node)
      case 'CallExpression':
        return this.call(node)
      default:
        return [this.data(node)]
    }
  }

  private all(nodes: readonly AnyNode[]): ValueSource[] {
    return nodes.flatMap((each) => this.of(each))
  }

  /** A member of what the template wrote itself is something that it wrote. */
  private member(node: Extract<AnyNode, { type: 'MemberExpression' }>): ValueSource[] {
    const sources = this.of(node.object)
    const isOwn = sources.every(({ kind }) => OWN.has(kind))
    return isOwn && sources.length > 0 ? sources : [this.data(node)]
  }

  private variable(node: Extract<AnyNode, { type: 'Identifier' }>): ValueSource[] {
    const { name, start } = node
    const isFree = this.free.has(start)
    if (isFree && VALUES.has(name)) return [this.source('literal', node)]
    const bindings = this.bindings.byName.get(name)
    const isData = isFree || !bindings || this.template.hasWith || this.startsAsData(name, start)
    const sources: ValueSource[] = isData ? [this.data(node)] : []
    if (this.underWay.has(name) || !bindings) return sources
    this.underWay.add(name)
    const whole = bindings.flatMap(({ how, from }) => (how === 'whole' ? from : []))
    // Nothing is put into a text, whatever is called with it.
    const canChange = !whole.every((each) => isText(each))
    for (const { how, from } of bindings) {
      if (how === 'put in' && !canChange) continue
      sources.push(...(from.length > 0 ? this.all(from) : [this.data(node)]))
    }
    if (canChange && this.bindings.shared.has(name)) sources.push(this.data(node))
    this.underWay.delete(name)
    return sources.map((each) => (each.kind === 'data' ? { ...each, text: this.text(node) } : each))
  }

  /** `var title = title || 'none'` begins with the `title` of the data. */
  private startsAsData(name: string, at: number): boolean {
    return this.template.vars.has(name) && (this.bindings.setFrom.get(name) ?? Infinity) > at
  }

  private call(node: CallExpression): ValueSource[] {
    const { callee, arguments: given } = node
    const name = this.pathOf(callee)
    if (name !== undefined && this.trusted.has(name)) return [this.source('trusted', node)]
    if (callee.type === 'Identifier' && this.free.has(callee.start)) {
      if (callee.name === 'include') return [this.source('include', node)]
      if (NUMBERS.has(callee.name)) return [this.source('number', node)]
      if (callee.name === 'encodeURIComponent') return [this.source('uri component', node)]
      if (callee.name === 'String') return this.all(given)
    }
    if (callee.type === 'Identifier') return this.ownFunction(callee) ?? [this.data(node)]
    if (callee.type !== 'MemberExpression') return [this.data(node)]
    if (name === 'JSON.stringify') return [this.source('json', node)]
    if (name?.startsWith('Math.')) return [this.source('number', node)]
    return this.method(node, callee) ?? [this.data(node)]
  }

  /** What a function of the template gives that is nothing but an expression. */
  private ownFunction({ name, start }: { name: string; start: number }): ValueSource[] | undefined {
    const [binding, ...others] = this.bindings.byName.get(name) ?? []
    const value = binding?.how === 'whole' ? binding.from[0] : undefined
    if (this.free.has(start) || others.length > 0 || this.underWay.has(name)) return undefined
    if (value?.type !== 'ArrowFunctionExpression' || value.body.type === 'BlockStatement')
      return undefined
    this.underWay.add(name)
    const sources = this.of(value.body)
    this.underWay.delete(name)
    return sources
  }

  private method(
    { arguments: given }: CallExpression,
    { object, property, computed }: Extract<AnyNode, { type: 'MemberExpression' }>,
  ): ValueSource[] | undefined {
    if (computed || property.type !== 'Identifier') return undefined
    const [first] = given
    switch (property.name) {
      case 'trim':
      case 'trimStart':
      case 'trimEnd':
      case 'toString':
      case 'repeat':
      case 'filter':
      case 'reverse':
        return this.of(object)
      case 'toFixed':
        return this.of(object).every(({ kind }) => kind === 'number') ? this.of(object) : undefined
      case 'join':
      case 'concat':
        return this.all([object, ...given])
      case 'map':
        if (first?.type !== 'ArrowFunctionExpression' || first.body.type === 'BlockStatement')
          return undefined
        return this.of(first.body)
      case 'replace':
      case 'replaceAll': {
        const sources = this.all([object, ...given])
        if (sources.every(({ kind }) => kind === 'literal')) return sources
        return escapesLess(property.name, given) &&
          this.of(object).every(({ kind }) => kind === 'json')
          ? this.of(object).map((each) => ({ ...each, kind: 'script json' }))
          : undefined
      }
      default:
        return undefined
    }
  }

  /** "he.escape": a path that begins with something that the template does not declare. */
  private pathOf(node: AnyNode): string | undefined {
    const root = rootOf(node)
    if (!root || !this.free.has(root.start)) return undefined
    const path = this.text(node).replace(/\s+/g, '')
    return /^[\w$]+(?:\.[\w$]+)*$/.test(path) ? path : undefined
  }

  private data(node: AnyNode): ValueSource {
    return this.source('data', node, [...new Set(this.namesIn(node, new Set()))])
  }

  /** What an expression reads of the data, also by way of variables. */
  private namesIn(node: AnyNode, seen: Set<string>): string[] {
    const path = node.type === 'MemberExpression' ? this.pathOf(node) : undefined
    if (path !== undefined) return [path]
    if (node.type === 'Identifier') {
      const { name, start } = node
      const bindings = seen.has(name) ? [] : (this.bindings.byName.get(name) ?? [])
      seen.add(name)
      const names = bindings.flatMap(({ from }) => from).flatMap((each) => this.namesIn(each, seen))
      const isData = this.free.has(start) || this.startsAsData(name, start)
      return isData && !(name in globalThis) && name !== 'include' ? [name, ...names] : names
    }
    const names: string[] = []
    eachChild(node, (child) => {
      const isKey =
        (node.type === 'MemberExpression' && child === node.property && !node.computed) ||
        (node.type === 'Property' && child === node.key && !node.computed)
      if (!isKey) names.push(...this.namesIn(child, seen))
    })
    return names
  }

  private source(
    kind: ValueSource['kind'],
    node: AnyNode,
    names: readonly string[] = [],
  ): ValueSource {
    return { kind, text: this.text(node), names }
  }

  private text({ start, end }: AnyNode): string {
    return this.template.source.text.slice(start, end).replace(/\s+/g, ' ')
  }
}

const OWN: ReadonlySet<ValueSource['kind']> = new Set(['literal', 'number'])
const VALUES: ReadonlySet<string> = new Set(['undefined', 'NaN', 'Infinity'])
const NUMBERS: ReadonlySet<string> = new Set(['Number', 'parseInt', 'parseFloat', 'Boolean'])
const TAKES_LEFT: ReadonlySet<string> = new Set(['+=', '||=', '&&=', '??='])

/** Whether an expression gives nothing that others could change. */
function isText(node: AnyNode): boolean {
  switch (node.type) {
    case 'Literal':
    case 'TemplateLiteral':
    case 'BinaryExpression':
    case 'UnaryExpression':
      return true
    case 'AwaitExpression':
      return isText(node.argument)
    case 'ConditionalExpression':
      return isText(node.consequent) && isText(node.alternate)
    case 'CallExpression':
      return node.callee.type === 'Identifier' && node.callee.name === 'include'
    default:
      return false
  }
}

/** `.replace(/</g, '\\u003c')`: the script around cannot be ended. */
function escapesLess(method: string, [pattern, by]: readonly AnyNode[]): boolean {
  if (pattern?.type !== 'Literal' || by?.type !== 'Literal') return false
  const isEach = pattern.regex
    ? pattern.regex.pattern === '<' && pattern.regex.flags.includes('g')
    : pattern.value === '<' && method === 'replaceAll'
  return isEach && typeof by.value === 'string' && /^\\(?:u003c|x3c)$/i.test(by.value)
}

function distinct(sources: readonly ValueSource[]): ValueSource[] {
  const byText = new Map(sources.map((each) => [`${each.kind}\0${each.text}`, each]))
  return [...byText.values()]
}
