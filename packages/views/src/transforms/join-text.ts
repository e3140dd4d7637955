import type { TemplateNode } from '../language/ast.ts'

/** Drops comments, empty texts and empty output tags, and joins texts that have become neighbours. */
export function joinText(nodes: readonly TemplateNode[], text: string): TemplateNode[] {
  const joined: TemplateNode[] = []
  for (const node of nodes) {
    if (node.type === 'comment') continue
    if (node.type === 'text') {
      if (node.value === '') continue
      const last = joined.at(-1)
      if (last?.type === 'text') {
        joined[joined.length - 1] = { ...last, value: last.value + node.value, end: node.end }
        continue
      }
    } else if (node.type !== 'code' && text.slice(node.codeStart, node.codeEnd).trim() === '') {
      continue // EJS prints nothing for <%= %>
    }
    joined.push(node)
  }
  return joined
}
