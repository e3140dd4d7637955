import { TemplateSyntaxError } from '../source/errors.ts'
import type { LayoutWord, WordCall } from './layout-words.ts'
import type { PageletCall } from './pagelet-calls.ts'
import type { Source } from '../source/source.ts'

const NEEDS: Readonly<Record<LayoutWord, readonly string[]>> = {
  layout: ['the name of a template'],
  block: ['a name'],
  append: ['a name', 'content'],
  prepend: ['a name', 'content'],
}

/** Makes sure that each word of layouts has what it needs: it may be meant for a function of the data. */
export function checkWords(
  source: Source,
  words: readonly WordCall[],
  pagelets: readonly PageletCall[],
): void {
  for (const { word, call } of words) {
    const isApart = pagelets.some(
      (each) => each.call.start < call.start && call.end < each.call.end,
    )
    if (!isApart) continue
    throw new TemplateSyntaxError(
      'TEMPLATE_SYNTAX',
      `\`${word}\` is about the page, and cannot stand in a pagelet, which is printed apart from it`,
      source,
      call,
    )
  }
  for (const { word, call } of words) {
    const needed = NEEDS[word]
    const isSpread = call.arguments.some(({ type }) => type === 'SpreadElement')
    if (isSpread || call.arguments.length >= needed.length) continue
    throw new TemplateSyntaxError(
      'TEMPLATE_SYNTAX',
      `\`${word}\` is a word of layouts here and needs ${needed.join(' and ')}`,
      source,
      call,
    )
  }
}
