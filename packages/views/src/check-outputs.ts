import type { AnyNode, Program } from 'acorn'

import type { TagNode, TemplateNode } from './ast.ts'
import { TemplateSyntaxError } from './errors.ts'
import type { Source } from './source.ts'
import { eachChild } from './walk.ts'

/**
 * Makes sure that each output tag holds one expression, and stands where it can be printed: `a) + (b`
 * would be two halves of which one escapes.
 */
export function checkOutputs(
  source: Source,
  nodes: readonly TemplateNode[],
  program: Program,
): void {
  const outputs = new Map<number, TagNode>()
  for (const node of nodes) {
    if (node.type === 'escaped' || node.type === 'raw') outputs.set(node.codeStart - 1, node)
  }
  const visit = (node: AnyNode): void => {
    if (node.type === 'ExpressionStatement') {
      const output = outputs.get(node.start)
      if (output) {
        outputs.delete(node.start)
        const { start, end } = node.expression
        if (start < output.codeStart || end > output.codeEnd) {
          throw new TemplateSyntaxError(
            'TEMPLATE_SYNTAX',
            'An output tag must hold one whole expression',
            source,
            { start: output.codeStart, end: output.codeEnd },
          )
        }
      }
    }
    eachChild(node, visit)
  }
  visit(program)
  for (const output of outputs.values()) {
    throw new TemplateSyntaxError(
      'TEMPLATE_SYNTAX',
      'An output tag must stand where a statement can stand',
      source,
      { start: output.start, end: output.end },
    )
  }
}
