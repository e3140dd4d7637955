import { TemplateSyntaxError } from '../source/errors.ts'
import type { Source } from '../source/source.ts'

/** The strings that open and close a tag: `open + mark` and `mark + close`. */
export interface Delimiters {
  readonly open: string
  readonly mark: string
  readonly close: string
}

export const DEFAULT_DELIMITERS: Delimiters = { open: '<', mark: '%', close: '>' }

/** A delimiter found in the text, or the text between two of them. Tokens cover the whole text. */
export interface Token {
  readonly type: TokenType
  readonly start: number
  readonly end: number
}

type TokenType =
  | 'text'
  | 'open code' // <%
  | 'open slurp' // <%_
  | 'open escaped' // <%=
  | 'open raw' // <%-
  | 'open comment' // <%#
  | 'literal open' // <%% prints <%
  | 'literal close' // %%> prints %>
  | 'close' // %>
  | 'close trim' // -%>
  | 'close slurp' // _%>

/**
 * Cuts a template at its delimiters. It does not look into the JavaScript, as EJS does not: a
 * closing delimiter inside a string closes the tag. Time is linear in the text.
 *
 * @throws {TemplateSyntaxError} TEMPLATE_UNCLOSED_TAG for a tag that is not closed before the next.
 */
export function tokenize(source: Source, delimiters: Delimiters = DEFAULT_DELIMITERS): Token[] {
  const { text } = source
  const { pattern, types } = delimiterPattern(delimiters)
  const tokens: Token[] = []
  let end = 0
  let opening: Token | undefined
  pattern.lastIndex = 0
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const type = types.get(found[0]) as TokenType // the pattern is built from the same keys
    const start = found.index
    if (start > end) tokens.push({ type: 'text', start: end, end: start })
    end = start + found[0].length
    const token: Token = { type, start, end }
    tokens.push(token)
    if (opening && !type.startsWith('close')) throw unclosed(source, opening)
    if (type.startsWith('open')) opening = token
    else if (type.startsWith('close')) opening = undefined
  }
  if (opening) throw unclosed(source, opening)
  if (end < text.length) tokens.push({ type: 'text', start: end, end: text.length })
  return tokens
}

function unclosed(source: Source, { start, end }: Token): TemplateSyntaxError {
  const tag = source.text.slice(start, end)
  return new TemplateSyntaxError(
    'TEMPLATE_UNCLOSED_TAG',
    `Could not find matching close tag for "${tag}".`, // EJS's words, which tools look for
    source,
    { start, end },
  )
}

interface DelimiterPattern {
  readonly pattern: RegExp
  readonly types: ReadonlyMap<string, TokenType>
}

const patterns = new Map<string, DelimiterPattern>()

function delimiterPattern({ open, mark, close }: Delimiters): DelimiterPattern {
  const key = JSON.stringify([open, mark, close])
  const known = patterns.get(key)
  if (known) return known
  // In EJS's order: of two spellings that fit at one place the earlier wins.
  const spellings: [string, TokenType][] = [
    [open + mark + mark, 'literal open'],
    [mark + mark + close, 'literal close'],
    [`${open + mark}=`, 'open escaped'],
    [`${open + mark}-`, 'open raw'],
    [`${open + mark}_`, 'open slurp'],
    [`${open + mark}#`, 'open comment'],
    [open + mark, 'open code'],
    [mark + close, 'close'],
    [`-${mark + close}`, 'close trim'],
    [`_${mark + close}`, 'close slurp'],
  ]
  const types = new Map<string, TokenType>()
  for (const [spelling, type] of spellings) if (!types.has(spelling)) types.set(spelling, type)
  const alternatives = [...types.keys()].map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  const made = { pattern: new RegExp(alternatives.join('|'), 'g'), types }
  if (patterns.size < 100) patterns.set(key, made)
  return made
}
