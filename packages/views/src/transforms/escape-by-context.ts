import type {
  AnyNode,
  ExpressionStatement,
  IfStatement,
  LabeledStatement,
  WithStatement,
  Statement,
  SwitchStatement,
  TryStatement,
} from 'acorn'

import type { Template } from '../language/analyse.ts'
import { printsIn } from '../language/structure.ts'
import type { TagNode } from '../language/ast.ts'
import { describeContext } from '../contexts/describe.ts'
import { type Context } from '../contexts/context.ts'
import { sameContext } from '../contexts/join.ts'
import type { EncoderName } from '../contexts/encoders.ts'
import type { Span } from '../source/errors.ts'
import { type BlockPlaces, type LayoutBlocks, NO_LAYOUT } from './layout-blocks.ts'
import type { WordCall } from '../language/layout-words.ts'
import type { PageletCall } from '../language/pagelet-calls.ts'
import { eachChild, type FunctionNode, isFunction } from '../language/walk.ts'
import { Interruptions, type Point } from './interruptions.ts'
import { JumpTargets } from './jump-targets.ts'
import { contextError, meet, type Meeting, type Reached } from './meet.ts'
import {
  ofBreak,
  ofCase,
  ofContinue,
  ofFunction,
  ofIf,
  ofJumps,
  ofLoop,
  ofReturn,
  ofSwitch,
  ofTry,
} from './meetings.ts'
import { type BlockPlace, Outputs } from './outputs.ts'
import { Parts } from './parts.ts'
import { PrintingFunctions } from './printing-functions.ts'

/** Where in the page each part of a template prints. */
export interface Contexts {
  /** The encoder of each `<%= %>`. */
  readonly encoders: ReadonlyMap<TagNode, EncoderName>
  /** The context of each output tag. */
  readonly places: ReadonlyMap<TagNode, Context>
  /** Where the content of each block stands, by its call. */
  readonly blocks: ReadonlyMap<AnyNode, BlockPlace>
  /** The blocks that the template prints itself. */
  readonly printed: BlockPlaces
  readonly end: Context
}

/**
 * Follows a template's text through its JavaScript and finds the context of every output: both
 * branches of an `if` must end in one context, and the body of a loop or a callback where it began.
 *
 * @param start - the context in which the template is included; the text of a page otherwise.
 * @throws {TemplateContextError} TEMPLATE_CONTEXT with the places that disagree.
 */
export function escapeByContext(
  template: Template,
  start: Context,
  layoutBlocks: LayoutBlocks = NO_LAYOUT,
): Contexts {
  const flow = new Flow(template, layoutBlocks)
  const end = template.program ? flow.program(template.program.body, start) : flow.sequence(start)
  const { encoders, places, blocks, printed } = flow.made
  return { encoders, places, blocks, printed, end: end ?? start }
}

/** Walks the statements of a template in the order in which they run, taking every branch. */
class Flow {
  readonly made: Outputs
  private readonly template: Template
  private readonly layoutBlocks: LayoutBlocks
  private readonly functions: PrintingFunctions
  private readonly words = new Map<AnyNode, WordCall>()
  private readonly pagelets = new Map<AnyNode, PageletCall>()
  private readonly parts: Parts
  private jumps = new JumpTargets()
  private label: string | undefined
  private returned: Reached
  private returnedAt = 0
  /** What is evaluated in the `try` block or the printing function around, and may throw there. */
  private evaluated: Point[] | undefined
  private isInTry = false
  private isInWith = false
  private readonly interruptions = new Interruptions()

  constructor(template: Template, layoutBlocks: LayoutBlocks) {
    this.template = template
    this.made = new Outputs(template.source, template.nodes)
    this.layoutBlocks = layoutBlocks
    this.functions = new PrintingFunctions(template)
    // A template without statements has nothing to look up.
    this.parts = new Parts(template.program ? template.nodes : [])
    for (const word of template.words) this.words.set(word.call, word)
    for (const pagelet of template.pagelets) this.pagelets.set(pagelet.call, pagelet)
  }

  /** A template without statements: its parts, one after the other. */
  sequence(start: Context): Context {
    let context = start
    for (const node of this.template.nodes) {
      if (node.type === 'text') context = this.made.text(node, context)
      else if (node.type !== 'code') context = this.output(node, context)
    }
    return context
  }

  program(body: readonly AnyNode[], start: Context): Reached {
    const end = this.statements(body, start)
    this.functions.check()
    this.interruptions.check(this.template.source)
    const { missed } = this.parts
    if (missed) throw this.error(missed, 'It cannot be told where this prints')
    return this.meet(
      end,
      this.returned,
      ofReturn(this.returnedAt, this.template.source.text.length),
    )
  }

  private statements(list: readonly AnyNode[], start: Reached): Reached {
    let context = start
    for (const statement of list) {
      context = this.statement(statement, context)
      const text = this.parts.textBehind(statement)
      if (text) context &&= this.made.text(text, context)
    }
    return context
  }

