import type { AnyNode } from 'acorn'

import type { Template } from '../language/analyse.ts'
import type { Span } from '../source/errors.ts'
import { eachChild, isFunction } from '../language/walk.ts'

/** The first `await` that a template has outside of its functions. */
export function firstAwait({ isAsync, program }: Template): Span | undefined {
  let found: Span | undefined
  const visit = (node: AnyNode): void => {
    if (found || isFunction(node)) return
    const word = awaitOf(node)
    if (word === undefined) eachChild(node, visit)
    else found = { start: node.start, end: node.start + word.length }
  }
  if (isAsync && program) visit(program)
  return found
}

function awaitOf(node: AnyNode): string | undefined {
  if (node.type === 'AwaitExpression') return 'await'
  return node.type === 'ForOfStatement' && node.await ? 'for await' : undefined
}
