import type { TemplateNode, TextNode, TrimAfter } from '../language/ast.ts'

/**
 * Takes away the white space that tags ask for (`<%_`, `-%>`, `_%>`) and, with `everyLine`, what
 * stands at both ends of each line (EJS's `rmWhitespace`).
 */
export function trimWhitespace(nodes: readonly TemplateNode[], everyLine = false): TemplateNode[] {
  return nodes.map((node, i) => {
    if (node.type !== 'text') return node
    let { value } = node
    if (everyLine) value = trimLines(value, i === 0, i === nodes.length - 1)
    const before = nodes[i - 1]
    const after = nodes[i + 1]
    if (after && after.type !== 'text' && after.slurpsBefore) value = value.replace(/[ \t]+$/, '')
    if (before && before.type !== 'text') value = trimStart(value, before.trimsAfter)
    return value === node.value ? node : ({ ...node, value } satisfies TextNode)
  })
}

function trimStart(value: string, trim: TrimAfter): string {
  if (trim === 'nothing') return value
  const rest = trim === 'newline' ? value : value.replace(/^[ \t]+/, '')
  return rest.replace(/^(?:\r\n|\r|\n)/, '')
}

/** Lines as a whole only: what touches a tag is not at the end of a line. */
function trimLines(value: string, isFirst: boolean, isLast: boolean): string {
  const lines = value.split(/[\r\n]+/)
  const last = lines.length - 1
  const trimmed = lines.map((line, i) => {
    let text = line
    if (i > 0 || isFirst) text = text.trimStart()
    if (i < last || isLast) text = text.trimEnd()
    return text
  })
  // A blank line goes, the line break before a tag stays.
  const kept = trimmed.filter(
    (line, i) => line !== '' || (i === 0 && !isFirst) || (i === last && !isLast),
  )
  return kept.join('\n')
}
