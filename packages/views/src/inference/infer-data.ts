import type { AnyNode, CallExpression, MemberExpression } from 'acorn'

import type { Template } from '../language/analyse.ts'
import { isOutput, isTag } from '../language/fault.ts'
import { eachChild, type FunctionNode, isFunction } from '../language/walk.ts'
import { hasFallback } from '../output/prologue.ts'
import { DataShape, membersText } from './data-shape.ts'
import { callsBackWithEach, kindOf } from './method-kinds.ts'

/** What a template wants, as its use of it shows. */
export interface InferredData {
  /** The members of a type `Data`, in braces. */
  readonly type: string
  /** Names of which nothing is known but that they are used. */
  readonly unknown: readonly string[]
}

/** Tells what a template that declares nothing takes from its data, and as what. */
export function inferData(template: Template, localsName: string): InferredData {
  const inference = new Inference(template, localsName)
  const { members } = inference.run()
  const unknown = [...members].flatMap(([name, shape]) =>
    shape.typeText() === 'unknown' ? [name] : [],
  )
  return { type: members.size > 0 ? membersText(members) : '{}', unknown }
}

/** Names of a scope; undefined for one of which nothing can be told. */
type Scope = Map<string, DataShape | undefined>

class Inference {
  private readonly template: Template
  private readonly localsName: string
  private readonly data = new DataShape(0)
  private readonly free: ReadonlySet<number>
  private scopes: readonly Scope[] = [new Map()]
  /** How many conditions, loops and functions lie around, and jumps out of a round before. */
  private depth = 0
  /** How many times the template, or the function, may have been left before. */
  private left = 0

  constructor(template: Template, localsName: string) {
    this.template = template
    this.localsName = localsName
    const words = new Set(
      [...template.words, ...template.pagelets].map(({ call }) => call.callee.start),
    )
    this.free = new Set(
      template.free.flatMap(({ name, start, use }) => {
        const isOwn = words.has(start) || name === 'include' || hasFallback(name, NO_HELPERS)
        return isOwn || use === 'write' ? [] : [start]
      }),
    )
  }

  run(): DataShape {
    const { program, nodes } = this.template
    if (program) this.visit(program)
    // A template that only prints paths was not parsed.
    else for (const node of nodes) if (isTag(node) && isOutput(node)) this.path(node.codeStart)
    return this.data
  }

  /** What runs is sure to run at 0. */
  private get at(): number {
    return this.depth + this.left
  }

  /** A plain path that a tag prints. */
  private path(from: number): void {
    const { text } = this.template.source
    const [path = ''] = /[\w$]+(?:\.[\w$]+)*/.exec(text.slice(from)) ?? []
    const [root = '', ...members] = path.split('.')
    let shape = this.name(root, text.indexOf(path, from))
    for (const name of members) shape = shape && this.member(shape, name, false)
  }

  private visit(node: AnyNode): void {
    switch (node.type) {
      case 'EmptyStatement': {
        const plain = this.template.plainOutputs.get(node.start)
        if (plain) this.path(plain.start)
        return
      }
      case 'BlockStatement':
        this.inScope(() => eachChild(node, (child) => this.visit(child)))
        return
      case 'ForStatement':
        this.inScope(() => {
          if (node.init) this.visit(node.init)
          if (node.test) this.visit(node.test)
          this.round(() => {
            this.visit(node.body)
            if (node.update) this.visit(node.update)
          })
        })
        return
      case 'SwitchStatement':
        this.inScope(() => {
          const shape = this.read(node.discriminant)
          for (const { test, consequent } of node.cases) {
            if (test) this.compared(shape, test)
            this.perhaps(test, ...consequent)
          }
        })
        return
      case 'IfStatement':
      case 'ConditionalExpression':
        this.visit(node.test)
        this.perhaps(node.consequent, node.alternate)
        return
      case 'LogicalExpression':
      case 'AssignmentPattern':
        this.visit(node.left)
        this.perhaps(node.right)
        return
      case 'WhileStatement':
        this.visit(node.test)
        this.round(() => this.visit(node.body))
        return
      case 'DoWhileStatement':
      case 'TryStatement':
      case 'WithStatement':
      case 'ClassBody':
        this.round(() => eachChild(node, (child) => this.visit(child)))
        return
      case 'ForOfStatement':
      case 'ForInStatement':
        this.forEach(node)
        return
      case 'VariableDeclaration':
        for (const { id, init } of node.declarations)
          this.bind(id, init ? this.read(init) : undefined)
        return
      case 'Identifier':
      case 'MemberExpression':
        this.read(node)
        return
      case 'BreakStatement':
      case 'ContinueStatement':
        this.depth++
        return
      case 'ReturnStatement':
      case 'ThrowStatement':
        if (node.argument) this.visit(node.argument)
        this.left++
        return
      case 'UnaryExpression':
        if (node.operator === 'typeof') this.perhaps(node.argument)
        else this.visit(node.argument)
        return
      case 'BinaryExpression':
        if (!/^[!=]==?$/.test(node.operator)) break
        this.compared(this.read(node.left), node.right)
        this.compared(this.read(node.right), node.left)
        return
      case 'CallExpression':
        this.call(node)
        return
      case 'Property':
        if (node.computed) this.visit(node.key)
        this.visit(node.value)
        return
    }
    if (isFunction(node)) this.function(node)
    else eachChild(node, (child) => this.visit(child))
  }

