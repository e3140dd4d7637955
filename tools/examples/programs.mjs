// Makes whole programs of a page's blocks: joins what continues, and gives what is not declared.
import { parseSync, Visitor } from 'oxc-parser'

import { textOf } from './pages.mjs'

/** The programs of a page, each with its lines and the place in the page they came from. */
export function programsOf(page) {
  const programs = []
  for (const block of page.blocks) {
    if (block.kind === 'text' || block.kind === 'shown') continue
    if (block.kind === 'file' && !/\.[cm]?[jt]s$/.test(block.name)) continue
    if (block.kind === 'continues') {
      const last = programs.at(-1)
      if (!last) throw new SyntaxError(`line ${block.line}: no program to continue`)
      last.lines.push(...block.before, ...block.lines, ...block.after)
      last.asks.push(...block.asks)
      continue
    }
    programs.push({
      kind: block.kind,
      language: block.language,
      line: block.line,
      lines: [...block.before, ...block.lines, ...block.after],
      asks: [...block.asks],
    })
  }
  for (const { asks, lines } of programs)
    if (asks.length > 0 && !/\blisten\(|\bworker\(/.test(textOf(lines)))
      lines.push({ text: 'app.listen(0)' })
  for (const program of programs)
    program.lines = [...needed(page.given, program.lines), ...program.lines]
  return programs
}

/** Those of the given lines that declare what the program names and does not declare itself. */
function needed(given, lines) {
  const own = declaredIn(textOf(lines))
  const wanted = new Set()
  let seen = textOf(lines)
  for (const line of given.toReversed()) {
    const names = declaredIn(line.text)
    const isWanted = names.some((name) => new RegExp(`(?<![.\\w$])${name}(?![\\w$])`).test(seen))
    if (!isWanted || names.some((name) => own.includes(name))) continue
    wanted.add(line)
    seen += `\n${line.text}`
  }
  return given.filter((line) => wanted.has(line))
}

/** The names that a text declares at its top. */
function declaredIn(text) {
  const { program } = parseSync('example.mts', text)
  return program.body.flatMap((statement) => {
    const node = statement.declaration ?? statement
    if (node.type === 'ImportDeclaration') return node.specifiers.map(({ local }) => local.name)
    if (node.type === 'VariableDeclaration') return node.declarations.flatMap(({ id }) => bound(id))
    return node.id?.name ? [node.id.name] : []
  })
}

function bound(pattern) {
  if (pattern?.type === 'ObjectPattern')
    return pattern.properties.flatMap(({ value, argument }) => bound(value ?? argument))
  if (pattern?.type === 'ArrayPattern') return pattern.elements.flatMap(bound)
  if (pattern?.type === 'AssignmentPattern') return bound(pattern.left)
  if (pattern?.type === 'RestElement') return bound(pattern.argument)
  return pattern ? [pattern.name] : []
}

/**
 * The program with each `expression // → value` made a question: what the text claims against what it is.
 * Of `console.log(…) // → text` the question is what is printed.
 */
export function withClaims(name, text) {
  const { program, comments, errors } = parseSync(name, text)
  if (errors.length > 0) throw new SyntaxError(errors[0].message)
  const edits = []
  new Visitor({
    ExpressionStatement: ({ expression, end }) => {
      const comment = comments.find(
        (each) => each.start >= end && !text.slice(end, each.start).includes('\n'),
      )
      if (!comment?.value.startsWith(' → ')) return
      const claim = JSON.stringify(comment.value.slice(3).trim())
      const isPrint = text.slice(expression.start, expression.end).startsWith('console.log(')
      const [first] = expression.arguments ?? []
      const asked = isPrint ? first : expression
      edits.push(
        { at: asked.start, put: `claimed(${isPrint}, ${claim}, ` },
        { at: asked.end, put: ')' },
      )
    },
  }).visit(program)
  return edits
    .toSorted((one, other) => other.at - one.at)
    .reduce((made, { at, put }) => made.slice(0, at) + put + made.slice(at), text)
}
