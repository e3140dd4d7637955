import type { AnyNode } from 'acorn'

import type { Template } from '../language/analyse.ts'
import type { Context } from '../contexts/context.ts'
import { describeContext } from '../contexts/describe.ts'
import type { Source } from '../source/source.ts'
import { contextError } from './meet.ts'

/**
 * Makes sure that the elements around a pagelet are ones in which any content can stand. In a table or a
 * select a browser moves what does not belong there, out of the place that the content is to take.
 *
 * Tags are read in the order in which they are written, within the one template.
 *
 * @throws {TemplateContextError} TEMPLATE_CONTEXT
 */
export function checkPageletPlaces({ source, nodes, pagelets }: Template): void {
  for (const { call } of pagelets) {
    const open: string[] = []
    for (const node of nodes) {
      if (node.start >= call.start) break
      if (node.type === 'text') follow(node.value, open)
    }
    const around = open.at(-1)
    if (around === undefined || !NARROW.has(around)) continue
    throw contextError(
      source,
      call,
      `A pagelet cannot stand in <${around}>: a browser would read its content elsewhere`,
    )
  }
}

/**
 * Makes sure that a pagelet stands where any text could: its content is put into the page later, as a
 * whole.
 *
 * @throws {TemplateContextError} TEMPLATE_CONTEXT
 */
export function checkPageletContext(source: Source, call: AnyNode, context: Context): void {
  const { mode, pending, foreign, noscript } = context
  if (mode === 'text' && pending === '' && foreign === '' && !noscript) return
  const place = foreign === '' ? describeContext(context) : `<${foreign}>`
  throw contextError(source, call, `A pagelet cannot stand in ${noscript ? '<noscript>' : place}`)
}

/** Elements that take some elements as content, and no others. */
const NARROW: ReadonlySet<string> = new Set(
  'head table thead tbody tfoot tr colgroup select optgroup option template'.split(' '),
)

const TAGS =
  /<!--[^]*?-->|<(script|style|textarea|title)\b[^]*?<\/\1|<(\/?)(head|body|table|caption|colgroup|thead|tbody|tfoot|tr|td|th|select|optgroup|option|template)(?=[\s/>]|$)/gi

/** Goes on in a text with the elements that are open. */
function follow(text: string, open: string[]): void {
  for (const [, , slash, name = ''] of text.matchAll(TAGS)) {
    const element = name.toLowerCase()
    if (element === '') continue
    if (slash === '') {
      open.push(element)
      continue
    }
    const at = open.lastIndexOf(element)
    if (at !== -1) open.length = at
  }
}
