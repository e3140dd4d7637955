import { PathSyntaxError } from '../errors.ts'
import type { PathToken } from './tokens.ts'

/**
 * Reads a path as Express 4 did: `:name?`, `:name*`, `:name+`, `*`, `(…)`, `x?`.
 *
 * Captures without a name are numbered, and what crosses slashes is text, not a list, both as
 * handlers of Express 4 expect it.
 *
 * @throws {PathSyntaxError} `ROUTER_BAD_PATH`, for what only a RegExp can say today.
 */
export function parseExpress4Path(path: string): readonly PathToken[] {
  const reader: Reader = { path, at: 0, tokens: [], text: '', textStart: 0, unnamed: 0 }
  while (reader.at < path.length) readPiece(reader)
  endText(reader)
  return reader.tokens
}

/**
 * Rewrites a path of Express 4 in today's grammar.
 *
 * @returns undefined when it says nothing of Express 4, or something that cannot be said today.
 */
export function suggestSpelling(path: string): string | undefined {
  try {
    const spelled = spell(parseExpress4Path(path))
    return spelled === path ? undefined : spelled
  } catch {
    return undefined
  }
}

interface Reader {
  readonly path: string
  readonly tokens: PathToken[]
  at: number
  /** Text that has been read and may still get a "?" or lose its last slash to a group. */
  text: string
  textStart: number
  unnamed: number
}

function readPiece(reader: Reader): void {
  const { path, at } = reader
  const char = path[at]!
  if (char === ':' && /\w/.test(path[at + 1] ?? '')) readNamed(reader)
  else if (char === '*') readStar(reader)
  else if (char === '(') readUnnamed(reader)
  else if (char === '?') readOptionalText(reader)
  else if (char === '+') throw fail(reader, 'Unexpected + (repeated text needs a RegExp)')
  else if (')[]{}'.includes(char)) throw fail(reader, `Unexpected ${char}`)
  else {
    reader.at += char === '\\' && at + 1 < path.length ? 2 : 1
    reader.text += path[reader.at - 1]
  }
}

function readNamed(reader: Reader): void {
  const { path } = reader
  const start = reader.at
  const name = /^:(\w+)/.exec(path.slice(start))![1]!
  reader.at += name.length + 1
  readCapture(reader, name, start)
}

function readUnnamed(reader: Reader): void {
  readCapture(reader, String(reader.unnamed++), reader.at)
}

/** Reads what may follow a name: a pattern, then "?", "*" or "+". */
function readCapture(reader: Reader, name: string, start: number): void {
  const { path } = reader
  const patternStart = reader.at + 1
  const pattern = path[reader.at] === '(' ? readPattern(reader) : undefined
  const modifier = path[reader.at] ?? ''
  const isRepeated = modifier === '*' || modifier === '+'
  const isOptional = modifier === '?' || modifier === '*'
  if (isRepeated || modifier === '?') reader.at++
  const end = reader.at
  const crossesSlashes = isRepeated || pattern === '*' || pattern === '.*' || pattern === '.+'
  if (isRepeated && pattern !== undefined) throw fail(reader, `Unexpected ${modifier}`)

  // The slash or dot in front belongs to what is optional: without the one there is not the other.
  const lead = isOptional && /[/.]$/.test(reader.text) ? reader.text.slice(-1) : ''
  if (lead !== '') reader.text = reader.text.slice(0, -1)
  endText(reader)
  const capture: PathToken = crossesSlashes
    ? { type: 'splat', name, asText: true, start, end }
    : {
        type: 'param',
        name,
        constraint:
          pattern === undefined
            ? undefined
            : { kind: 'pattern', text: pattern, start: patternStart },
        start,
        end,
      }
  if (isOptional) {
    const before: PathToken[] =
      lead === '' ? [] : [{ type: 'text', value: lead, start: start - 1, end: start }]
    reader.tokens.push({ type: 'group', tokens: [...before, capture], start, end })
  } else {
    reader.tokens.push(capture)
  }
  reader.textStart = end
}

function readPattern(reader: Reader): string {
  const { path, at: start } = reader
  let depth = 0
  for (let at = start; at < path.length; at++) {
    const char = path[at]
    if (char === '\\') at++
    else if (char === '(') depth++
    else if (char === ')' && --depth === 0) {
      reader.at = at + 1
      return path.slice(start + 1, at)
    }
  }
  throw fail(reader, 'Missing ) for the pattern')
}

/** `*`: anything, also nothing. */
function readStar(reader: Reader): void {
  const start = reader.at++
  endText(reader)
  const name = String(reader.unnamed++)
  const splat: PathToken = { type: 'splat', name, asText: true, start, end: reader.at }
  reader.tokens.push({ type: 'group', tokens: [splat], start, end: reader.at })
  reader.textStart = reader.at
}

function readOptionalText(reader: Reader): void {
  const value = reader.text.slice(-1)
  if (value === '') throw fail(reader, 'Unexpected ?')
  const start = reader.at - 1
  reader.text = reader.text.slice(0, -1)
  endText(reader)
  reader.at++
  const token: PathToken = { type: 'text', value, start, end: start + 1 }
  reader.tokens.push({ type: 'group', tokens: [token], start, end: reader.at })
  reader.textStart = reader.at
}

function endText(reader: Reader): void {
  const { text, textStart } = reader
  if (text !== '') {
    reader.tokens.push({ type: 'text', value: text, start: textStart, end: reader.at })
  }
  reader.text = ''
  reader.textStart = reader.at
}

function fail({ path, at }: Reader, problem: string): PathSyntaxError {
  return new PathSyntaxError(problem, path, at)
}

/** Writes tokens down in today's grammar. */
function spell(tokens: readonly PathToken[]): string {
  let spelled = ''
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'text') spelled += token.value.replaceAll(/[{}()[\]+?!:*\\]/g, '\\$&')
    else if (token.type === 'group') {
      const inside = spell(token.tokens)
      // A star in front of everything stands for paths, which begin with a slash.
      spelled += index === 0 && inside.startsWith('*') ? `/{${inside}}` : `{${inside}}`
    } else spelled += spellCapture(token)
  }
  return spelled
}

function spellCapture(token: Extract<PathToken, { type: 'param' | 'splat' }>): string {
  const isNumbered = /^\d/.test(token.name)
  if (token.type === 'splat') {
    const suffix = token.name === '0' ? '' : String(Number(token.name) + 1)
    return isNumbered ? `*splat${suffix}` : `*${token.name}`
  }
  const pattern = token.constraint?.text
  // `(s)?` was the way to write an optional text.
  if (isNumbered && pattern !== undefined && /^[\w-]+$/.test(pattern)) return pattern
  const name = isNumbered ? `"${token.name}"` : token.name
  return pattern === undefined ? `:${name}` : `:${name}(${pattern})`
}
