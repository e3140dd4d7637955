import type { Context } from '../contexts/context.ts'
import type { Template as Analysed } from '../language/analyse.ts'
import type { Linkable } from '../link.ts'
import type { GeneratedProgram, Link } from '../output/program.ts'
import type { Source } from '../source/source.ts'
import type { BlockPlaces } from '../transforms/layout-blocks.ts'

/** A template for one kind of place, which becomes a module of its own. */
export interface Unit extends Linkable {
  /** Its file below the roots, and for a place other than text a mark of that: "parts/row.html". */
  readonly key: string
  /** A real path. */
  readonly file: string
  readonly context: Context
  isAsync: boolean
  blocks: BlockPlaces
  barePagelet: string | undefined
  /** Whether it has places at which it can be left; known when it was asked for. */
  readonly stream: () => { readonly suspends: boolean }
  /** Undefined for one that stands as it was written before. */
  written: WrittenUnit | undefined
}

/** What a module is written from. */
export interface WrittenUnit {
  readonly source: Source
  readonly template: Analysed
  readonly program: GeneratedProgram
  readonly links: readonly Link<Target>[]
  /** Undefined when a name is only known at run time. */
  readonly layouts: readonly Target[] | undefined
  readonly streamed:
    | {
        readonly program: GeneratedProgram
        readonly links: readonly Link<Target>[]
        readonly layouts: readonly Target[] | undefined
      }
    | undefined
}

/** What a template names: another, or a name that no file has. */
export type Target = Unit | Absent

/** A template that is not there. */
export interface Absent extends Linkable {
  readonly absent: string
  readonly stream: () => { readonly suspends: boolean }
}

export function isAbsent(target: Target): target is Absent {
  return 'absent' in target
}
