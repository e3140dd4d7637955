import type { AnyNode, Identifier, Statement } from 'acorn'

import { printsIn, type Template } from '../analyse.ts'
import type { TagNode, TextNode } from '../ast.ts'
import { describeContext } from '../contexts/describe.ts'
import { advance, type Context } from '../contexts/html-context.ts'
import { join, sameContext } from '../contexts/join.ts'
import { printIn } from '../contexts/print.ts'
import type { EncoderName } from '../encoders.ts'
import { TemplateContextError } from '../errors.ts'
import { type BlockPlaces, type LayoutBlocks, NO_LAYOUT } from '../layout-blocks.ts'
import type { WordCall } from '../layout-words.ts'
import { describePlace } from '../source.ts'
import { eachChild, type FunctionNode, isFunction } from '../walk.ts'

/** Where in the page each part of a template prints. */
export interface Contexts {
  /** The encoder of each `<%= %>`. */
  readonly encoders: ReadonlyMap<TagNode, EncoderName>
  /** The context of each output tag and of each place where code runs. */
  readonly places: ReadonlyMap<TagNode, Context>
  /** Where the content of each block stands, by its call. */
  readonly blocks: ReadonlyMap<AnyNode, { readonly place: Context; readonly encoder: EncoderName }>
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
  const { program, nodes } = template
  const end = program ? flow.program(program.body, start) : flow.sequence(nodes, start)
  const { encoders, places, blocks, printed } = flow
  return { encoders, places, blocks, printed, end: end ?? start }
}

/** undefined: control never comes here. */
type Reached = Context | undefined

interface Target {
  readonly label: string | undefined
  readonly isLoop: boolean
  breaks: Reached
  continues: Reached
}

class Flow {
  readonly encoders = new Map<TagNode, EncoderName>()
  readonly places = new Map<TagNode, Context>()
  readonly blocks = new Map<AnyNode, { place: Context; encoder: EncoderName }>()
  readonly printed = new Map<string, Context | undefined>()
  private readonly template: Template
  private readonly layoutBlocks: LayoutBlocks
  private readonly words = new Map<AnyNode, WordCall>()
  private readonly texts = new Map<number, TextNode>()
  private readonly outputs = new Map<number, TagNode>()
  private readonly visited = new Set<TagNode | TextNode>()
  private targets: Target[] = []
  private label: string | undefined
  private returned: Reached
  /** Contexts in which something inside the `try` block around may throw. */
  private throwing: { context: Context; offset: number }[] | undefined
  /** Functions that print, by name, with the context they were written for. */
  private readonly printers = new Map<string, Context>()
  private readonly uses: { name: string; context: Context; node: Identifier; allowed: boolean }[] =
    []

  constructor(template: Template, layoutBlocks: LayoutBlocks) {
    this.template = template
    this.layoutBlocks = layoutBlocks
    if (!template.program) return // there is nothing to look up
    for (const word of template.words) this.words.set(word.call, word)
    for (const node of template.nodes) {
      if (node.type === 'text') this.texts.set(node.start, node)
      else if (node.type !== 'code') this.outputs.set(node.codeStart - 1, node) // where the draft opens a parenthesis
    }
  }

  /** A template without statements: its parts, one after the other. */
  sequence(nodes: Template['nodes'], start: Context): Context {
    let context = start
    for (const node of nodes) {
      if (node.type === 'text') context = this.text(node, context)
      else if (node.type === 'code') continue
      else context = this.output(node, context)
    }
    return context
  }

  program(body: readonly AnyNode[], start: Context): Reached {
    this.noticePrinters(body)
    const end = this.statements(body, start)
    for (const { name, context, node, allowed } of this.uses) {
      const written = this.printers.get(name)
      if (!written) continue
      if (!allowed) {
        throw this.error(
          node.start,
          node.end,
          `\`${name}\` prints: it can be called, or passed to a call, and nothing else`,
        )
      }
      if (!sameContext(written, context)) {
        throw this.error(
          node.start,
          node.end,
          `\`${name}\` prints for ${describeContext(written)} and cannot be called in ${describeContext(context)}`,
        )
      }
    }
    for (const part of [...this.texts.values(), ...this.outputs.values()]) {
      // Each is visited above; a hole in that would be a hole in the escaping.
      if (this.visited.has(part)) continue
      throw this.error(
        part.start,
        part.start + 1,
        'It cannot be told where in the page this prints',
      )
    }
    return this.returned === undefined ? end : this.meet(end, this.returned, body.at(-1))
  }

