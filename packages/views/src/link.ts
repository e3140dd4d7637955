import type { Template } from './language/analyse.ts'
import { type Context, TEXT } from './contexts/context.ts'
import { fail } from './source/fail.ts'
import {
  type BlockPlaces,
  blocksOfLayouts,
  type LayoutBlocks,
  mergePlaces,
  NO_LAYOUT,
  UNKNOWN_LAYOUT,
} from './transforms/layout-blocks.ts'
import type { Link } from './output/program.ts'
import type { Contexts } from './transforms/escape-by-context.ts'

/** What a template must know of one that it includes, or has as its layout. */
export interface Linkable {
  readonly isAsync: boolean
  /** The blocks that a template can fill which has this one as its layout. */
  readonly blocks: BlockPlaces
  /** Where a pagelet stands around which the template has no element: "page.html:3:4". */
  readonly barePagelet?: string | undefined
}

/** Gives the template that a name means, compiled for the place where it is wanted. */
export type Linker<Target extends Linkable> = (name: string, context: Context) => Target

/** The layouts of a template, as far as their names are written out. */
export interface Layouts<Target extends Linkable> {
  readonly targets: readonly Target[] | undefined
  readonly blocks: LayoutBlocks
  readonly places: readonly BlockPlaces[]
  readonly isAsync: boolean
}

const NO_LAYOUTS: Layouts<never> = { targets: [], blocks: NO_LAYOUT, places: [], isAsync: false }
const UNKNOWN_LAYOUTS: Layouts<never> = {
  targets: undefined,
  blocks: UNKNOWN_LAYOUT,
  places: [],
  isAsync: false,
}

/** Finds the layouts that are named; which one is taken may be known at run time only. */
export function linkLayouts<Target extends Linkable>(
  template: Template,
  link: Linker<Target>,
): Layouts<Target> {
  if (template.words.length === 0) return NO_LAYOUTS
  const calls = template.words.filter(({ word }) => word === 'layout')
  if (calls.length === 0) return NO_LAYOUTS
  const layouts: Target[] = []
  for (const { name, call } of calls) {
    if (name === undefined) return UNKNOWN_LAYOUTS
    layouts.push(linkFrom(template, call, () => link(name, TEXT)))
  }
  const places = layouts.map(({ blocks }) => blocks)
  return {
    targets: layouts,
    blocks: blocksOfLayouts(places),
    places,
    isAsync: layouts.some(({ isAsync }) => isAsync),
  }
}

function printedBlocks({ words }: Template, blocks: LayoutBlocks): BlockPlaces {
  const printed = new Map<string, Context>()
  for (const { word, name } of words) {
    if (word !== 'layout' && name !== undefined && !blocks.defines(word, name))
      printed.set(name, TEXT)
  }
  return printed
}

/** Finds the templates that are included by names which are written out. */
export function linkIncludes<Target extends Linkable>(
  template: Template,
  contexts: Contexts | undefined,
  link: Linker<Target>,
): Link<Target>[] {
  const links: Link<Target>[] = []
  if (template.includes.length === 0) return links
  for (const include of template.includes) {
    const { name, tag, call, isTopLevel, isAwaited } = include
    if (name === undefined) continue
    const place = (tag && contexts?.places.get(tag)) ?? TEXT
    const target = linkFrom(template, call, () => link(name, place))
    links.push({ include, target, awaits: target.isAsync && isTopLevel && !isAwaited })
  }
  return links
}

/** What is wrong with an included template is told with the way that led there. */
function linkFrom<Target>(
  template: Template,
  { start }: { start: number },
  link: () => Target,
): Target {
  try {
    return link()
  } catch (error) {
    throw fail(error, template.source, start)
  }
}

/** What a template that has this one as its layout can fill. */
export function blocksOf(
  template: Template,
  layouts: Layouts<Linkable>,
  contexts: Contexts | undefined,
): BlockPlaces {
  if (template.words.length === 0) return NO_BLOCKS
  const printed = contexts?.printed ?? printedBlocks(template, layouts.blocks)
  return mergePlaces([...layouts.places, printed])
}

const NO_BLOCKS: BlockPlaces = new Map()
