import type { Template } from '../language/analyse.ts'
import { nearestName } from '../source/nearest-name.ts'
import { faultIn, type ViewFault } from './faults.ts'

/**
 * Finds blocks that a page fills and no layout of it has: they are printed where they stand, which is what a
 * misspelt name comes to. A template that is a layout itself may mean a place of its own.
 *
 * @param layoutOf - gives the key of the template that another one, by its key, names as its layout.
 */
export function blockFaults(
  templates: ReadonlyMap<string, Template>,
  layoutOf: (key: string, name: string) => string | undefined,
): ViewFault[] {
  const layouts = new Map<string, Layouts>()
  for (const [key, template] of templates) layouts.set(key, layoutsOf(key, template, layoutOf))
  const isLayout = new Set([...layouts.values()].flatMap(({ keys }) => keys))
  const someAreComputed = [...layouts.values()].some(({ isComputed }) => isComputed)
  const faults: ViewFault[] = []
  for (const [key, template] of templates) {
    const { keys, isComputed } = layouts.get(key) as Layouts // each has some
    if (keys.length === 0 || isComputed || someAreComputed || isLayout.has(key)) continue
    const there = blocksAbove(key, templates, layouts)
    if (!there) continue
    for (const { word, name, call } of template.words) {
      if (word === 'layout' || name === undefined || name === 'body' || there.has(name)) continue
      const nearest = nearestName(name, there)
      const meant = nearest === undefined ? '' : `; did you mean ${JSON.stringify(nearest)}?`
      const message = `No layout of this template has the block ${JSON.stringify(name)}${meant}`
      faults.push(faultIn(template, call.arguments[0]?.start ?? call.start, 'VIEWS_BLOCK', message))
    }
  }
  return faults
}

interface Layouts {
  readonly keys: readonly string[]
  /** Whether one is known only when it runs, or is not there. */
  readonly isComputed: boolean
}

function layoutsOf(
  key: string,
  { words }: Template,
  layoutOf: (key: string, name: string) => string | undefined,
): Layouts {
  const calls = words.filter(({ word }) => word === 'layout')
  const keys = calls.flatMap(({ name }) => (name === undefined ? [] : (layoutOf(key, name) ?? [])))
  return { keys, isComputed: keys.length < calls.length }
}

/** The blocks of a template's layouts and of theirs; undefined when it cannot be told. */
function blocksAbove(
  key: string,
  templates: ReadonlyMap<string, Template>,
  layouts: ReadonlyMap<string, Layouts>,
): Set<string> | undefined {
  const blocks = new Set<string>()
  const above = new Set(layouts.get(key)?.keys)
  // A set is walked to its end, also over what is added meanwhile.
  for (const each of above) {
    const template = templates.get(each)
    const theirs = layouts.get(each)
    if (!template || !theirs || theirs.isComputed) return undefined
    if (template.words.some(({ word, name }) => word !== 'layout' && name === undefined))
      return undefined
    for (const name of ownBlocks(template)) blocks.add(name)
    for (const next of theirs.keys) above.add(next)
  }
  return blocks
}

/** `append` and `prepend` print a block, too, where no layout has it. */
function ownBlocks({ words }: Template): Set<string> {
  return new Set(
    words.flatMap(({ word, name }) => (word !== 'layout' && name !== undefined ? [name] : [])),
  )
}
