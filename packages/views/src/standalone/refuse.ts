import type { Template } from '../language/analyse.ts'
import { TemplateOptionError } from '../source/errors.ts'
import type { ResolvedOptions } from '../options.ts'
import { describePlace, type Source } from '../source/source.ts'

/**
 * Refuses a template that could not do without the engine what it does with it.
 *
 * @throws {TemplateOptionError} TEMPLATE_BAD_OPTION with the place and the reason.
 */
export function refuseWhatNeedsTheEngine(
  {
    source,
    nodes,
    includes,
    words,
    pagelets,
  }: Pick<Template, 'source' | 'nodes' | 'includes' | 'words' | 'pagelets'>,
  { escapeBy }: Pick<ResolvedOptions, 'escapeBy'>,
): void {
  const [word] = words
  if (word) {
    const reason = `${word.word}() is put together by the engine; layouts and blocks are not possible`
    throw refusal(source, word.call.start, reason)
  }
  const [pagelet] = pagelets
  if (pagelet) {
    throw refusal(source, pagelet.call.start, 'pagelet() is put into its place by the engine')
  }
  for (const { call, name } of includes) {
    if (name !== undefined) continue
    const reason = 'the name of an include must be written out, so that its template can come along'
    throw refusal(source, call.start, reason)
  }
  if (escapeBy === 'html') return
  const included = new Set(includes.map(({ tag }) => tag))
  for (const node of nodes) {
    if (node.type !== 'raw' || included.has(node)) continue
    const reason =
      'the compiler watches that raw output stays in its place, and does not come along; use <%= %>, or `escapeBy: "html"`'
    throw refusal(source, node.start, reason)
  }
}

function refusal(source: Source, offset: number, reason: string): TemplateOptionError {
  const place = describePlace(source, offset)
  return new TemplateOptionError('standalone', `Cannot make ${place} stand alone: ${reason}`)
}
