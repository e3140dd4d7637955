import type { Program } from 'acorn'

import type { TemplateNode } from './ast.ts'
import type { Span } from './errors.ts'
import { parseDraft } from './draft.ts'
import { findNames, type FreeName, type Names } from './free-names.ts'
import { findStructure, type Structure } from './structure.ts'
import type { Source } from './source.ts'

/** A template with all that its JavaScript tells about it; offsets are those of the source. */
export interface Template extends Names, Structure {
  readonly source: Source
  readonly nodes: readonly TemplateNode[]
  /** Undefined for a template whose tags only name values: those need no parser. */
  readonly program: Program | undefined
}

/** Reads a template's JavaScript once. */
export function analyse(
  source: Source,
  nodes: readonly TemplateNode[],
  words: 'layout words' | 'no words' = 'no words',
): Template {
  const plain = plainPaths(source, nodes)
  if (plain) {
    const free = plain
    return {
      source,
      nodes,
      free,
      vars: NO_NAMES,
      paramUses: NO_OFFSETS,
      declared: NO_NAMES,
      program: undefined,
      isAsync: false,
      returns: [],
      printsInFunction: false,
      includes: [],
      words: [],
      statementStarts: NO_OFFSETS,
    }
  }
  const { program, comments } = parseDraft(source, nodes)
  // `<% /* %>…<% */ %>` takes out what stands between.
  const live = outside(comments, nodes)
  const names = findNames(program)
  return {
    source,
    nodes: live,
    program,
    ...names,
    ...findStructure(source, live, program, names, words),
  }
}

/** The nodes that do not lie in a comment; both stand in order. */
function outside(
  comments: readonly Span[],
  nodes: readonly TemplateNode[],
): readonly TemplateNode[] {
  if (comments.length === 0) return nodes
  let i = 0
  return nodes.filter(({ start, end }) => {
    while (i < comments.length && (comments[i] as Span).end < end) i++
    const comment = comments[i]
    return !comment || comment.start > start
  })
}

const PLAIN_PATH = /^\s*([A-Za-z_$][\w$]*)(?:\.[A-Za-z_$][\w$]*)*\s*;?\s*$/
// Words that look like a name and are none.
const WORDS = new Set(
  'this null true false typeof void delete new await yield let static async function class super debugger return throw var const if else for while do switch case break continue default try catch finally with in instanceof import export enum'.split(
    ' ',
  ),
)

/** The names of a template in which each tag prints a name or a path; undefined for any other. */
function plainPaths({ text }: Source, nodes: readonly TemplateNode[]): FreeName[] | undefined {
  const free: FreeName[] = []
  for (const node of nodes) {
    if (node.type === 'text') continue
    if (node.type !== 'escaped' && node.type !== 'raw') return undefined
    const code = text.slice(node.codeStart, node.codeEnd)
    const name = PLAIN_PATH.exec(code)?.[1]
    if (name === undefined || WORDS.has(name)) return undefined
    const start = node.codeStart + code.indexOf(name)
    free.push({ name, start, end: start + name.length, use: 'read', parent: NO_PARENT })
  }
  return free
}

const NO_OFFSETS: ReadonlySet<number> = new Set()
const NO_NAMES: ReadonlySet<string> = new Set()
const NO_PARENT = { type: 'EmptyStatement', start: 0, end: 0 } as const
