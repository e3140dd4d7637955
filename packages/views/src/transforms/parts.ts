import type { TagNode, TemplateNode, TextNode } from '../language/ast.ts'
import { firstFrom } from '../language/structure.ts'
import type { Span } from '../source/errors.ts'

/**
 * The texts and outputs of a template, found by where their statements stand in the draft, and which of
 * them a walk over the statements has come to: one that it misses would be a hole in the escaping.
 */
export class Parts {
  private readonly nodes: readonly TemplateNode[]
  private readonly texts = new Map<number, TextNode>()
  private readonly outputs = new Map<number, TagNode>()
  private readonly visited = new Set<TagNode | TextNode>()

  constructor(nodes: readonly TemplateNode[]) {
    this.nodes = nodes
    for (const node of nodes) {
      if (node.type === 'text') this.texts.set(node.start, node)
      // By the draft's parenthesis, at which its statement starts.
      else if (node.type !== 'code') this.outputs.set(node.codeStart - 1, node)
    }
  }

  /** The text that is printed behind a statement, which is then come to. */
  textBehind({ end }: Span): TextNode | undefined {
    const text = this.texts.get(end - 1)
    if (text) this.visited.add(text)
    return text
  }

  /** The output that a statement is, if it is one. */
  outputOf({ start }: Span): TagNode | undefined {
    return this.outputs.get(start)
  }

  /** Notes that the walk has come to an output. */
  visit(output: TagNode): void {
    this.visited.add(output)
  }

  /** All parts of what is never reached, which are then come to; gives its outputs. */
  *unreachableIn({ start, end }: Span): Generator<TagNode> {
    const { nodes } = this
    // An output's statement begins inside of its tag.
    for (let i = Math.max(0, firstFrom(nodes, start) - 1); i < nodes.length; i++) {
      const node = nodes[i] as TemplateNode
      if (node.start >= end) break
      if (node.type === 'code') continue
      const at = node.type === 'text' ? node.start : node.codeStart - 1
      if (at < start || at >= end) continue
      this.visited.add(node)
      if (node.type !== 'text') yield node
    }
  }

  /** The first part that the walk has not come to. */
  get missed(): TagNode | TextNode | undefined {
    for (const parts of [this.texts, this.outputs]) {
      for (const part of parts.values()) if (!this.visited.has(part)) return part
    }
    return undefined
  }
}
