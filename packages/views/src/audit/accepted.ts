import { parse } from '../language/parse.ts'
import { type Delimiters, tokenize } from '../language/tokenize.ts'
import type { Source } from '../source/source.ts'

/**
 * What a template's author has accepted, and why: `<%# @raw why %>` right before a tag, with nothing but
 * white space between.
 *
 * @returns the reasons by the start of the tags; an empty one where none is given.
 */
export function acceptedIn(source: Source, delimiters: Delimiters): Map<number, string> {
  const accepted = new Map<number, string>()
  let reason: string | undefined
  for (const node of parse(source, tokenize(source, delimiters), delimiters)) {
    if (node.type === 'comment') {
      const text = source.text.slice(node.codeStart, node.codeEnd)
      const found = /^\s*@raw(?:\s+|$)([^]*)$/.exec(text)
      if (found) reason = (found[1] as string).trim().replace(/\s+/g, ' ')
    } else if (node.type !== 'text') {
      if (reason !== undefined) accepted.set(node.start, reason)
      reason = undefined
    } else if (node.value.trim() !== '') reason = undefined
  }
  return accepted
}
