// Writes the JavaScript templates of packages/create from the TypeScript ones: the same program, its types
// taken away, formatted as everything here. Without `--write` it only compares.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { Visitor } from 'oxc-parser'

import { filesIn, parse, root } from './sources.mjs'

const templates = path.join(root, 'packages/create/templates')
const from = path.join(templates, 'typescript')
const to = path.join(templates, 'javascript')

/** Syntax that says only types: it goes, whole. */
const TYPES = [
  'TSTypeAnnotation',
  'TSTypeParameterDeclaration',
  'TSTypeParameterInstantiation',
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
]

const programs = filesIn(from)
  .map((file) => ({
    file: path.join(to, path.relative(from, file).replace(/\.ts$/, '.js')),
    text: formatted(withoutTypes(file)),
  }))
  .filter(({ text }) => text !== '')

const written = filesIn(to, /\.js$/)
const faults = [
  ...written.filter((file) => !programs.some((program) => program.file === file)),
  ...programs.filter(
    ({ file, text }) => !written.includes(file) || readFileSync(file, 'utf8') !== text,
  ),
].map((each) => each.file ?? each)

if (process.argv.includes('--write')) {
  for (const file of written) rmSync(file)
  for (const { file, text } of programs) {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
} else if (faults.length > 0) {
  for (const file of faults)
    console.error(`${path.relative(root, file)} is not what its TypeScript says; run with --write`)
  process.exitCode = 1
} else console.log(`${programs.length} templates in JavaScript are what their TypeScript says`)

/** The text of a program that does the same without types; empty when there is nothing else in it. */
function withoutTypes(file) {
  const { text, program, comments } = parse(file)
  const cuts = []
  const cut = (node) => cuts.push({ start: node.start, end: node.end, put: '' })
  const tail = (node) => cuts.push({ start: node.expression.end, end: node.end, put: '' })
  const whole = (node) => {
    const doc = comments.findLast(({ end }) => end < node.start)
    const isItsOwn = doc && text.slice(doc.end, node.start).trim() === '' && doc.type === 'Block'
    const end = text[node.end] === '\n' ? node.end + 1 : node.end
    cuts.push({ start: isItsOwn ? doc.start : node.start, end, put: '' })
  }
  const specifiers = (node) => {
    const types = node.specifiers?.filter((each) => each.importKind === 'type') ?? []
    const names = types.map((each) => text.slice(each.start, each.end))
    if (node.importKind === 'type') whole(node)
    else
      for (const name of names) {
        const start = text.indexOf(name, node.start)
        const end = start + name.length
        cuts.push({ start, end: text[end] === ',' ? end + 1 : end, put: '' })
      }
    const { source } = node
    if (source.value.startsWith('.') && node.importKind !== 'type')
      cuts.push({ start: source.end - 4, end: source.end - 1, put: '.js' })
  }
  new Visitor({
    ...Object.fromEntries(TYPES.map((type) => [type, cut])),
    TSAsExpression: tail,
    TSSatisfiesExpression: tail,
    TSNonNullExpression: tail,
    ImportDeclaration: specifiers,
    PropertyDefinition(node) {
      if (node.readonly) {
        const start = text.indexOf('readonly', node.start)
        cuts.push({ start, end: start + 'readonly'.length, put: '' })
      }
    },
  }).visit(program)
  for (const node of program.body) {
    const declaration = node.declaration ?? node
    if (/^TS(?:Interface|TypeAlias)Declaration$/.test(declaration.type)) whole(node)
  }
  return apply(text, cuts)
}

/** Makes the changes, of which an outer one takes the inner ones with it. */
function apply(text, cuts) {
  let result = ''
  let at = 0
  for (const { start, end, put } of cuts.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < at) continue
    result += text.slice(at, start) + put
    at = end
  }
  return (result + text.slice(at)).trim()
}

function formatted(text) {
  if (text === '') return ''
  const { status, stdout, stderr } = spawnSync(
    path.join(root, 'node_modules/.bin/oxfmt'),
    ['--stdin-filepath=template.js'],
    { cwd: root, input: text, encoding: 'utf8' },
  )
  if (status !== 0) throw new SyntaxError(stderr)
  return stdout
}
