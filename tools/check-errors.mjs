// Reads every error class from the syntax trees of the packages and compares them with the catalogue in
// docs/errors.md: each code with its class and its status, in both directions. Each class that is made
// with `new` says `code`, `status` and `expose`; a bare `Error`, `TypeError` or `RangeError` is thrown
// nowhere. `--write` puts the rows that the code gives into the page.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { Visitor } from 'oxc-parser'

import { filesIn, houses, parse, root } from './sources.mjs'

const BUILT_IN = new Set([
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'URIError',
  'AggregateError',
])

const faults = []
const rows = houses
  .filter(({ folder }) => path.basename(path.dirname(folder)) === 'packages')
  .flatMap(errorsOf)

const catalogue = path.join(root, 'docs/errors.md')
if (process.argv.includes('--write')) write()
else compare()

function write() {
  const table = rows.map(
    ({ code, name, status, house, when }) =>
      `| \`${code}\` | \`${name}\` | ${status} | ${house} | ${when} |\n`,
  )
  const page = readFileSync(catalogue, 'utf8')
  writeFileSync(
    catalogue,
    page.replace(/(?<=^\|---\|---\|---\|---\|---\|\n)(\|.*\n)+/m, table.join('')),
  )
}

function compare() {
  const page = readFileSync(catalogue, 'utf8')
  const listed = new Set(
    [...page.matchAll(/^\| `([^`]+)` \| `([^`]+)` \| ([^|]+) \| ([^|]+) \|/gm)].map(
      ([, code, name, status, house]) => line({ code, name, status, house }),
    ),
  )
  const found = new Set(rows.map(line))
  for (const each of found) if (!listed.has(each)) faults.push(`docs/errors.md lacks: ${each}`)
  for (const each of listed) if (!found.has(each)) faults.push(`no error in the code is: ${each}`)
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
  else console.log(`${found.size} errors, each in the catalogue`)
}

function line({ code, name, status, house }) {
  return [code, name, status, house].map((cell) => cell.trim()).join(' · ')
}

/** One row for each code of each error class of a package that is made with `new`. */
function errorsOf({ folder, src }) {
  const house = path.basename(folder)
  const classes = new Map()
  const made = new Set()
  for (const file of filesIn(src)) {
    const { program, comments, text } = parse(file)
    const where = path.relative(root, file)
    const register = (node) => {
      if (node.id) classes.set(node.id.name, describe(node, comments, text, where))
    }
    new Visitor({
      ClassDeclaration: register,
      NewExpression: ({ callee, start }) => {
        if (callee.type !== 'Identifier') return
        made.add(callee.name)
        if (BUILT_IN.has(callee.name))
          faults.push(
            `${where}:${text.slice(0, start).split('\n').length}: makes a bare ${callee.name}`,
          )
      },
    }).visit(program)
  }
  const family = (name) => {
    const each = classes.get(name)
    return each ? [each, ...family(each.parent)] : []
  }
  const isError = (name) => {
    const last = family(name).at(-1)
    return last !== undefined && BUILT_IN.has(last.parent)
  }
  return [...classes.keys()]
    .filter((name) => isError(name) && !classes.get(name).abstract)
    .flatMap((name) => {
      const [own, ...parents] = family(name)
      const field = (key) => [own, ...parents].find((each) => each.fields.has(key))?.fields.get(key)
      for (const key of ['code', 'status', 'expose'])
        if (made.has(name) && field(key) === undefined)
          faults.push(`${own.where}: ${name} has no ${key}`)
      const status = field('status')?.[0] ?? '–'
      // A class whose code its makers choose has the codes of its subclasses and of its own type alone.
      return (own.fields.get('code') ?? (made.has(name) ? field('code') : undefined) ?? []).map(
        (code) => ({
          code,
          name,
          status: /^\d{3}$/.test(status) ? status : '–',
          house,
          when: own.when,
        }),
      )
    })
    .toSorted((a, b) => a.code.localeCompare(b.code) || a.name.localeCompare(b.name))
}

/** What a class says of itself: its fields with the literals each may hold, and its first sentence. */
function describe(node, comments, text, where) {
  const fields = new Map()
  for (const member of node.body.body) {
    const key = member.key?.name
    if (key === undefined) continue
    if (member.type === 'PropertyDefinition')
      fields.set(key, literalsOf(member.value, member.typeAnnotation))
    if (member.type === 'MethodDefinition' && member.kind === 'get') fields.set(key, [])
    for (const parameter of member.kind === 'constructor' ? member.value.params : [])
      if (parameter.type === 'TSParameterProperty') fields.set(parameter.parameter.name, [])
  }
  return {
    where,
    fields,
    abstract: node.abstract === true,
    parent: node.superClass?.type === 'Identifier' ? node.superClass.name : undefined,
    when: firstSentence(docBefore(node, comments, text)),
  }
}

function literalsOf(value, annotation) {
  const node = value?.type === 'TSAsExpression' ? value.expression : value
  if (node?.type === 'Literal') return [String(node.value)]
  const type = annotation?.typeAnnotation
  const members = type?.type === 'TSUnionType' ? type.types : type ? [type] : []
  return members.flatMap((each) =>
    each.type === 'TSLiteralType' ? [String(each.literal.value)] : [],
  )
}

function docBefore(node, comments, text) {
  const doc = comments.findLast(({ type, end }) => type === 'Block' && end <= node.start)
  if (
    !doc ||
    !/^[\s]*(?:export\s*(?:default\s*)?)?(?:abstract\s*)?$/.test(text.slice(doc.end, node.start))
  )
    return ''
  return doc.value
}

function firstSentence(doc) {
  const [sentence = ''] = doc
    .replaceAll(/\s*\n\s*\*?\s?/g, ' ')
    .replace(/^\s*\*\s*/, '')
    .split(/(?<=\.)\s|@/)
  return sentence.trim()
}
