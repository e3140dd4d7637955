import path from 'node:path'

import { expressionText } from '../language/draft.ts'
import { hasFallback } from '../output/prologue.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Template } from '../language/analyse.ts'
import { type Declaration, withImports } from '../language/declaration.ts'

/** A template written as TypeScript. */
export interface Shadow {
  readonly text: string
  /** The place in the template that a place in the text speaks of; both counted from 1. */
  offsetAt(line: number, column: number): number
}

/** Another template that one names. */
export interface Named {
  readonly name: string
  /** How its shadow is imported; undefined when nothing is to be asked of its data. */
  readonly shadow: string | undefined
  /** Whether what it wants is only inferred. */
  readonly isInferred: boolean
}

export interface ShadowOptions extends Pick<ResolvedOptions, 'localsName'> {
  readonly declaration: Declaration | undefined
  /** What a template that declares nothing wants. */
  readonly inferred: string | undefined
  readonly included: readonly Named[]
  /** The path of what all shadows import. */
  readonly prelude: string
  /** The path from the shadow to the folder of the template. */
  readonly folder: string
}

/**
 * Writes a template as TypeScript: what it declares, its names as constants, and its JavaScript with every
 * character as far from the first as it is in the template, so that a place in one is a place in the other.
 */
export function writeShadow(template: Template, options: ShadowOptions): Shadow {
  const { source } = template
  const { declaration } = options
  const print = unusedLetter(source.text)
  const lines: string[] = []
  // Lines of the head: the place in the template that each speaks of.
  const places: { line: number; offset: number; isCopied: boolean }[] = []
  const add = (text: string, offset = 0, isCopied = false): void => {
    places.push({ line: lines.length + 1, offset, isCopied })
    lines.push(...text.split('\n'))
  }
  add(`import { append, block, pagelet, prepend, print as ${print} } from '${options.prelude}'`)
  add(`import type { Arguments as T$Arguments, Known as T$Known } from '${options.prelude}'`)
  if (declaration) {
    const { offset, text } = declaration
    let at = offset
    for (const line of text.split('\n')) {
      add(
        withImports(line, (found) => relative(options.folder, found)),
        at,
        true,
      )
      at += line.length + 1
    }
  }
  add(`export type T$Data = ${declaration ? 'Data' : 'any'}`, declaration?.offset)
  if (options.inferred !== undefined) add(`export type T$Inferred = ${options.inferred}`)
  add('interface T$Targets {')
  for (const { name, shadow, isInferred } of options.included) {
    if (shadow === undefined) continue
    const wanted = `import('${shadow}').${isInferred ? 'T$Inferred' : 'T$Data'}`
    add(
      `${JSON.stringify(name)}: ${isInferred ? `{ inferred: ${wanted} }` : `{ declared: ${wanted} }`}`,
    )
  }
  add('}')
  for (const word of ['include', 'layout']) {
    add(
      `declare function ${word}<const Name extends string>(name: Name, ...data: T$Arguments<Name, T$Targets, T$Data>): string`,
    )
  }
  add('export async function t$template(t$data: T$Data) {')
  for (const [name, { offset, isWritten }] of namesOf(template)) {
    const word = isWritten ? 'let' : 'const'
    if (name === options.localsName) add(`${word} ${name}: T$Data = t$data`, offset)
    else if (hasFallback(name, NO_HELPERS)) {
      add(`${word} ${name} = null as unknown as T$Known<T$Data, '${name}'>`, offset)
    } else add(`${word} { ${name} } = t$data`, offset)
  }
  add('{')
  const head = `${lines.join('\n')}\n`
  const text = `${head}${draft(template, print)}\n}}\n`
  const starts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)]
  return {
    text,
    offsetAt: (line, column) => {
      const at = (starts[line - 1] ?? text.length) + column - 1
      if (at >= head.length) return Math.min(at - head.length, source.text.length)
      const place = places.findLast((each) => each.line <= line)
      // A line that was copied has its columns, but for an import's path; any other is of one place.
      const offset = place === undefined ? 0 : place.offset + (place.isCopied ? column - 1 : 0)
      return Math.min(offset, source.text.length)
    },
  }
}

const NO_HELPERS = { helpers: new Set<string>() } as unknown as Parameters<typeof hasFallback>[1]

/** Names that the data must have, each with the place of its first use. */
function namesOf({
  free,
  words,
  pagelets,
}: Template): Map<string, { offset: number; isWritten: boolean }> {
  const own = new Set([...words, ...pagelets].map(({ call }) => call.callee.start))
  const names = new Map<string, { offset: number; isWritten: boolean }>()
  for (const { name, start, use } of free) {
    if (own.has(start) || NEVER.has(name)) continue
    const isWritten = use === 'write' || use === 'update'
    const before = names.get(name)
    if (before) before.isWritten ||= isWritten
    else names.set(name, { offset: start, isWritten })
  }
  return names
}

const NEVER = new Set([
  'undefined',
  'NaN',
  'Infinity',
  'eval',
  'arguments',
  'include',
  'globalThis',
])

/** The JavaScript of a template; an output tag becomes a call, of a name that has one letter. */
function draft({ source: { text }, nodes }: Template, print: string): string {
  let code = ''
  for (const node of nodes) {
    code += ' '.repeat(node.start - code.length)
    if (node.type === 'text') code += ';'
    else if (node.type === 'code') {
      code += ';'.padStart(node.codeStart - node.start)
      code += `${text.slice(node.codeStart, node.codeEnd)}\n`
    } else if (node.type !== 'comment') {
      code += `;${print}(`.padStart(node.codeStart - node.start)
      code += `${expressionText(text, node.codeStart, node.codeEnd)}\n)`
    }
  }
  return code
}

/** A tag has room for one letter between its semicolon and its parenthesis. */
function unusedLetter(text: string): string {
  for (let code = 0x3b1; ; code++) {
    const letter = String.fromCharCode(code)
    if (!text.includes(letter)) return letter
  }
}

function relative(folder: string, found: string): string {
  const joined = path.posix.join(folder, found)
  return joined.startsWith('.') ? joined : `./${joined}`
}