  private statement(node: AnyNode, context: Reached): Reached {
    if (context === undefined) return this.unreachable(node)
    switch (node.type) {
      case 'EmptyStatement':
        return this.plainOutput(node, context) // a text that it may stand for is printed by the list
      case 'ExpressionStatement':
        return this.expressionStatement(node, context)
      case 'BlockStatement':
        return this.statements(node.body, context)
      case 'IfStatement':
        return this.if(node, context)
      case 'ForStatement':
        if (node.init) this.expression(node.init, context)
        return this.loop(node, node.body, context, [node.test, node.update])
      case 'ForInStatement':
      case 'ForOfStatement':
        this.expression(node.right, context)
        if (node.type === 'ForOfStatement' && node.await)
          this.interruptions.waits({ context, offset: node.start })
        return this.loop(node, node.body, context, [node.left])
      case 'WhileStatement':
        return this.loop(node, node.body, context, [node.test])
      case 'DoWhileStatement':
        return this.loop(node, node.body, context, [node.test], true)
      case 'SwitchStatement':
        return this.switch(node, context)
      case 'TryStatement':
        return this.try(node, context)
      case 'LabeledStatement':
        return this.labeled(node, context)
      case 'WithStatement':
        return this.with(node, context)
      case 'BreakStatement':
      case 'ContinueStatement':
        this.jumps.jump(node, context, (a, b, word, first) =>
          this.meet(a, b, ofJumps(word, first, node.start)),
        )
        return undefined
      case 'ReturnStatement':
        if (node.argument) this.expression(node.argument, context)
        this.returned = this.meet(
          this.returned,
          context,
          ofJumps('return', this.returnedAt, node.start),
        )
        this.returnedAt = node.start
        return undefined
      case 'ThrowStatement':
        this.expression(node.argument, context)
        return undefined
      default:
        this.expression(node, context)
        return context
    }
  }

  /** Behind a `return` nothing is printed; the program still names an encoder. */
  private unreachable(node: AnyNode): undefined {
    for (const output of this.parts.unreachableIn(node)) this.made.unreachable(output)
    return undefined
  }

  private expressionStatement(statement: ExpressionStatement, context: Context): Context {
    const { expression } = statement
    const output = this.parts.outputOf(statement)
    const word = this.words.get(
      expression.type === 'AwaitExpression' ? expression.argument : expression,
    )
    if (word) {
      if (output) this.parts.visit(output)
      return this.word(word, context)
    }
    const pagelet = this.pagelets.get(expression)
    if (pagelet) return this.pagelet(pagelet, context)
    this.expression(expression, context)
    return output ? this.output(output, context) : context
  }

  private plainOutput(statement: AnyNode, context: Context): Context {
    const output = this.parts.outputOf(statement)
    const plain = this.template.plainOutputs.get(statement.start)
    if (!output || !plain) return context
    this.evaluated?.push({ context, offset: plain.start })
    this.functions.use(plain, context, undefined, this.isInTry)
    return this.output(output, context)
  }

  private output(node: TagNode, context: Context): Context {
    this.parts.visit(node)
    return node.type === 'raw' ? this.made.raw(node, context) : this.made.value(node, context)
  }

  /** A block that is printed here, or given to the layout; `layout` itself prints nothing. */
  private word({ word, call, name }: WordCall, context: Context): Context {
    const [, content] = call.arguments
    if (word === 'layout') {
      for (const argument of call.arguments) this.expression(argument, context, call)
      return context
    }
    const defines = this.layoutBlocks.defines(word, name)
    const place = defines ? this.layoutBlocks.placeOf(name) : context
    const after = this.made.block(call, place)
    // A function's output is put together apart from the page: it cannot tear it.
    if (content && isFunction(content)) this.function(content, place, call, 'apart')
    else if (content) this.expression(content, place, call)
    if (defines) return context
    if (name !== undefined) this.made.prints(name, place)
    return after
  }

  /** Its content is put into the page later, as a whole: it must stand where any text could. */
  private pagelet({ call, content, others }: PageletCall, context: Context): Context {
    const { mode, pending, foreign, noscript } = context
    if (mode !== 'text' || pending !== '' || foreign !== '' || noscript) {
      const place = foreign === '' ? describeContext(context) : `<${foreign}>`
      throw this.error(call, `A pagelet cannot stand in ${noscript ? '<noscript>' : place}`)
    }
    const functions = new Set<AnyNode>([content, ...others].map(({ node }) => node))
    const options = call.arguments[3]
    const values = options?.type === 'ObjectExpression' ? options.properties : []
    for (const part of [...call.arguments.slice(0, 3), ...values]) {
      const value = part.type === 'Property' ? part.value : part
      if (!isFunction(value) || !functions.has(value)) this.expression(value, context, call)
      else this.functions.apart(value, () => this.function(value, context, call, 'apart'))
    }
    return context
  }

