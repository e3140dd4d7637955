// What a declaration looks like from outside: its text without a body, and without the comments in it.

/** The text of a declaration up to its body; undefined where the name says it all. */
export function signatureOf({ text, comments }, node) {
  const [from, to] = extentOf(node)
  if (to <= from) return undefined
  const kept = comments
    .filter((each) => each.start >= from && each.end <= to)
    .toSorted((one, other) => other.start - one.start)
    .reduce(
      (made, each) => made.slice(0, each.start - from) + made.slice(each.end - from),
      text.slice(from, to),
    )
  return kept
    .replaceAll(/\s+/g, ' ')
    .replace(/[\s;={]+$/, '')
    .trim()
}

function extentOf(node) {
  if (node.type === 'VariableDeclaration') return [node.start, declaredTo(node.declarations[0])]
  // A type literal's members follow as sections of their own.
  if (node.typeAnnotation?.type === 'TSTypeLiteral' && node.type === 'TSTypeAliasDeclaration')
    return [node.start, node.typeAnnotation.start]
  if (node.type === 'PropertyDefinition' && !node.typeAnnotation) return [node.start, node.key.end]
  if (node.type === 'PropertyDefinition') return [node.start, node.typeAnnotation.end]
  const body = node.body ?? node.value?.body
  return [node.start, body?.start ?? node.end]
}

function declaredTo({ id, init }) {
  if (id.typeAnnotation || !init) return id.end
  return init.body && init.type.endsWith('FunctionExpression') ? init.body.start : id.end
}
