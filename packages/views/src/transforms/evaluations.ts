import type { AnyNode } from 'acorn'

import type { Template } from '../language/analyse.ts'
import { eachChild, type FunctionNode, isFunction } from '../language/walk.ts'
import type { PageletCall } from '../language/pagelet-calls.ts'
import type { PlainName } from '../language/plain-path.ts'
import type { Context } from '../contexts/context.ts'
import { sameContext } from '../contexts/join.ts'
import { Interruptions, type Point } from './interruptions.ts'
import { contextError, meet, type Reached } from './meet.ts'
import { ofFunction } from './meetings.ts'
import { PrintingFunctions } from './printing-functions.ts'

/**
 * What the statements of a template evaluate: the functions that are written and called there, and
 * where something may throw or be waited for.
 */
export class Evaluations {
  private readonly template: Template
  /** Walks the body of a function; gives the context in which it ends. */
  private readonly bodyOf: (node: FunctionNode, context: Context) => Reached
  private readonly functions: PrintingFunctions
  private readonly interruptions = new Interruptions()
  /** What is evaluated in the `try` block or the printing function around, and may throw there. */
  private evaluated: Point[] | undefined
  private isInTry = false
  private isInWith = false

  constructor(template: Template, bodyOf: (node: FunctionNode, context: Context) => Reached) {
    this.template = template
    this.bodyOf = bodyOf
    this.functions = new PrintingFunctions(template)
  }

  /** Compares what is known only at the end: calls with functions, and what waits with what prints. */
  check(): void {
    this.functions.check()
    this.interruptions.check(this.template.source)
  }

  /** Something is waited for here. */
  waits(point: Point): void {
    this.interruptions.waits(point)
  }

  /** An output that is a name alone, with no statement of its own. */
  plainName(name: PlainName, context: Context): void {
    this.evaluated?.push({ context, offset: name.start })
    this.functions.use(name, context, undefined, this.isInTry)
  }

  /** @returns where `block` ends, and all that it evaluates. */
  inTry(block: () => Reached): { readonly end: Reached; readonly inside: readonly Point[] } {
    const { evaluated, isInTry } = this
    const inside: Point[] = []
    this.evaluated = inside
    this.isInTry = true
    const end = block()
    this.evaluated = evaluated
    this.isInTry = isInTry
    evaluated?.push(...inside)
    return { end, inside }
  }

  /** Within `with` a name may be that of a property. */
  inWith(body: () => Reached): Reached {
    const { isInWith } = this
    this.isInWith = true
    const end = body()
    this.isInWith = isInWith
    return end
  }

  /** The content of a pagelet, and what stands in for it, are printed apart from the page. */
  pagelet({ call, content, others }: PageletCall, context: Context): void {
    const functions = new Set<AnyNode>([content, ...others].map(({ node }) => node))
    const options = call.arguments[3]
    const values = options?.type === 'ObjectExpression' ? options.properties : []
    for (const part of [...call.arguments.slice(0, 3), ...values]) {
      const value = part.type === 'Property' ? part.value : part
      if (!isFunction(value) || !functions.has(value)) this.expression(value, context, call)
      else this.functions.apart(value, () => this.function(value, context, call, 'apart'))
    }
  }

  /** Visits what a statement evaluates: callbacks run here and must end where they began. */
  expression(node: AnyNode, context: Context, parent?: AnyNode): void {
    if (isFunction(node)) return this.function(node, context, parent)
    this.evaluated?.push({ context, offset: node.start })
    switch (node.type) {
      case 'Identifier':
        return this.functions.use(node, context, parent, this.isInTry)
      case 'AwaitExpression':
      case 'YieldExpression':
        this.interruptions.waits({ context, offset: node.start })
        break
      case 'MemberExpression':
        this.expression(node.object, context, node)
        if (node.computed) this.expression(node.property, context, node)
        return
      case 'Property':
        if (node.computed) this.expression(node.key, context, node)
        this.expression(node.value, context, node)
        return
      case 'VariableDeclarator':
        if (node.id.type !== 'Identifier') this.expression(node.id, context, node)
        if (node.init) this.expression(node.init, context, node)
        return
      case 'AssignmentExpression':
        if (node.left.type !== 'Identifier') this.expression(node.left, context, node)
        this.expression(node.right, context, node)
        return
    }
    eachChild(node, (child) => this.expression(child, context, node))
  }

  /**
   * A function where it is written: it runs there, or wherever its name is called.
   *
   * @param how - `apart`: what it prints is kept apart from the page until it is whole.
   */
  function(node: FunctionNode, context: Context, parent?: AnyNode, how?: 'apart'): void {
    const { evaluated, isInTry } = this
    const inside: Point[] = []
    this.evaluated = inside
    this.isInTry = false
    // Of the parameters only their defaults are evaluated.
    for (const param of node.params) {
      if (param.type !== 'Identifier') this.expression(param, context, node)
    }
    const end = this.bodyOf(node, context)
    this.evaluated = evaluated
    this.isInTry = isInTry
    if (!this.functions.has(node)) return
    if (
      this.isInWith &&
      (parent?.type === 'AssignmentExpression' || parent?.type === 'VariableDeclarator')
    ) {
      // The name could be that of a property, which is called as nobody can tell where.
      throw contextError(
        this.template.source,
        node,
        'A function that prints cannot be given a name within `with`',
      )
    }

    const joined = meet(this.template.source, end, context, ofFunction(node))
    if (joined && !sameContext(joined, context)) {
      // Called twice it begins where it ended: look again with the more careful context.
      return this.function(node, joined, parent, how)
    }
    const tears = inside.some((point) => !sameContext(point.context, context))
    this.functions.declare(node, context, parent, tears)
    if (how === 'apart') return
    if (parent?.type === 'CallExpression') evaluated?.push(...inside)
    if (node.async || node.generator) this.interruptions.prints(context)
  }
}