  private if(node: IfStatement, context: Context): Reached {
    this.expression(node.test, context)
    const then = this.statement(node.consequent, context)
    const otherwise = node.alternate ? this.statement(node.alternate, context) : context
    return this.meet(then, otherwise, ofIf(node))
  }

  private loop(
    node: AnyNode,
    body: Statement,
    start: Context,
    head: readonly (AnyNode | null | undefined)[],
    runsOnce = false,
  ): Reached {
    const { label } = this
    this.label = undefined
    let entry: Context = start
    // Each round can only ask for more care (a URL that has begun, a slash that is unsure): it ends.
    for (;;) {
      for (const part of head) if (part) this.expression(part, entry)
      const target = this.jumps.enter(label, true)
      const end = this.statement(body, entry)
      this.jumps.leave()
      const again = this.meet(end, target.continues, ofContinue(target, body))
      const joined = this.meet(entry, again, ofLoop(node, body))
      if (joined === undefined || sameContext(joined, entry)) {
        return this.meet(runsOnce ? again : joined, target.breaks, ofBreak(target, node))
      }
      entry = joined
    }
  }

  private switch(node: SwitchStatement, start: Context): Reached {
    this.expression(node.discriminant, start)
    const target = this.jumps.enter(undefined, false)
    let context: Reached
    for (const each of node.cases) {
      if (each.test) this.expression(each.test, start)
      context = this.statements(each.consequent, this.meet(start, context, ofCase(node, each)))
    }
    this.jumps.leave()
    if (node.cases.every(({ test }) => test)) context = this.meet(context, start, ofSwitch(node))
    return this.meet(context, target.breaks, ofBreak(target, node))
  }

  private try(node: TryStatement, start: Context): Reached {
    if (node.finalizer && printsIn(this.template.nodes, node.finalizer)) {
      throw this.error(node.finalizer, 'A `finally` block cannot print: it may run anywhere')
    }
    const { evaluated, isInTry } = this
    const inside: Point[] = []
    this.evaluated = inside
    this.isInTry = true
    const end = this.statements(node.block.body, start)
    this.evaluated = evaluated
    this.isInTry = isInTry
    evaluated?.push(...inside)
    // What was printed before an error stays: it must not leave the page inside of a tag.
    const torn = inside.find(({ context }) => !sameContext(context, start))
    if (torn) {
      throw this.error(
        { start: torn.offset, end: torn.offset + 1 },
        `An error here would leave the page in ${describeContext(torn.context)}: compute the value before the text around it`,
      )
    }
    const caught = node.handler ? this.statements(node.handler.body.body, start) : undefined
    if (node.finalizer) this.statements(node.finalizer.body, start)
    return this.meet(end, caught, ofTry(node))
  }

  private labeled({ label, body }: LabeledStatement, context: Context): Reached {
    if (/^(?:For|While|DoWhile)/.test(body.type)) {
      this.label = label.name
      return this.statement(body, context)
    }
    const target = this.jumps.enter(label.name, false)
    const end = this.statement(body, context)
    this.jumps.leave()
    return this.meet(end, target.breaks, ofBreak(target, body))
  }

  private with({ object, body }: WithStatement, context: Context): Reached {
    this.expression(object, context)
    const { isInWith } = this
    this.isInWith = true
    const end = this.statement(body, context)
    this.isInWith = isInWith
    return end
  }

  /** Visits what a statement evaluates: callbacks run here and must end where they began. */
  private expression(node: AnyNode, context: Context, parent?: AnyNode): void {
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

  /** @param how - `apart`: what it prints is kept apart from the page until it is whole. */
  private function(node: FunctionNode, context: Context, parent?: AnyNode, how?: 'apart'): void {
    const { jumps, label, returned, returnedAt, evaluated, isInTry } = this
    const inside: Point[] = []
    this.jumps = new JumpTargets()
    this.label = undefined
    this.returned = undefined
    this.evaluated = inside
    this.isInTry = false
    // Of the parameters only their defaults are evaluated.
    for (const param of node.params) {
      if (param.type !== 'Identifier') this.expression(param, context, node)
    }
    let end: Reached = context
    if (node.body.type === 'BlockStatement') end = this.statements(node.body.body, context)
    else this.expression(node.body, context, node)
    const last = this.meet(end, this.returned, ofReturn(this.returnedAt, node.end))
    Object.assign(this, { jumps, label, returned, returnedAt, evaluated, isInTry })
    if (!this.functions.has(node)) return
    if (
      this.isInWith &&
      (parent?.type === 'AssignmentExpression' || parent?.type === 'VariableDeclarator')
    ) {
      // The name could be that of a property, which is called as nobody can tell where.
      throw this.error(node, 'A function that prints cannot be given a name within `with`')
    }

    const joined = this.meet(last, context, ofFunction(node))
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

  private meet(a: Reached, b: Reached, meeting: Meeting): Reached {
    return meet(this.template.source, a, b, meeting)
  }

  private error(span: Span, reason: string): Error {
    return contextError(this.template.source, span, reason)
  }
}
