import type { AnyNode, Identifier } from 'acorn'

import type { Template } from '../language/analyse.ts'
import type { FreeName } from '../language/free-names.ts'
import type { GenerateOptions } from './program.ts'
import { eachChild } from '../language/walk.ts'

/**
 * Whether a template's names must be looked up each time that they are used, as EJS does with `with`,
 * because variables of their own could say something else than the data.
 *
 * - The template has a `with` of its own, whose object goes before the data.
 * - Its names and `locals.name` are the same, and it changes one of them, or has a direct `eval`, whose
 *   names nobody can read before it runs.
 */
export function looksUpNames(template: Template, options: GenerateOptions): boolean {
  const { localsName, bindNames, sharesLocals } = options
  if (!bindNames || !template.program) return false
  if (template.hasWith) return true
  if (!sharesLocals) return false
  if (template.free.some(isDirectEval)) return true
  const changed = new Set(template.vars)
  for (const { name, use } of template.free) {
    if (use === 'delete') return true
    if (use === 'write' || use === 'update') changed.add(name)
  }
  const uses = template.free.filter(({ name }) => name === localsName)
  if (uses.length === 0) return false
  const parents = parentsIn(template.program)
  return uses.some(({ node }) =>
    // A tag that prints `locals.name` and no more is not parsed.
    node?.type === 'Identifier' ? tellsApart(node, parents, changed) : changed.size > 0,
  )
}

/** `eval()` as a call sees the names around it (ECMAScript §19.2.1.1), and by another name those of all. */
function isDirectEval({ name, node, parent }: FreeName): boolean {
  return name === 'eval' && parent?.type === 'CallExpression' && parent.callee === node
}

type Parents = ReadonlyMap<AnyNode, AnyNode>

function parentsIn(program: AnyNode): Parents {
  const parents = new Map<AnyNode, AnyNode>()
  const visit = (node: AnyNode): void => {
    eachChild(node, (child) => {
      parents.set(child, node)
      visit(child)
    })
  }
  visit(program)
  return parents
}

/** Whether a use of `locals` changes it, or could see that one of the names was changed. */
function tellsApart(locals: Identifier, parents: Parents, changed: ReadonlySet<string>): boolean {
  const parent = parents.get(locals)
  if (parent?.type === 'MemberExpression' && parent.object === locals) {
    if (isChanged(parent, parents)) return true
    const { property, computed } = parent
    if (computed || property.type !== 'Identifier') return changed.size > 0
    return changed.has(property.name) && !isStartOf(property.name, parent, parents)
  }
  return changed.size > 0 || !parent || !onlyReads(parent, locals)
}

/** `var title = locals.title || 'none'` sees what was there before. */
function isStartOf(name: string, node: AnyNode, parents: Parents): boolean {
  for (let around = parents.get(node); around; around = parents.get(around)) {
    if (around.type !== 'VariableDeclarator') continue
    return around.id.type === 'Identifier' && around.id.name === name
  }
  return false
}

function isChanged(member: AnyNode, parents: Parents): boolean {
  const parent = parents.get(member)
  switch (parent?.type) {
    case 'UpdateExpression':
    case 'ArrayPattern':
    case 'RestElement':
      return true
    case 'UnaryExpression':
      return parent.operator === 'delete'
    case 'AssignmentExpression':
    case 'AssignmentPattern':
    case 'ForInStatement':
    case 'ForOfStatement':
      return parent.left === member
    case 'Property':
      return parents.get(parent)?.type === 'ObjectPattern'
    default:
      return false
  }
}

/** Whether a use of the whole object hands it to nobody who could change it. */
function onlyReads(parent: AnyNode, locals: Identifier): boolean {
  switch (parent.type) {
    case 'UnaryExpression':
    case 'BinaryExpression':
    case 'IfStatement':
      return true
    case 'LogicalExpression':
      return parent.operator === '&&' && parent.left === locals
    case 'ConditionalExpression':
      return parent.test === locals
    case 'SpreadElement':
      return true
    case 'CallExpression':
      // An include has a copy.
      return parent.callee.type === 'Identifier' && parent.callee.name === 'include'
    default:
      return false
  }
}
