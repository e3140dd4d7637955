import { PathSyntaxError } from '../errors.ts'
import type { FlatToken, PathToken } from './tokens.ts'

/** As many as Express allows. More is an accident, and doubles with each further group. */
const MOST_ALTERNATIVES = 256

/**
 * Writes optional groups out: `/a{/:b}` becomes `/a/:b` and `/a`, in the order they are tried.
 *
 * @throws {PathSyntaxError} `ROUTER_BAD_PATH` when there are more than 256 (CVE-2026-4926: without
 * a limit thirty groups in a row take the memory of the whole process), or when nothing separates
 * two captures, so that no one could say where the first ends.
 */
export function alternativesOf(
  path: string,
  tokens: readonly PathToken[],
): readonly (readonly FlatToken[])[] {
  if (isFlat(tokens)) {
    requireSeparators(path, tokens)
    return [tokens]
  }
  const alternatives: FlatToken[][] = []
  expand(tokens, 0, [], (flat) => {
    if (alternatives.length === MOST_ALTERNATIVES) {
      throw new PathSyntaxError(
        `Too many path combinations (more than ${MOST_ALTERNATIVES})`,
        path,
        path.indexOf('{'),
      )
    }
    requireSeparators(path, flat)
    alternatives.push(flat)
  })
  return alternatives
}

function isFlat(tokens: readonly PathToken[]): tokens is readonly FlatToken[] {
  return tokens.every(({ type }) => type !== 'group')
}

function expand(
  tokens: readonly PathToken[],
  from: number,
  before: readonly FlatToken[],
  emit: (flat: FlatToken[]) => void,
): void {
  const flat = [...before]
  for (let index = from; index < tokens.length; index++) {
    const token = tokens[index]!
    if (token.type === 'group') {
      expand(token.tokens, 0, flat, (inside) => expand(tokens, index + 1, inside, emit))
    } else {
      flat.push(token)
    }
  }
  emit(flat)
}

function requireSeparators(path: string, flat: readonly FlatToken[]): void {
  for (let index = 1; index < flat.length; index++) {
    const token = flat[index]!
    const previous = flat[index - 1]!
    if (token.type !== 'text' && previous.type !== 'text') {
      throw new PathSyntaxError(
        `Missing text between "${previous.name}" and "${token.name}"`,
        path,
        token.start,
      )
    }
  }
}
