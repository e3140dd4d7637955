import { PathSyntaxError } from '../errors.ts'
import { suggestSpelling } from './express4-spelling.ts'
import type { CaptureToken, ConstraintText, GroupToken, PathToken } from './tokens.ts'

/**
 * Reads a path of Express 5's grammar, with constraints on parameters, into tokens.
 *
 * @throws {PathSyntaxError} `ROUTER_BAD_PATH`, with the offset, and with today's spelling when the
 * path is written as Express 4 had it.
 */
export function parsePath(path: string): readonly PathToken[] {
  // The copy has no room for more: there is one of it for every route.
  return [...readTokens({ path, at: 0 }, undefined)]
}

interface Reader {
  readonly path: string
  at: number
}

function readTokens(reader: Reader, groupStart: number | undefined): PathToken[] {
  const { path } = reader
  const tokens: PathToken[] = []
  let text = ''
  let textStart = reader.at

  while (reader.at < path.length) {
    const start = reader.at
    const plain = readPlain(reader)
    if (plain !== '') {
      text += plain
      continue
    }
    const char = path[start]!
    if (char === '\\') {
      if (start + 1 === path.length) throw fail(reader, 'Unexpected end after \\', start)
      text += path[start + 1]
      reader.at += 2
      continue
    }
    if (text !== '') tokens.push({ type: 'text', value: text, start: textStart, end: start })
    text = ''
    if (char === '}' && groupStart !== undefined) {
      reader.at++
      return tokens
    }
    if (char === '{') tokens.push(readGroup(reader))
    else if (char === ':' || char === '*') tokens.push(readCapture(reader, char))
    else throw fail(reader, `Unexpected ${char}`, start)
    textStart = reader.at
  }
  if (groupStart !== undefined) throw fail(reader, 'Missing } for the group', groupStart)
  if (text !== '') tokens.push({ type: 'text', value: text, start: textStart, end: path.length })
  return tokens
}

// All but what has a meaning, here or in regular expressions and paths of older versions.
const PLAIN = /[^\\:*{}()[\]+?!]+/y

function readPlain(reader: Reader): string {
  PLAIN.lastIndex = reader.at
  const plain = PLAIN.exec(reader.path)?.[0] ?? ''
  reader.at += plain.length
  return plain
}

function readGroup(reader: Reader): GroupToken {
  const start = reader.at++
  const tokens = readTokens(reader, start)
  return { type: 'group', tokens, start, end: reader.at }
}

function readCapture(reader: Reader, sigil: ':' | '*'): CaptureToken {
  const start = reader.at++
  const name = reader.path[reader.at] === '"' ? readQuotedName(reader) : readName(reader)
  if (name === '') throw fail(reader, 'Missing parameter name', start)
  if (sigil === '*') return { type: 'splat', name, start, end: reader.at }
  const constraint = readConstraint(reader)
  return { type: 'param', name, constraint, start, end: reader.at }
}

const NAME = /[$_\p{ID_Start}][$\u200c\u200d\p{ID_Continue}]*/uy

function readName(reader: Reader): string {
  NAME.lastIndex = reader.at
  const name = NAME.exec(reader.path)?.[0] ?? ''
  reader.at += name.length
  return name
}

/** `:"any name"`: with `\` before a quote or a backslash. */
function readQuotedName(reader: Reader): string {
  const { path } = reader
  const start = reader.at
  let name = ''
  for (let at = start + 1; at < path.length; at++) {
    if (path[at] === '"') {
      reader.at = at + 1
      return name
    }
    if (path[at] === '\\') at++
    name += path[at] ?? ''
  }
  throw fail(reader, 'Unterminated quote', start)
}

function readConstraint(reader: Reader): ConstraintText | undefined {
  const { path } = reader
  const start = reader.at
  if (path[start] === '<') {
    const end = path.indexOf('>', start)
    if (end === -1) throw fail(reader, 'Missing > for the constraint', start)
    reader.at = end + 1
    return { kind: 'named', text: path.slice(start + 1, end), start: start + 1 }
  }
  if (path[start] === '(') {
    const end = closingParenthesis(path, start)
    if (end === -1) throw fail(reader, 'Missing ) for the pattern', start)
    reader.at = end + 1
    return { kind: 'pattern', text: path.slice(start + 1, end), start: start + 1 }
  }
  return undefined
}

function closingParenthesis(path: string, open: number): number {
  let depth = 0
  let inClass = false
  for (let at = open; at < path.length; at++) {
    const char = path[at]
    if (char === '\\') at++
    else if (inClass) inClass = char !== ']'
    else if (char === '[') inClass = true
    else if (char === '(') depth++
    else if (char === ')' && --depth === 0) return at
  }
  return -1
}

function fail({ path }: Reader, problem: string, offset: number): PathSyntaxError {
  return new PathSyntaxError(problem, path, offset, suggestSpelling(path))
}
