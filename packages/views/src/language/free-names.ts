import type { AnyNode, Identifier, Program } from 'acorn'

import type { PlainName } from './plain-path.ts'
import { eachChild, isFunction } from './walk.ts'

/** A use of a name that the template does not declare itself. */
export interface FreeName {
  readonly name: string
  readonly start: number
  readonly end: number
  /** What surrounds the name: a missing local is an error only where its value is wanted. */
  readonly use: 'read' | 'write' | 'update' | 'typeof' | 'delete' | 'shorthand'
  /** Undefined where a tag only names a value, and was not parsed. */
  readonly node: AnyNode | undefined
  readonly parent: AnyNode | undefined
}

export interface Names {
  readonly free: readonly FreeName[]
  /** Names that `var` declares at the template's own level. */
  readonly vars: ReadonlySet<string>
  /** All names that the template declares, in whatever scope. */
  readonly declared: ReadonlySet<string>
  /** Where parameters are used. */
  readonly paramUses: ReadonlySet<number>
}

/** A name that is read, of which no more has to be known. */
export function readOf({ name, start, end }: PlainName): FreeName {
  return { name, start, end, use: 'read', node: undefined, parent: undefined }
}

/**
 * Finds each name that a script uses without declaring it, by JavaScript's scope rules.
 *
 * @param plainOutputs - names that are read where an empty statement stands, by its start.
 */
export function findNames(program: Program, plainOutputs: ReadonlyMap<number, PlainName>): Names {
  const top = new Scope(undefined, true)
  const uses: { use: FreeName; scope: Scope }[] = []

  const visit = (node: AnyNode, scope: Scope, parent: AnyNode): void => {
    switch (node.type) {
      case 'Identifier': {
        const { name, start, end } = node
        uses.push({ use: { name, start, end, use: useOf(node, parent), node, parent }, scope })
        return
      }
      case 'EmptyStatement': {
        const plain = plainOutputs.get(node.start)
        if (plain) uses.push({ use: readOf(plain), scope })
        return
      }
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression': {
        // In sloppy code a function in a block is visible in the whole function around it too.
        if (node.type === 'FunctionDeclaration' && node.id) {
          scope.declare(node.id.name)
          scope.functionScope.declareFunction(node.id.name)
        }
        const inner = new Scope(scope, true)
        if (node.type !== 'ArrowFunctionExpression') inner.declare('arguments')
        for (const param of node.params) visitPattern(param, inner, inner, node)
        inner.holdsParams()
        if (node.type === 'FunctionExpression' && node.id) inner.declare(node.id.name)
        visit(node.body, inner, node)
        return
      }
      case 'ClassDeclaration':
      case 'ClassExpression': {
        const inner = new Scope(scope, false)
        if (node.id) (node.type === 'ClassDeclaration' ? scope : inner).declare(node.id.name)
        if (node.superClass) visit(node.superClass, inner, node)
        visit(node.body, inner, node)
        return
      }
      case 'VariableDeclaration':
        for (const each of node.declarations) {
          visitPattern(each.id, node.kind === 'var' ? scope.functionScope : scope, scope, each)
          if (each.init) visit(each.init, scope, each)
        }
        return
      case 'CatchClause': {
        const inner = new Scope(scope, false)
        if (node.param) visitPattern(node.param, inner, inner, node)
        visit(node.body, inner, node)
        return
      }
      case 'MemberExpression':
        visit(node.object, scope, node)
        if (node.computed) visit(node.property, scope, node)
        return
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition':
        if (node.computed) visit(node.key, scope, node)
        // In `{ a } = x` the names are written: the pattern says so, the property does not.
        if (node.value) visit(node.value, scope, parent.type === 'ObjectPattern' ? parent : node)
        return
      case 'LabeledStatement':
        visit(node.body, scope, node)
        return
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'MetaProperty':
        return
      case 'BlockStatement':
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
      case 'SwitchStatement':
      case 'StaticBlock': {
        // A function's own block shares the scope of its parameters here: names are all that counts.
        const inner = isFunction(parent) ? scope : new Scope(scope, node.type === 'StaticBlock')
        eachChild(node, (child) => visit(child, inner, node))
        return
      }
      default:
        eachChild(node, (child) => visit(child, scope, node))
    }
  }

  /** Declares the names of a pattern in `target`; defaults and computed keys are read in `scope`. */
  const visitPattern = (pattern: AnyNode, target: Scope, scope: Scope, parent: AnyNode): void => {
    switch (pattern.type) {
      case 'Identifier':
        target.declare(pattern.name)
        return
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement') {
            visitPattern(property.argument, target, scope, pattern)
          } else {
            if (property.computed) visit(property.key, scope, property)
            visitPattern(property.value, target, scope, property)
          }
        }
        return
      case 'ArrayPattern':
        for (const element of pattern.elements) {
          if (element) visitPattern(element, target, scope, pattern)
        }
        return
      case 'RestElement':
        visitPattern(pattern.argument, target, scope, pattern)
        return
      case 'AssignmentPattern':
        visitPattern(pattern.left, target, scope, pattern)
        visit(pattern.right, scope, pattern)
        return
      default:
        visit(pattern, scope, parent)
    }
  }

  for (const statement of program.body) visit(statement, top, program)
  const free: FreeName[] = []
  const paramUses = new Set<number>()
  for (const { use, scope } of uses) {
    const declaredIn = scope.find(use.name)
    if (!declaredIn) free.push(use)
    else if (declaredIn.params.has(use.name)) paramUses.add(use.start)
  }
  return { free, vars: top.vars(program), declared: top.declared, paramUses }
}

