import type { Template } from '../language/analyse.ts'
import type { FreeName } from '../language/free-names.ts'
import type { GenerateOptions } from './program.ts'
import { looksUpNames } from './looks-up-names.ts'

/**
 * How a program gives the names of its template a value. Under EJS's `with` a function of the data is
 * called with the data as `this`, and helpers use it.
 */
export interface Naming {
  /** Whether they are looked up in the data at each use; otherwise each is a variable. */
  readonly looksUp: boolean
  /** Names that are called and nothing else: the variable holds the function bound to the data. */
  readonly onlyCalled: ReadonlySet<string>
  /** Called, and read as a value that must be what was given. */
  readonly alsoCalled: ReadonlySet<string>
  /** Names that the template gives a value to. */
  readonly written: ReadonlySet<string>
}

export function namingOf(template: Template, options: GenerateOptions): Naming {
  const called = new Set<string>()
  const read = new Set<string>()
  const written = new Set<string>()
  for (const each of template.free) {
    const { name, use } = each
    if (isCall(each)) called.add(name)
    else if (use === 'read' || use === 'shorthand') read.add(name)
    else if (use === 'write' || use === 'update') written.add(name)
  }
  if (looksUpNames(template, options)) {
    return { looksUp: true, onlyCalled: NONE, alsoCalled: NONE, written }
  }
  const names = [...called]
  return {
    looksUp: false,
    onlyCalled: new Set(names.filter((name) => !read.has(name))),
    // What the template gives to a name is what it calls by that name.
    alsoCalled: new Set(names.filter((name) => read.has(name) && !written.has(name))),
    written,
  }
}

const NONE: ReadonlySet<string> = new Set()

/** Whether a name stands where a function is called: `f()`, `f?.()` or as the tag of a template. */
export function isCall({ node, parent }: FreeName): boolean {
  if (parent?.type === 'CallExpression') return parent.callee === node
  return parent?.type === 'TaggedTemplateExpression' && parent.tag === node
}
