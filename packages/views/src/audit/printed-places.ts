import type { TagNode } from '../language/ast.ts'
import type { Template } from '../language/analyse.ts'
import { type Context, TEXT } from '../contexts/context.ts'
import { advance } from '../contexts/html-context.ts'
import { printIn } from '../contexts/print.ts'

/**
 * The places of a template's tags as its text shows them from top to bottom, without its JavaScript: for a
 * template whose ways do not end in one place, as only EJS allows. From where nothing can be told on, a tag
 * has none.
 */
export function placesInText({ nodes }: Template): Map<TagNode, Context | undefined> {
  const places = new Map<TagNode, Context | undefined>()
  let context: Context | undefined = TEXT
  for (const node of nodes) {
    if (node.type === 'text') context &&= advance(context, node.value)
    else if (node.type === 'escaped' || node.type === 'raw') {
      places.set(node, context)
      const printing: ReturnType<typeof printIn> | undefined = context && printIn(context)
      // What is refused is printed by EJS all the same, and where the page is then is open.
      context = printing && 'after' in printing ? printing.after : undefined
    }
    if (context?.mode === 'broken') context = undefined
  }
  return places
}

/** Whether the entities of text make any value safe in a place. */
export function isTextEnough(place: Context): boolean {
  const printing = printIn(place)
  if ('refusal' in printing) return false
  if (ENOUGH.has(printing.encoder)) return true
  const isQuoted = place.mode === 'double quoted' || place.mode === 'single quoted'
  const { inner } = place
  return (
    isQuoted && inner?.language === 'url' && inner.phase === 'settled' && inner.holds !== 'list'
  )
}

const ENOUGH: ReadonlySet<string> = new Set(['text', 'quoted plain', 'comment'])
