import { analyse, type Template } from './language/analyse.ts'
import { parse } from './language/parse.ts'
import { type Delimiters, tokenize } from './language/tokenize.ts'
import type { Source } from './source/source.ts'
import { joinText } from './transforms/join-text.ts'
import { trimWhitespace } from './transforms/trim-whitespace.ts'

export interface ReadOptions {
  readonly delimiters: Delimiters
  readonly rmWhitespace: boolean
  /** Whether `layout`, `block` and their like are words of the language. */
  readonly words: 'layout words' | 'no words'
}

/**
 * The stages whose result depends on the text alone.
 *
 * Without a cache of templates each page is compiled for each answer, and has mostly not changed since
 * the last one: so what a text was found to mean is remembered when it comes again, as V8 remembers what it
 * has compiled. A file is read anew all the same.
 *
 * @throws {TemplateSyntaxError} for a text that is no template.
 */
export function readText(source: Source, options: ReadOptions): Template {
  const { delimiters, rmWhitespace, words } = options
  const { open, mark, close } = delimiters
  const key = [open, mark, close, rmWhitespace, words, source.text].join('\0')
  const known = remembered.get(key)
  // The same text may be another file, and errors name it.
  if (known) return { ...keep(key, known), source }
  const tokens = tokenize(source, delimiters)
  const nodes = trimWhitespace(parse(source, tokens, delimiters), rmWhitespace)
  const template = analyse(source, joinText(nodes, source.text), words)
  // Trees of texts that never come again would only be in the way of the collector.
  return keep(key, remembered.has(key) ? template : undefined) ?? template
}

/** By text, the last one asked for at the end; undefined for one that came once. */
const remembered = new Map<string, Template | undefined>()

let characters = 0

function keep<Kept extends Template | undefined>(key: string, template: Kept): Kept {
  if (remembered.delete(key)) characters -= key.length
  remembered.set(key, template)
  characters += key.length
  for (const oldest of remembered.keys()) {
    if (characters <= MOST_CHARACTERS && remembered.size <= MOST_TEXTS) break
    remembered.delete(oldest)
    characters -= oldest.length
  }
  return template
}

/** Texts that are remembered: a few pages with all that they include. */
const MOST_TEXTS = 100

/** Characters of all of them; a syntax tree takes some 50 bytes for each. */
const MOST_CHARACTERS = 400_000
