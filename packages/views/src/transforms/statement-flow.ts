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
import type { Context } from '../contexts/context.ts'
import { sameContext } from '../contexts/join.ts'
import type { Span } from '../source/errors.ts'
import type { LayoutBlocks } from './layout-blocks.ts'
import type { WordCall } from '../language/layout-words.ts'
import type { PageletCall } from '../language/pagelet-calls.ts'
import { type FunctionNode, isFunction } from '../language/walk.ts'
import { Evaluations } from './evaluations.ts'
import { JumpTargets } from './jump-targets.ts'
import { contextError, meet, type Meeting, type Reached } from './meet.ts'
import {
  ofBreak,
  ofCase,
  ofContinue,
  ofIf,
  ofJumps,
  ofLoop,
  ofReturn,
  ofSwitch,
  ofTry,
} from './meetings.ts'
import type { Outputs } from './outputs.ts'
import { checkPageletContext } from './pagelet-places.ts'
import { Parts } from './parts.ts'

/** Walks the statements of a template in the order in which they run, taking every branch. */
export class StatementFlow {
  private readonly template: Template
  private readonly made: Outputs
  private readonly layoutBlocks: LayoutBlocks
  private readonly evaluations: Evaluations
  private readonly words = new Map<AnyNode, WordCall>()
  private readonly pagelets = new Map<AnyNode, PageletCall>()
  private readonly parts: Parts
  private jumps = new JumpTargets()
  private label: string | undefined
  private returned: Reached
  private returnedAt = 0

  constructor(template: Template, made: Outputs, layoutBlocks: LayoutBlocks) {
    this.template = template
    this.made = made
    this.layoutBlocks = layoutBlocks
    this.evaluations = new Evaluations(template, (node, context) => this.body(node, context))
    this.parts = new Parts(template.nodes)
    for (const word of template.words) this.words.set(word.call, word)
    for (const pagelet of template.pagelets) this.pagelets.set(pagelet.call, pagelet)
  }

  program(body: readonly AnyNode[], start: Context): Reached {
    const end = this.statements(body, start)
    this.evaluations.check()
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
        if (node.init) this.evaluations.expression(node.init, context)
        return this.loop(node, node.body, context, [node.test, node.update])
      case 'ForInStatement':
      case 'ForOfStatement':
        this.evaluations.expression(node.right, context)
        if (node.type === 'ForOfStatement' && node.await)
          this.evaluations.waits({ context, offset: node.start })
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
        if (node.argument) this.evaluations.expression(node.argument, context)
        this.returned = this.meet(
          this.returned,
          context,
          ofJumps('return', this.returnedAt, node.start),
        )
        this.returnedAt = node.start
        return undefined
      case 'ThrowStatement':
        this.evaluations.expression(node.argument, context)
        return undefined
      default:
        this.evaluations.expression(node, context)
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
    if (pagelet) {
      checkPageletContext(this.template.source, pagelet.call, context)
      this.evaluations.pagelet(pagelet, context)
      return context
    }
    this.evaluations.expression(expression, context)
    return output ? this.output(output, context) : context
  }

  private plainOutput(statement: AnyNode, context: Context): Context {
    const output = this.parts.outputOf(statement)
    const plain = this.template.plainOutputs.get(statement.start)
    if (!output || !plain) return context
    this.evaluations.plainName(plain, context)
    return this.output(output, context)
  }

  private output(node: TagNode, context: Context): Context {
    this.parts.visit(node)
    return this.made.output(node, context)
  }

  /** A block that is printed here, or given to the layout; `layout` itself prints nothing. */
  private word({ word, call, name }: WordCall, context: Context): Context {
    const [, content] = call.arguments
    if (word === 'layout') {
      for (const argument of call.arguments) this.evaluations.expression(argument, context, call)
      return context
    }
    const defines = this.layoutBlocks.defines(word, name)
    const place = defines ? this.layoutBlocks.placeOf(name) : context
    const after = this.made.block(call, place)
    // A function's output is put together apart from the page: it cannot tear it.
    if (content && isFunction(content)) this.evaluations.function(content, place, call, 'apart')
    else if (content) this.evaluations.expression(content, place, call)
    if (defines) return context
    if (name !== undefined) this.made.prints(name, place)
    return after
  }

  private if(node: IfStatement, context: Context): Reached {
    this.evaluations.expression(node.test, context)
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
      for (const part of head) if (part) this.evaluations.expression(part, entry)
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
    this.evaluations.expression(node.discriminant, start)
    const target = this.jumps.enter(undefined, false)
    let context: Reached
    for (const each of node.cases) {
      if (each.test) this.evaluations.expression(each.test, start)
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
    const { end, inside } = this.evaluations.inTry(() => this.statements(node.block.body, start))
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
    this.evaluations.expression(object, context)
    return this.evaluations.inWith(() => this.statement(body, context))
  }

  /** The body of a function, whose jumps lead nowhere outside. */
  private body(node: FunctionNode, context: Context): Reached {
    const { jumps, label, returned, returnedAt } = this
    this.jumps = new JumpTargets()
    this.label = undefined
    this.returned = undefined
    let end: Reached = context
    if (node.body.type === 'BlockStatement') end = this.statements(node.body.body, context)
    else this.evaluations.expression(node.body, context, node)
    const last = this.meet(end, this.returned, ofReturn(this.returnedAt, node.end))
    Object.assign(this, { jumps, label, returned, returnedAt })
    return last
  }

  private meet(a: Reached, b: Reached, meeting: Meeting): Reached {
    return meet(this.template.source, a, b, meeting)
  }

  private error(span: Span, reason: string): Error {
    return contextError(this.template.source, span, reason)
  }
}