  /** Names of functions that print must be known before the first use: they are hoisted. */
  private noticePrinters(body: readonly AnyNode[]): void {
    if (!this.template.printsInFunction) return
    const visit = (node: AnyNode): void => {
      const isNamed = node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression'
      if (isNamed && node.id && this.prints(node)) this.printers.set(node.id.name, UNKNOWN)
      if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.init) {
        if (isFunction(node.init) && this.prints(node.init))
          this.printers.set(node.id.name, UNKNOWN)
      }
      if (node.type === 'AssignmentExpression' && node.left.type === 'Identifier') {
        if (isFunction(node.right) && this.prints(node.right))
          this.printers.set(node.left.name, UNKNOWN)
      }
      eachChild(node, visit)
    }
    for (const node of body) visit(node)
  }

  private statements(list: readonly AnyNode[], start: Reached): Reached {
    let context = start
    for (const statement of list) {
      context = this.statement(statement, context)
      const text = this.texts.get(statement.end - 1)
      if (text) {
        this.visited.add(text)
        context &&= this.text(text, context)
      }
    }
    return context
  }

  private statement(node: AnyNode, context: Reached): Reached {
    if (context === undefined) return this.unreachable(node)
    switch (node.type) {
      case 'EmptyStatement':
        return context // the text that it may stand for is printed by the list
      case 'ExpressionStatement': {
        const output = this.outputs.get(node.start)
        const word = this.words.get(
          node.expression.type === 'AwaitExpression' ? node.expression.argument : node.expression,
        )
        if (word) {
          if (output) this.visited.add(output)
          return this.word(word, context)
        }
        this.expression(node.expression, context)
        return output ? this.output(output, context) : context
      }
      case 'BlockStatement':
        return this.statements(node.body, context)
      case 'IfStatement': {
        this.expression(node.test, context)
        const then = this.statement(node.consequent, context)
        const otherwise = node.alternate ? this.statement(node.alternate, context) : context
        return this.meet(
          then,
          otherwise,
          node,
          node.consequent.end,
          node.alternate?.end ?? node.start,
        )
      }
      case 'ForStatement':
        if (node.init) this.expression(node.init, context)
        return this.loop(node, node.body, context, (at) => {
          if (node.test) this.expression(node.test, at)
          if (node.update) this.expression(node.update, at)
        })
      case 'ForInStatement':
      case 'ForOfStatement':
        this.expression(node.right, context)
        return this.loop(node, node.body, context, (at) => this.expression(node.left, at))
      case 'WhileStatement':
        return this.loop(node, node.body, context, (at) => this.expression(node.test, at))
      case 'DoWhileStatement':
        return this.loop(node, node.body, context, (at) => this.expression(node.test, at), true)
      case 'SwitchStatement':
        return this.switch(node, context)
      case 'TryStatement':
        return this.try(node, context)
      case 'LabeledStatement': {
        if (/^(?:For|While|DoWhile|ForIn|ForOf)/.test(node.body.type)) {
          this.label = node.label.name
          return this.statement(node.body, context)
        }
        const target = this.enter(node.label.name, false)
        const end = this.statement(node.body, context)
        this.targets.pop()
        return this.meet(end, target.breaks, node)
      }
      case 'BreakStatement':
      case 'ContinueStatement':
        this.jump(node.type === 'BreakStatement', node.label?.name, context, node)
        return undefined
      case 'ReturnStatement':
        if (node.argument) this.expression(node.argument, context)
        this.returned = this.meet(this.returned, context, node)
        return undefined
      case 'ThrowStatement':
        this.expression(node.argument, context)
        return undefined
      case 'FunctionDeclaration':
        this.function(node, context, node.id?.name)
        return context
      default:
        this.expression(node, context)
        return context
    }
  }

  /** Behind a `return` nothing is printed; the program still names an encoder. */
  private unreachable({ start, end }: AnyNode): undefined {
    for (const [at, text] of this.texts) if (at >= start && at < end) this.visited.add(text)
    for (const [at, output] of this.outputs) {
      if (at < start || at >= end) continue
      this.visited.add(output)
      this.encoders.set(output, 'text')
    }
    return undefined
  }

  private text(node: TextNode, context: Context): Context {
    const after = advance(context, node.value)
    if (after.mode === 'broken') {
      throw this.error(node.start, Math.min(node.end, node.start + 1), after.fault)
    }
    return after
  }

  private output(node: TagNode, context: Context): Context {
    this.visited.add(node)
    this.places.set(node, context)
    this.throwing?.push({ context, offset: node.codeStart })
    const printing = printIn(context)
    if ('refusal' in printing) {
      // Raw text may stand wherever it leaves the context as it is, which is seen when it is there.
      if (node.type === 'raw' && context.pending === '' && context.mode !== 'end of attribute')
        return context
      throw this.error(
        node.codeStart,
        node.codeEnd,
        `${printing.refusal} (this is ${describeContext(context)})`,
      )
    }
    if (node.type === 'raw') return this.afterRaw(context, printing.after)
    this.encoders.set(node, printing.encoder)
    return printing.after
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
    const printing = printIn(place)
    if ('refusal' in printing) {
      throw this.error(
        call.start,
        call.end,
        `${printing.refusal} (this is ${describeContext(place)})`,
      )
    }
    this.blocks.set(call, { place, encoder: printing.encoder })
    if (content) this.expression(content, place, call)
    if (defines) return context
    if (name !== undefined) {
      const other = this.printed.get(name)
      const isOne = !this.printed.has(name) || (other && sameContext(other, place))
      this.printed.set(name, isOne ? place : undefined)
    }
    return printing.after
  }

  /** Raw text is held to leave the context as it was; only a value that it starts has begun. */
  private afterRaw(before: Context, after: Context): Context {
    if (before.mode === 'tag' || before.mode === 'after attribute name') {
      return { ...before, mode: 'end of attribute', slash: false }
    }
    return before.mode === 'before value' || before.inner ? after : before
  }

  private loop(
    node: AnyNode,
    body: Statement,
    start: Context,
    head: (context: Context) => void,
    runsOnce = false,
  ): Reached {
    const { label } = this
    this.label = undefined
    let entry: Context = start
    // Each round can only ask for more care (a URL that has begun, a slash that is unsure): it ends.
    for (;;) {
      head(entry)
      const target = this.enter(label, true)
      const end = this.statement(body, entry)
      this.targets.pop()
      const again = this.meet(end, target.continues, body)
      const joined = this.meet(
        entry,
        again,
        node,
        node.start,
        body.end,
        'A loop must end its body where it began it',
      )
      const exit = runsOnce ? again : joined
      if (joined === undefined || sameContext(joined, entry))
        return this.meet(exit, target.breaks, node)
      entry = joined
    }
  }

  private switch(node: AnyNode & { type: 'SwitchStatement' }, start: Context): Reached {
    this.expression(node.discriminant, start)
    const target = this.enter(undefined, false)
    let context: Reached
    for (const each of node.cases) {
      if (each.test) this.expression(each.test, start)
      context = this.statements(each.consequent, this.meet(start, context, each))
    }
    this.targets.pop()
    if (node.cases.every(({ test }) => test)) context = this.meet(context, start, node)
    return this.meet(context, target.breaks, node)
  }

  private try(node: AnyNode & { type: 'TryStatement' }, start: Context): Reached {
    const outer = this.throwing
    this.throwing = []
    const end = this.statements(node.block.body, start)
    const inside = this.throwing
    this.throwing = outer
    outer?.push(...inside)
    // What was printed before an error stays: it must not leave the page inside of a tag.
    const torn = inside.find(({ context }) => !sameContext(context, start))
    if (torn) {
      throw this.error(
        torn.offset,
        torn.offset + 1,
        `An error here would leave the page in ${describeContext(torn.context)}: compute the value before the text around it`,
      )
    }
    const caught = node.handler ? this.statements(node.handler.body.body, start) : undefined
    const after = this.meet(end, caught, node)
    return node.finalizer ? this.statements(node.finalizer.body, after ?? start) : after
  }

  /** Visits what a statement evaluates: callbacks run here and must end where they began. */
  private expression(node: AnyNode, context: Context, parent?: AnyNode): void {
    if (node.type === 'Identifier') {
      if (!this.printers.has(node.name) || this.template.paramUses.has(node.start)) return
      const allowed = parent?.type === 'CallExpression' || parent?.type === 'UnaryExpression'
      this.uses.push({ name: node.name, context, node, allowed })
      return
    }
    if (isFunction(node)) {
      this.function(node, context, this.nameOf(parent), parent)
      return
    }
    if (node.type === 'CallExpression') this.throwing?.push({ context, offset: node.start })
    if (node.type === 'MemberExpression') {
      this.expression(node.object, context, node)
      if (node.computed) this.expression(node.property, context, node)
      return
    }
    if (node.type === 'Property' && !node.computed) {
      this.expression(node.value, context, node)
      return
    }
    if (node.type === 'VariableDeclarator' || node.type === 'AssignmentExpression') {
      const [left, right] =
        node.type === 'VariableDeclarator' ? [node.id, node.init] : [node.left, node.right]
      if (left.type !== 'Identifier') this.expression(left, context, node)
      if (right) this.expression(right, context, node)
      return
    }
    eachChild(node, (child) => this.expression(child, context, node))
  }

  private function(
    node: FunctionNode,
    context: Context,
    name: string | undefined,
    parent?: AnyNode,
  ): void {
    if (!this.prints(node)) {
      eachChild(node, (child) => this.expression(child, context, node))
      return
    }
    const isPassed =
      parent?.type === 'CallExpression' && (parent.arguments as AnyNode[]).includes(node)
    const isCalled = parent?.type === 'CallExpression' && (parent.callee as AnyNode) === node
    const ownName = node.type === 'FunctionExpression' ? node.id?.name : undefined
    for (const each of [name, ownName]) if (each !== undefined) this.named(each, node, context)
    if (name === undefined && !isPassed && !isCalled) {
      throw this.error(
        node.start,
        node.start + 1,
        'A function that prints needs a name, or must be passed to a call: otherwise nobody can tell where it prints',
      )
    }
    const { targets, returned, throwing } = this
    this.targets = []
    this.returned = undefined
    this.throwing = undefined
    // Of the parameters only their defaults are evaluated.
    for (const param of node.params) {
      if (param.type !== 'Identifier') this.expression(param, context, node)
    }
    const end =
      node.body.type === 'BlockStatement' ? this.statements(node.body.body, context) : context
    const last = this.meet(end, this.returned, node)
    this.targets = targets
    this.returned = returned
    this.throwing = throwing
    const joined = this.meet(
      last,
      context,
      node,
      node.end,
      node.start,
      'A function must end printing where it began',
    )
    if (joined && !sameContext(joined, context)) {
      // Called twice it begins where it ended: look again with the more careful context.
      this.function(node, joined, name, parent)
    }
  }

  private named(name: string, node: FunctionNode, context: Context): void {
    const before = this.printers.get(name)
    if (before && before !== UNKNOWN && !sameContext(before, context)) {
      throw this.error(
        node.start,
        node.start + 1,
        `Two functions named \`${name}\` print for different places`,
      )
    }
    this.printers.set(name, context)
  }

  /** The name by which a function that is stored can be called. */
  private nameOf(parent: AnyNode | undefined): string | undefined {
    if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') {
      return parent.id.name
    }
    if (parent?.type !== 'AssignmentExpression' || parent.left.type !== 'Identifier')
      return undefined
    return this.template.paramUses.has(parent.left.start) ? undefined : parent.left.name
  }

  private enter(label: string | undefined, isLoop: boolean): Target {
    const target: Target = { label, isLoop, breaks: undefined, continues: undefined }
    this.targets.push(target)
    return target
  }

  private jump(isBreak: boolean, label: string | undefined, context: Context, node: AnyNode): void {
    const target = this.targets.findLast((each) =>
      label === undefined
        ? each.isLoop || (isBreak && each.label === undefined)
        : each.label === label,
    )
    if (!target) return
    if (isBreak) target.breaks = this.meet(target.breaks, context, node)
    else target.continues = this.meet(target.continues, context, node)
  }

  /** Joins two ways to one place. */
  private meet(
    a: Reached,
    b: Reached,
    node: AnyNode | undefined,
    endOfA = node?.start ?? 0,
    endOfB = node?.end ?? 0,
    rule = 'Branches must end in the same place of the page',
  ): Reached {
    if (a === undefined) return b
    if (b === undefined) return a
    const joined = join(a, b)
    if (joined) return joined
    const { source } = this.template
    const at = Math.max(0, Math.min(endOfA, source.text.length))
    throw this.error(
      node?.start ?? 0,
      (node?.start ?? 0) + 1,
      `${rule}: one way ends in ${describeContext(a)} (${describePlace(source, at)}), ` +
        `the other in ${describeContext(b)} (${describePlace(source, Math.min(endOfB, source.text.length))})`,
    )
  }

  private prints(node: AnyNode): boolean {
    return printsIn(this.template.nodes, node)
  }

  private error(start: number, end: number, reason: string): TemplateContextError {
    return new TemplateContextError('TEMPLATE_CONTEXT', reason, this.template.source, {
      start,
      end,
    })
  }
}

/** The context of a function that is known to print and was not reached yet. */
const UNKNOWN = {} as Context
