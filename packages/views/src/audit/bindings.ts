import type { AnyNode, Expression, Program } from 'acorn'

import { eachChild, isFunction } from '../language/walk.ts'

/** What a variable of a template may hold. */
interface Binding {
  /** Whether it is set to that as a whole, is a part of it, or has it put into what it is. */
  readonly how: 'whole' | 'part' | 'put in'
  /** None where nothing can be told. */
  readonly from: readonly AnyNode[]
}

/** The variables of a template by their names, in whatever scope, and the expressions of its tags. */
export interface Bindings {
  readonly byName: ReadonlyMap<string, readonly Binding[]>
  /** Variables that are handed on whole: what holds a list or an object may be changed elsewhere. */
  readonly shared: ReadonlySet<string>
  /** Where `var` at the top of the template has set a variable for all that follows. */
  readonly setFrom: ReadonlyMap<string, number>
  /** The expressions of tags by the start of their statements. */
  readonly expressions: ReadonlyMap<number, Expression>
}

/** Reads what the variables of a template are set to; scopes that share a name are taken together. */
export function bindingsOf(program: Program | undefined): Bindings {
  const byName = new Map<string, Binding[]>()
  const shared = new Set<string>()
  const setFrom = new Map<string, number>()
  const expressions = new Map<number, Expression>()
  const add = (name: string, how: Binding['how'], from: readonly AnyNode[]): void => {
    const list = byName.get(name) ?? []
    list.push({ how, from })
    byName.set(name, list)
  }
  const addParts = (pattern: AnyNode, from: readonly AnyNode[]): void => {
    const { names, members, defaults } = patternOf(pattern)
    // Without what it is a part of nothing can be told, whatever it is otherwise.
    const all = from.length > 0 ? [...from, ...defaults] : []
    for (const name of names) add(name, 'part', all)
    for (const name of members) add(name, 'put in', all)
  }
  const assign = (left: AnyNode, operator: string, right: Expression): void => {
    if (left.type === 'Identifier') {
      if (TEXT_ASSIGNMENTS.has(operator)) add(left.name, 'whole', [right])
      return
    }
    addParts(left, [right])
  }

  const visit = (node: AnyNode, parent: AnyNode): void => {
    switch (node.type) {
      case 'Identifier':
        if (isHandedOn(node, parent)) shared.add(node.name)
        return
      case 'ExpressionStatement':
        expressions.set(node.start, node.expression)
        break
      case 'VariableDeclaration': {
        const isHead = parent.type === 'ForOfStatement' || parent.type === 'ForInStatement'
        for (const { id, init } of node.declarations) {
          if (isHead) addParts(id, [parent.right])
          else if (id.type !== 'Identifier') addParts(id, init ? [init] : [])
          else if (init) {
            add(id.name, 'whole', [init])
            if (parent.type === 'Program' && !setFrom.has(id.name)) setFrom.set(id.name, node.end)
          } else if (!byName.has(id.name)) byName.set(id.name, [])
        }
        break
      }
      case 'ForOfStatement':
      case 'ForInStatement':
        if (node.left.type !== 'VariableDeclaration') addParts(node.left, [node.right])
        break
      case 'AssignmentExpression':
        assign(node.left, node.operator, node.right)
        break
      case 'CatchClause':
        if (node.param) addParts(node.param, [])
        break
      case 'ClassDeclaration':
        if (node.id) add(node.id.name, 'part', [])
        break
      case 'CallExpression': {
        // `list.push(x)` puts x into the list; `fill(list, x)` may.
        const root = node.callee.type === 'MemberExpression' ? rootOf(node.callee) : undefined
        if (root) add(root.name, 'put in', node.arguments)
        break
      }
    }
    if (isFunction(node)) {
      if (node.type === 'FunctionDeclaration' && node.id) add(node.id.name, 'part', [])
      const call = parent.type === 'CallExpression' ? parent : undefined
      const from = call ? [call.callee, ...call.arguments.filter((each) => each !== node)] : []
      for (const param of node.params) addParts(param, from)
    }
    eachChild(node, (child) => visit(child, node))
  }
  if (program) visit(program, program)
  return { byName, shared, setFrom, expressions }
}

/** Whether what a variable holds can get another name here. */
function isHandedOn(node: AnyNode, parent: AnyNode): boolean {
  switch (parent.type) {
    case 'VariableDeclarator':
      return parent.init === node
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      return parent.right === node
    case 'Property':
      return parent.value === node
    case 'ArrowFunctionExpression':
      return parent.body === node
    case 'CallExpression':
    case 'NewExpression':
      return parent.callee !== node
    default:
      return HANDS_ON.has(parent.type)
  }
}

const HANDS_ON: ReadonlySet<AnyNode['type']> = new Set([
  'ArrayExpression',
  'AwaitExpression',
  'ConditionalExpression',
  'LogicalExpression',
  'ParenthesizedExpression',
  'ReturnStatement',
  'SequenceExpression',
  'YieldExpression',
])

/** The others leave a number. */
const TEXT_ASSIGNMENTS: ReadonlySet<string> = new Set(['=', '+=', '||=', '&&=', '??='])

/** The variable that a path of members begins with. */
export function rootOf(node: AnyNode): Extract<AnyNode, { type: 'Identifier' }> | undefined {
  let root = node
  while (root.type === 'MemberExpression' || root.type === 'ChainExpression') {
    root = root.type === 'ChainExpression' ? root.expression : root.object
  }
  return root.type === 'Identifier' ? root : undefined
}

/** The names that a pattern binds, those whose members it sets, and what it takes where it finds nothing. */
function patternOf(pattern: AnyNode): {
  names: string[]
  members: string[]
  defaults: AnyNode[]
} {
  const names: string[] = []
  const members: string[] = []
  const defaults: AnyNode[] = []
  const visit = (node: AnyNode): void => {
    if (node.type === 'Identifier') names.push(node.name)
    else if (node.type === 'Property') visit(node.value)
    else if (node.type === 'AssignmentPattern') {
      visit(node.left)
      defaults.push(node.right)
    } else if (node.type === 'MemberExpression') members.push(rootOf(node)?.name ?? '')
    else eachChild(node, visit)
  }
  visit(pattern)
  return { names, members, defaults }
}
