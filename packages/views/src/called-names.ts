import type { AnyNode } from 'acorn'

import type { Template } from './analyse.ts'
import type { FreeName } from './free-names.ts'

/**
 * Names of the data that a template calls. Under EJS's `with` a function of the data is called with
 * the data as `this`, and helpers use it.
 */
export interface CalledNames {
  /** Called and nothing else: one variable holds the function bound to the data. */
  readonly only: ReadonlySet<string>
  /** Called, and read as a value that must be what was given: calls have a variable of their own. */
  readonly alsoRead: ReadonlySet<string>
}

/** Tells by how a template uses its names which of them it calls. */
export function calledNames({ free, parents }: Pick<Template, 'free' | 'parents'>): CalledNames {
  const called = new Set<string>()
  const read = new Set<string>()
  const written = new Set<string>()
  for (const each of free) {
    const { name, use } = each
    if (isCall(each, parents)) called.add(name)
    else if (use === 'read' || use === 'shorthand') read.add(name)
    else if (use === 'write' || use === 'update') written.add(name)
  }
  if (called.size === 0) return NONE
  const names = [...called]
  return {
    only: new Set(names.filter((name) => !read.has(name))),
    // What the template gives to a name is what it calls by that name.
    alsoRead: new Set(names.filter((name) => read.has(name) && !written.has(name))),
  }
}

const NONE: CalledNames = { only: new Set(), alsoRead: new Set() }

/** Whether a name stands where a function is called: `f()`, `f?.()` or as the tag of a template. */
export function isCall({ node }: FreeName, parents: ReadonlyMap<AnyNode, AnyNode>): boolean {
  const parent = node && parents.get(node)
  if (parent?.type === 'CallExpression') return parent.callee === node
  return parent?.type === 'TaggedTemplateExpression' && parent.tag === node
}
