import type { AnyNode } from 'acorn'

import type { Template } from '../language/analyse.ts'
import type { PlainName } from '../language/plain-path.ts'
import { printsIn } from '../language/structure.ts'
import { describeContext } from '../contexts/describe.ts'
import type { Context } from '../contexts/context.ts'
import { sameContext } from '../contexts/join.ts'
import { eachChild, type FunctionNode, isFunction } from '../language/walk.ts'
import { contextError } from './meet.ts'

interface Use {
  readonly node: PlainName
  readonly context: Context
  readonly isCall: boolean
  readonly isInTry: boolean
  /** The function around that prints apart from the page. */
  readonly apart: FunctionNode | undefined
}

interface Printer {
  /** What it was written for; undefined until it is reached. */
  context?: Context
  /** Whether an error in it can leave the page inside of a tag. */
  tears: boolean
  /** Where it is written; several may have one name. */
  starts: number[]
}

/** A function and the names that it has. */
interface Mentioning {
  readonly node: FunctionNode
  readonly names: readonly string[]
}

/**
 * The functions of a template that print, themselves or by calling one that does. Such a function is
 * written for one place of the page, and must only be called there.
 */
export class PrintingFunctions {
  private readonly template: Template
  private readonly functions = new Set<FunctionNode>()
  private readonly printers = new Map<string, Printer>()
  private readonly uses: Use[] = []
  private around: FunctionNode | undefined

  constructor(template: Template) {
    this.template = template
    if (template.program && template.printsInFunction) this.notice(template.program)
  }

  has(node: FunctionNode): boolean {
    return this.functions.has(node)
  }

  /** Notes for which place a function is written, by all the names that it can be called by. */
  declare(node: FunctionNode, context: Context, parent: AnyNode | undefined, tears: boolean): void {
    const names = this.namesOf(node, parent)
    for (const name of names) {
      const printer = this.printers.get(name) ?? { tears: false, starts: [] }
      if (printer.context && !sameContext(printer.context, context)) {
        throw this.error(node, `Two functions named \`${name}\` print for different places`)
      }
      printer.context = context
      printer.tears ||= tears
      printer.starts.push(node.start)
      this.printers.set(name, printer)
    }
    if (names.length === 0 && !isPassedOn(node, parent)) {
      throw this.error(
        node,
        'A function that prints needs a name, or must be passed to a call: otherwise nobody can tell where it prints',
      )
    }
  }

  /** Notes that a name is used, if it is that of a function that prints. */
  use(node: PlainName, context: Context, parent: AnyNode | undefined, isInTry: boolean): void {
    if (!this.printers.has(node.name) || this.template.paramUses.has(node.start)) return
    const isCall = parent?.type === 'UnaryExpression' || isPassedOn(node, parent)
    this.uses.push({ node, context, isCall, isInTry, apart: this.around })
  }

  /** Looks at a function that prints apart from the page: it can only call those that are its own. */
  apart(node: FunctionNode, look: () => void): void {
    const { around } = this
    this.around = node
    look()
    this.around = around
  }

  /** Compares all uses with what the functions were written for. Functions are hoisted: so, late. */
  check(): void {
    for (const { node, context, isCall, isInTry, apart } of this.uses) {
      const { context: written, tears, starts } = this.printers.get(node.name) as Printer
      if (!isCall) {
        throw this.error(
          node,
          `\`${node.name}\` prints: it can be called, or passed to a call, and nothing else`,
        )
      }
      if (written && !sameContext(written, context)) {
        throw this.error(
          node,
          `\`${node.name}\` prints for ${describeContext(written)} and cannot be called in ${describeContext(context)}`,
        )
      }
      if (apart && starts.some((start) => start < apart.start || start > apart.end)) {
        throw this.error(
          node,
          `\`${node.name}\` prints into the page, and a pagelet is printed apart from it: write the function inside, or include a template`,
        )
      }
      if (tears && isInTry) {
        throw this.error(node, `An error in \`${node.name}\` would leave the page inside of a tag`)
      }
    }
  }

  /** Finds the functions that print, and with each those that name it. */
  private notice(program: AnyNode): void {
    const mentioning = new Map<string, Set<Mentioning>>()
    const printing: Mentioning[] = []
    const open: Mentioning[] = []
    const visit = (node: AnyNode, parent: AnyNode): void => {
      if (
        node.type === 'Identifier' &&
        open.length > 0 &&
        !this.template.paramUses.has(node.start)
      ) {
        const known = mentioning.get(node.name) ?? new Set()
        mentioning.set(node.name, known)
        for (const each of open) known.add(each)
      }
      if (!isFunction(node)) return eachChild(node, (child) => visit(child, node))
      const names = this.namesOf(node, parent)
      const found = { node, names }
      if (printsIn(this.template.nodes, node)) printing.push(found)
      open.push(found)
      eachChild(node, (child) => visit(child, node))
      open.pop()
    }
    visit(program, program)
    for (let next = printing.pop(); next; next = printing.pop()) {
      if (this.functions.has(next.node)) continue
      this.functions.add(next.node)
      for (const name of next.names) {
        if (this.printers.has(name)) continue
        this.printers.set(name, { tears: false, starts: [] })
        printing.push(...(mentioning.get(name) ?? []))
      }
    }
  }

  private namesOf(node: FunctionNode, parent: AnyNode | undefined): string[] {
    const names: string[] = []
    if (node.type !== 'ArrowFunctionExpression' && node.id) names.push(node.id.name)
    if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') {
      names.push(parent.id.name)
    }
    if (
      parent?.type === 'AssignmentExpression' &&
      parent.left.type === 'Identifier' &&
      !this.template.paramUses.has(parent.left.start)
    ) {
      names.push(parent.left.name)
    }
    return names
  }

  private error({ start }: Pick<AnyNode, 'start'>, reason: string): Error {
    return contextError(this.template.source, { start, end: start + 1 }, reason)
  }
}

// Methods that keep what they are given, for somebody to call in another place.
const KEEPING = new Set(
  'push unshift splice toSpliced concat fill with set add assign defineProperty bind of from'.split(
    ' ',
  ),
)

/** Whether a function is called here, or given to a call that is taken to call it at once. */
function isPassedOn(node: AnyNode | PlainName, parent: AnyNode | undefined): boolean {
  if (parent?.type !== 'CallExpression') return false
  const { callee } = parent
  if (callee === node || callee.type !== 'MemberExpression') return true
  return callee.property.type !== 'Identifier' || !KEEPING.has(callee.property.name)
}
