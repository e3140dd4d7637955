// Reads what the packages declare to their users from the syntax trees: every public name, and every
// method, property and option of it, has a docstring. Of overloads the first has it for all.
import { existsSync } from 'node:fs'
import path from 'node:path'

import { filesIn, houses, parse, root } from './sources.mjs'

/** The one shape of every error, which docs/errors.md tells of. */
const ERROR_SHAPE = new Set(['name', 'code', 'status', 'statusCode', 'expose'])

const trees = {}
const faults = []
const seen = new Set()
for (const { folder, manifest, src } of houses) {
  if (path.basename(path.dirname(folder)) !== 'packages') continue
  for (const door of doorsOf(manifest, src))
    for (const exported of exportsOf(door)) visit(door, exported)
  for (const file of filesIn(src)) visitGlobals(file)
}
for (const each of faults) console.error(each)
if (faults.length > 0) process.exitCode = 1
else console.log(`${seen.size} public declarations, each with its docstring`)

/** The modules whose exports a user imports: the list of names where there is one, and each subpath. */
function doorsOf({ exports }, src) {
  const subpaths = Object.keys(exports).filter((key) => key !== '.' && !key.endsWith('.json'))
  const list = path.join(src, 'names.ts')
  return [
    existsSync(list) ? list : path.join(src, 'index.ts'),
    ...subpaths.map((key) => path.join(src, `${key.slice(2)}.ts`)),
  ]
}

function exportsOf(file) {
  const { module } = parsed(file)
  return module.staticExports.flatMap(({ entries }) =>
    entries.map((entry) => entry.exportName.name ?? 'default'),
  )
}

/** Asks a name of a module for its docstring, and all that a user can reach through it. */
function visit(file, name) {
  const fresh = declarationsOf(file, name).filter(({ at, node }) => !wasSeen(at, node))
  // A name may be a value and a type: one docstring does for both.
  if (fresh.length > 0 && !fresh.some(({ at, outer }) => isTold(at, outer)))
    fault(fresh[0].at, fresh[0].outer, name)
  for (const { at, node } of fresh) visitMembers(at, node, name)
}

function wasSeen(file, node) {
  const key = `${file}:${node.start}`
  const was = seen.has(key)
  seen.add(key)
  return was
}

function visitMembers(file, node, name) {
  for (const { expression } of node.extends ?? []) {
    if (expression.type === 'Identifier') visitBase(file, expression.name)
  }
  const type = node.typeAnnotation
  const members = node.body?.body ?? (type?.type === 'TSTypeLiteral' ? type.members : [])
  const asked = new Set()
  for (const member of members) {
    const label = labelOf(member)
    if (label === undefined || asked.has(label)) continue
    if (node.superClass && ERROR_SHAPE.has(label)) continue
    asked.add(label)
    if (!isTold(file, member)) fault(file, member, `${name}.${label}`)
  }
}

/** An interface may inherit what it does not export. */
function visitBase(file, name) {
  for (const { at, node } of declarationsOf(file, name))
    if (!wasSeen(at, node)) visitMembers(at, node, name)
}

/** What a package adds to the open interfaces of the global namespace. */
function visitGlobals(file) {
  for (const node of parsed(file).program.body) {
    if (node.type !== 'TSGlobalDeclaration' && node.kind !== 'global') continue
    visitNamespace(file, node)
  }
}

function visitNamespace(file, { body }) {
  for (const each of body.body) {
    const node = each.declaration ?? each
    if (node.type === 'TSModuleDeclaration') visitNamespace(file, node)
    if (node.type !== 'TSInterfaceDeclaration') continue
    if (!wasSeen(file, node)) visitMembers(file, node, node.id.name)
  }
}

/** What a user names a member by; undefined for what is no user's: private ones, and calls. */
function labelOf({ type, key, accessibility, computed }) {
  if (key === undefined || computed || accessibility === 'private') return undefined
  if (type === 'StaticBlock' || key.type === 'PrivateIdentifier') return undefined
  const label = key.name ?? String(key.value)
  return label === 'constructor' ? undefined : label
}

function isTold(file, node) {
  const { text, comments } = parsed(file)
  const before = comments.findLast(
    ({ type, value, end }) =>
      type === 'Block' &&
      value.startsWith('*') &&
      end <= node.start &&
      isOnlyLines(text.slice(end, node.start)),
  )
  return before !== undefined && /[a-z]/i.test(before.value.replace(/@\w+/g, ''))
}

function fault(file, node, label) {
  const line = parsed(file).text.slice(0, node.start).split('\n').length
  faults.push(`${path.relative(root, file)}:${line} ${label} has no docstring`)
}

/** Nothing but white space and line comments, which say why and not what. */
function isOnlyLines(text) {
  return /^\s*(\/\/[^\n]*\n\s*)*$/.test(text)
}

/** The declarations a name stands for, followed through imports and exports to where they are. */
function declarationsOf(file, name) {
  const { program, module } = parsed(file)
  for (const { entries } of module.staticExports)
    for (const { exportName, importName, localName, moduleRequest } of entries) {
      if ((exportName.name ?? 'default') !== name) continue
      if (moduleRequest) return followed(file, moduleRequest.value, importName.name)
      if (localName.name && localName.name !== name) return declarationsOf(file, localName.name)
    }
  const own = program.body.flatMap((statement) => declaredBy(file, statement, name))
  if (own.length > 0) return own
  for (const { moduleRequest, entries } of module.staticImports)
    for (const { localName, importName } of entries)
      if (localName.value === name)
        return followed(file, moduleRequest.value, importName.name ?? 'default')
  return []
}

function followed(file, specifier, name) {
  return specifier.startsWith('.')
    ? declarationsOf(path.resolve(path.dirname(file), specifier), name)
    : []
}

function declaredBy(at, outer, name) {
  const node = outer.declaration ?? outer
  const declared =
    node.type === 'VariableDeclaration'
      ? node.declarations.some(({ id }) => id.name === name)
      : node.id?.name === name || (name === 'default' && outer.type === 'ExportDefaultDeclaration')
  const isNamespace = node.type === 'TSModuleDeclaration'
  return declared && !isNamespace && node.type !== 'Identifier' ? [{ at, node, outer }] : []
}

function parsed(file) {
  trees[file] ??= parse(file)
  return trees[file]
}
