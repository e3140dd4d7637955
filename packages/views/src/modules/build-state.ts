import { readFileSync } from 'node:fs'
import path from 'node:path'

import type { Context } from '../contexts/context.ts'

/** Changes when what is written does. */
export const FORMAT = 3

export const STATE_FILE = '_views/state.json'
/** Tells an engine what there is. */
export const INDEX_FILE = '_views/index.json'

/** What a build leaves for the next one, and for the engine that shows the lines around an error. */
export interface BuildState {
  /** The version of what wrote it, with the options that it was told. */
  readonly made: string
  /** The texts of the templates by their names. */
  readonly texts: Readonly<Record<string, string>>
  readonly units: Readonly<Record<string, UnitState>>
}

export interface UnitState {
  /** The template's name. */
  readonly name: string
  readonly context: Context
  readonly isAsync: boolean
  readonly suspends: boolean
  readonly blocks: readonly (readonly [name: string, place: Context | null])[]
  /** Where a pagelet stands with no element of the template around it. */
  readonly barePagelet?: string
  /** Keys of the units that it names. */
  readonly uses: readonly string[]
  /** The names by which it calls others: a new file may be what one means. */
  readonly called: readonly string[]
}

/** What an engine knows of all templates; each is in a file of its own, which is read when it is wanted. */
export interface ServedIndex {
  readonly format: number
  readonly extension: string
  readonly escapeBy: 'context' | 'html'
  /** The keys of the templates by their names. */
  readonly names: Readonly<Record<string, string>>
}

/** Where the program of a unit stands that an engine serves. */
export function servedFile(key: string): string {
  return `_views/served/${key}.cjs`
}

/** The same for its program that can be left, which few templates that are rendered are asked for. */
export function streamedFile(key: string): string {
  return `_views/streamed/${key}.cjs`
}

export function readState(folder: string): BuildState | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, STATE_FILE), 'utf8')) as BuildState
  } catch {
    // None, or none that can be read: everything is written anew.
    return undefined
  }
}

/** The units that must be written anew: what changed, and what names it. */
export function staleUnits(
  { texts: before, units }: BuildState,
  now: ReadonlyMap<string, string>,
): Set<string> {
  const changed = new Set<string>()
  const movedStems = new Set<string>()
  for (const name of new Set([...Object.keys(before), ...now.keys()])) {
    if (before[name] === now.get(name)) continue
    changed.add(name)
    // A file that comes or goes may be what a name means, or meant.
    if (before[name] === undefined || !now.has(name)) movedStems.add(stemOf(name))
  }
  const stale = new Set<string>()
  const users = new Map<string, string[]>()
  for (const [key, { name, uses, called }] of Object.entries(units)) {
    if (changed.has(name) || called.some((each) => movedStems.has(stemOf(each)))) stale.add(key)
    for (const used of uses) users.set(used, [...(users.get(used) ?? []), key])
  }
  // A set is walked to its end, also over what is added meanwhile.
  for (const key of stale) for (const user of users.get(key) ?? []) stale.add(user)
  return stale
}

function stemOf(name: string): string {
  return path.posix.parse(name).name
}
