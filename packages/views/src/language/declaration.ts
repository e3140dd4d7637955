import { parse } from './parse.ts'
import { type Delimiters, tokenize } from './tokenize.ts'
import type { Source } from '../source/source.ts'

/** What a template says that it wants: TypeScript, in a comment that begins with `@types`. */
export interface Declaration {
  readonly text: string
  /** Where the text stands in the template. */
  readonly offset: number
}

/** Undefined for a template that declares nothing. */
export function declarationIn(source: Source, delimiters: Delimiters): Declaration | undefined {
  for (const node of parse(source, tokenize(source, delimiters), delimiters)) {
    if (node.type !== 'comment') continue
    const found = /^\s*@types\b/.exec(source.text.slice(node.codeStart, node.codeEnd))
    if (!found) continue
    const offset = node.codeStart + found[0].length
    return { text: source.text.slice(offset, node.codeEnd), offset }
  }
  return undefined
}

/**
 * The text with each relative path of an import changed.
 *
 * @param change - gives the path as it is seen from where the text will stand.
 */
export function withImports(text: string, change: (path: string) => string): string {
  return text.replace(
    /(\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)(["'])(\.[^"']*)\2/g,
    (_whole, before: string, quote: string, found: string) =>
      `${before}${quote}${change(found)}${quote}`,
  )
}
