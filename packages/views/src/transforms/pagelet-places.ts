import type { AnyNode } from 'acorn'

import type { Template } from '../language/analyse.ts'
import type { IncludeCall } from '../language/structure.ts'
import type { Context } from '../contexts/context.ts'
import { describeContext } from '../contexts/describe.ts'
import { describePlace, type Source } from '../source/source.ts'
import { contextError } from './meet.ts'

/**
 * Makes sure that the elements around a pagelet are ones in which any content can stand. In a table or a
 * select a browser moves what does not belong there, out of the place that the content is to take.
 *
 * Tags are read in the order in which they are written.
 *
 * @param links - what the template includes, which may have pagelets with no element around.
 * @returns where such a pagelet stands in this template, or in what it includes.
 * @throws {TemplateContextError} TEMPLATE_CONTEXT
 */
export function checkPageletPlaces(
  template: Template,
  links: readonly { readonly include: IncludeCall; readonly target: WithPagelet }[],
): string | undefined {
  const { source, pagelets } = template
  let bare: string | undefined
  for (const { call } of pagelets) {
    const around = elementAround(template, call)
    if (around === undefined) bare ??= describePlace(source, call.start)
    else if (NARROW.has(around)) {
      throw contextError(source, call, `A pagelet cannot stand in <${around}>: ${MOVED}`)
    }
  }
  for (const { include, target } of links) {
    const { barePagelet } = target
    // An include that is a value is a text, in which pagelets come in place.
    if (barePagelet === undefined || !include.tag || !include.isTopLevel) continue
    const around = elementAround(template, include.call)
    if (around === undefined) bare ??= barePagelet
    else if (NARROW.has(around)) {
      const what = `This includes the pagelet at ${barePagelet}, which cannot stand in <${around}>`
      throw contextError(source, include.call, `${what}: ${MOVED}`)
    }
  }
  return bare
}

const MOVED = 'a browser would read its content elsewhere'

interface WithPagelet {
  readonly barePagelet?: string | undefined
}

/** The innermost of the elements around a place that take some elements and no others, or end these. */
function elementAround({ nodes }: Template, { start }: AnyNode): string | undefined {
  const open: string[] = []
  for (const node of nodes) {
    if (node.start >= start) break
    if (node.type === 'text') follow(node.value, open)
  }
  return open.at(-1)
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