  /** What may not run. */
  private perhaps(...nodes: readonly (AnyNode | null | undefined)[]): void {
    this.depth++
    for (const node of nodes) if (node) this.visit(node)
    this.depth--
  }

  /** What may not run, or often; jumps in it lead no further. */
  private round(run: () => void): void {
    const { depth } = this
    this.depth++
    this.inScope(run)
    this.depth = depth
  }

  private inScope(run: () => void): void {
    const { scopes } = this
    this.scopes = [...scopes, new Map()]
    run()
    this.scopes = scopes
  }

  private forEach(node: Extract<AnyNode, { type: 'ForOfStatement' | 'ForInStatement' }>): void {
    const { left, right, body, type } = node
    const shape = this.read(right)
    const several = type === 'ForOfStatement' && !node.await ? shape : undefined
    several?.kinds.add('iterable')
    if (type === 'ForOfStatement') shape?.need(this.at)
    this.round(() => {
      const each = several?.element(this.at)
      if (left.type === 'VariableDeclaration') {
        for (const { id } of left.declarations) this.bind(id, each)
      }
      this.visit(body)
    })
  }

  /** @param first - what it is called with first. */
  private function({ params, body }: FunctionNode, first?: (depth: number) => DataShape): void {
    const { left } = this
    this.round(() => {
      for (const [i, param] of params.entries()) {
        this.bind(param, i === 0 ? first?.(this.at) : undefined)
      }
      this.visit(body)
    })
    this.left = left
  }

  private call({ callee, arguments: given, optional }: CallExpression): void {
    const several = callee.type === 'MemberExpression' ? this.read(callee.object) : undefined
    const method = callee.type === 'MemberExpression' ? nameOf(callee) : undefined
    let called: DataShape | undefined
    if (callee.type === 'MemberExpression' && several && method !== undefined) {
      called = this.member(several, method, callee.optional)
    } else if (callee.type !== 'MemberExpression') called = this.read(callee)
    if (called && called !== this.data) {
      called.kinds.add('function')
      if (!optional) called.need(this.at)
    }
    const takesEach = several && method !== undefined && callsBackWithEach(method)
    for (const each of given) {
      if (isFunction(each))
        this.function(each, takesEach ? (depth) => several.element(depth) : undefined)
      else this.visit(each)
    }
  }

  /** What is known of an expression, if it is one that reads from the data; the reading is noted. */
  private read(node: AnyNode): DataShape | undefined {
    switch (node.type) {
      case 'Identifier':
        return this.name(node.name, node.start)
      case 'ParenthesizedExpression':
      case 'ChainExpression':
        return this.read(node.expression)
      case 'MemberExpression': {
        const object = this.read(node.object)
        if (node.computed) this.visit(node.property)
        const name = nameOf(node)
        if (!object || name === undefined) return undefined
        return this.member(object, name, node.optional)
      }
      default:
        this.visit(node)
        return undefined
    }
  }

  private member(object: DataShape, name: string, isOptional: boolean): DataShape | undefined {
    if (!isOptional) object.need(this.at)
    const kind = kindOf(name)
    if (kind && object !== this.data) object.kinds.add(kind)
    // Texts and lists have a length, and much else may.
    if (kind || (name === 'length' && object !== this.data)) return undefined
    return object.member(name)
  }

  private name(name: string, start: number): DataShape | undefined {
    if (!this.free.has(start)) return this.scopes.findLast((each) => each.has(name))?.get(name)
    if (name === this.localsName) return this.data
    const shape = this.data.member(name)
    if (this.at === 0) shape.isRequired = true
    return shape
  }

  /** Notes the names of a pattern, and what they are parts of. */
  private bind(pattern: AnyNode, shape: DataShape | undefined): void {
    switch (pattern.type) {
      case 'Identifier':
        this.scopes.at(-1)?.set(pattern.name, shape)
        return
      case 'ObjectPattern':
        for (const each of pattern.properties) {
          const key = each.type === 'Property' && !each.computed && each.key
          const name = key && key.type === 'Identifier' ? key.name : undefined
          const part = name !== undefined && shape ? this.member(shape, name, false) : undefined
          this.bind(each.type === 'Property' ? each.value : each.argument, part)
        }
        return
      case 'AssignmentPattern':
        this.perhaps(pattern.right)
        this.bind(pattern.left, shape)
        return
      case 'ArrayPattern':
        shape?.kinds.add('iterable')
        for (const each of pattern.elements) if (each) this.bind(each, undefined)
        return
      case 'RestElement':
        this.bind(pattern.argument, undefined)
        return
    }
  }

  private compared(shape: DataShape | undefined, other: AnyNode): void {
    if (other.type !== 'Literal' || shape === this.data) return
    const kind = typeof other.value
    if (kind === 'string' || kind === 'number' || kind === 'boolean') shape?.kinds.add(kind)
  }
}

function nameOf({ property, computed }: MemberExpression): string | undefined {
  if (!computed) return property.type === 'Identifier' ? property.name : undefined
  return property.type === 'Literal' && typeof property.value === 'string'
    ? property.value
    : undefined
}

const NO_HELPERS = { helpers: new Set<string>() } as unknown as Parameters<typeof hasFallback>[1]
