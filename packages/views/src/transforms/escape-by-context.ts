import type { AnyNode } from 'acorn'

import type { Template } from '../language/analyse.ts'
import type { TagNode } from '../language/ast.ts'
import type { Context } from '../contexts/context.ts'
import type { EncoderName } from '../contexts/encoders.ts'
import { type BlockPlaces, type LayoutBlocks, NO_LAYOUT } from './layout-blocks.ts'
import { type BlockPlace, Outputs } from './outputs.ts'
import { StatementFlow } from './statement-flow.ts'

/** Where in the page each part of a template prints. */
export interface Contexts {
  /** The encoder of each `<%= %>`. */
  readonly encoders: ReadonlyMap<TagNode, EncoderName>
  /** The context of each output tag. */
  readonly places: ReadonlyMap<TagNode, Context>
  /** Where the content of each block stands, by its call. */
  readonly blocks: ReadonlyMap<AnyNode, BlockPlace>
  /** The blocks that the template prints itself. */
  readonly printed: BlockPlaces
  readonly end: Context
}

/**
 * Follows a template's text through its JavaScript and finds the context of every output: both
 * branches of an `if` must end in one context, and the body of a loop or a callback where it began.
 *
 * @param start - the context in which the template is included; the text of a page otherwise.
 * @throws {TemplateContextError} TEMPLATE_CONTEXT with the places that disagree.
 */
export function escapeByContext(
  template: Template,
  start: Context,
  layoutBlocks: LayoutBlocks = NO_LAYOUT,
): Contexts {
  const made = new Outputs(template.source, template.nodes)
  const end = template.program
    ? new StatementFlow(template, made, layoutBlocks).program(template.program.body, start)
    : partByPart(template, made, start)
  const { encoders, places, blocks, printed } = made
  return { encoders, places, blocks, printed, end: end ?? start }
}

/** A template without statements. */
function partByPart({ nodes }: Template, made: Outputs, start: Context): Context {
  let context = start
  for (const node of nodes) {
    if (node.type === 'text') context = made.text(node, context)
    else if (node.type !== 'code') context = made.output(node, context)
  }
  return context
}
