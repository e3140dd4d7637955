import type { Program } from 'acorn'

import type { TemplateNode } from './ast.ts'
import type { Span } from '../source/errors.ts'
import { parseDraft } from './draft.ts'
import { findNames, type FreeName, type Names, readOf } from './free-names.ts'
import { findPagelets, type PageletCall } from './pagelet-calls.ts'
import type { WordCall } from './layout-words.ts'
import { plainName, type PlainName } from './plain-path.ts'
import { findStructure, type Structure } from './structure.ts'
import type { Source } from '../source/source.ts'

/** A template with all that its JavaScript tells about it; offsets are those of the source. */
export interface Template extends Names, Structure {
  readonly source: Source
  readonly nodes: readonly TemplateNode[]
  /** Undefined for a template whose tags only name values: those need no parser. */
  readonly program: Program | undefined
  /** What was left out of the program: see the draft. */
  readonly plainOutputs: ReadonlyMap<number, PlainName>
  readonly pagelets: readonly PageletCall[]
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
      plainOutputs: NO_OUTPUTS,
      isAsync: false,
      returns: [],
      printsInFunction: false,
      includes: [],
      words: [],
      statementStarts: NO_OFFSETS,
      hasWith: false,
      pagelets: [],
    }
  }
  const { program, comments, plainOutputs } = parseDraft(source, nodes)
  // `<% /* %>…<% */ %>` takes out what stands between.
  const live = outside(comments, nodes)
  const names = findNames(program, plainOutputs)
  const structure = findStructure(source, live, program, names, words)
  const pagelets =
    words === 'no words' ? [] : findPagelets(source, live, program, names, structure.words)
  return {
    source,
    nodes: live,
    program,
    plainOutputs,
    ...names,
    ...structure,
    words: withPagelets(structure.words, pagelets),
    pagelets,
    isAsync: structure.isAsync || pagelets.length > 0,
  }
}

/** A block with pagelets waits for them where they come in order. */
function withPagelets(
  words: readonly WordCall[],
  pagelets: readonly PageletCall[],
): readonly WordCall[] {
  const inside = pagelets.filter(({ within }) => within === 'block')
  if (inside.length === 0) return words
  return words.map((word) => {
    const has = ({ call }: PageletCall): boolean =>
      call.start > word.call.start && call.end < word.call.end
    return inside.some(has) ? { ...word, awaits: true } : word
  })
}

/** The nodes that do not lie in a comment; both stand in order. */
export function outside(
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

/** The names of a template in which each tag prints a name or a path; undefined for any other. */
function plainPaths({ text }: Source, nodes: readonly TemplateNode[]): FreeName[] | undefined {
  const free: FreeName[] = []
  for (const node of nodes) {
    if (node.type === 'text') continue
    const plain = plainName(text, node)
    if (!plain) return undefined
    free.push(readOf(plain))
  }
  return free
}

const NO_OUTPUTS: ReadonlyMap<number, PlainName> = new Map()
const NO_OFFSETS: ReadonlySet<number> = new Set()
const NO_NAMES: ReadonlySet<string> = new Set()