class Scope {
  readonly params = new Set<string>()
  /** The names of this scope and all scopes inside of it. */
  readonly declared: Set<string>
  private readonly names = new Set<string>()
  private readonly functions = new Set<string>()
  private readonly parent: Scope | undefined
  readonly functionScope: Scope

  constructor(parent: Scope | undefined, isFunctionScope: boolean) {
    this.parent = parent
    this.declared = parent ? parent.declared : new Set()
    this.functionScope = isFunctionScope || !parent ? this : parent.functionScope
  }

  /** Called when the parameters are all that is declared. */
  holdsParams(): void {
    for (const name of this.names) this.params.add(name)
  }

  declare(name: string): void {
    this.names.add(name)
    this.declared.add(name)
  }

  /** The nearest scope around that declares a name. */
  find(name: string): Scope | undefined {
    return this.names.has(name) ? this : this.parent?.find(name)
  }

  /** Notes a function that can be seen in the whole of this scope. */
  declareFunction(name: string): void {
    this.declare(name)
    this.functions.add(name)
  }

  /** The names of this scope less those that something other than `var` declares at its top. */
  vars(program: Program): Set<string> {
    const vars = new Set(this.names)
    for (const name of this.functions) vars.delete(name)
    for (const statement of program.body) {
      if (statement.type === 'ClassDeclaration') vars.delete(statement.id.name)
      if (statement.type === 'VariableDeclaration' && statement.kind !== 'var') {
        for (const { id } of statement.declarations)
          for (const name of boundNames(id)) vars.delete(name)
      }
    }
    return vars
  }
}

function boundNames(pattern: AnyNode): string[] {
  if (pattern.type === 'Identifier') return [pattern.name]
  const names: string[] = []
  eachChild(pattern, (child) => {
    names.push(...boundNames(child))
  })
  return names
}

function useOf(node: Identifier, parent: AnyNode): FreeName['use'] {
  switch (parent.type) {
    case 'UnaryExpression':
      return parent.operator === 'typeof' || parent.operator === 'delete' ? parent.operator : 'read'
    case 'UpdateExpression':
      return 'update'
    case 'ArrayPattern':
    case 'ObjectPattern':
    case 'RestElement':
      return 'write'
    case 'AssignmentExpression':
      if (parent.left !== node) return 'read'
      return parent.operator === '=' ? 'write' : 'update'
    case 'AssignmentPattern':
    case 'ForInStatement':
    case 'ForOfStatement':
      return parent.left === node ? 'write' : 'read'
    case 'Property':
      return parent.shorthand ? 'shorthand' : 'read'
    default:
      return 'read'
  }
}
