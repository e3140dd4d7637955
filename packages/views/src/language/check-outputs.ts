import type { AnyNode } from 'acorn'

import type { TagNode } from './ast.ts'
import { TemplateSyntaxError } from '../source/errors.ts'
import type { Source } from '../source/source.ts'

/** Makes sure that an output tag holds one expression: `a) + (b` would be two halves of which one escapes. */
export function checkWhole(source: Source, output: TagNode, { start, end }: AnyNode): void {
  if (start >= output.codeStart && end <= output.codeEnd) return
  throw new TemplateSyntaxError(
    'TEMPLATE_SYNTAX',
    'An output tag must hold one whole expression',
    source,
    { start: output.codeStart, end: output.codeEnd },
  )
}

/** Makes sure that each output tag stands where it can be printed: is one of the statements. */
export function checkStanding(
  source: Source,
  outputs: Iterable<TagNode>,
  statements: ReadonlySet<TagNode>,
): void {
  for (const output of outputs) {
    if (statements.has(output)) continue
    throw new TemplateSyntaxError(
      'TEMPLATE_SYNTAX',
      'An output tag must stand where a statement can stand',
      source,
      { start: output.start, end: output.end },
    )
  }
}
