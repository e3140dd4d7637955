import { type Context, TEXT } from '../contexts/context.ts'
import { sameContext } from '../contexts/join.ts'
import type { LayoutWord } from '../language/layout-words.ts'

/** The blocks of a template, with the place where each is printed; `undefined` when there are several. */
export type BlockPlaces = ReadonlyMap<string, Context | undefined>

/**
 * What the layouts of a template have blocks for. A block that its layout has is given to the
 * layout; any other is printed where it stands.
 */
export interface LayoutBlocks {
  defines(word: LayoutWord, name: string | undefined): boolean
  /** The place that a block's content is written for. */
  placeOf(name: string | undefined): Context
}

export const NO_LAYOUT: LayoutBlocks = { defines: () => false, placeOf: () => TEXT }

/** For a layout whose name is only known when it runs: all blocks but `body` are taken to be its. */
export const UNKNOWN_LAYOUT: LayoutBlocks = {
  defines: (_word, name) => name !== 'body',
  placeOf: () => TEXT,
}

export function blocksOfLayouts(layouts: readonly BlockPlaces[]): LayoutBlocks {
  const all = mergePlaces(layouts)
  return {
    defines: (_word, name) => name !== undefined && name !== 'body' && all.has(name),
    placeOf: (name) => (name === undefined ? undefined : all.get(name)) ?? TEXT,
  }
}

export function mergePlaces(maps: readonly BlockPlaces[]): Map<string, Context | undefined> {
  const all = new Map<string, Context | undefined>()
  for (const map of maps) {
    for (const [name, place] of map) {
      const other = all.get(name)
      const isOne = !all.has(name) || (place && other && sameContext(place, other))
      all.set(name, isOne ? place : undefined)
    }
  }
  return all
}
