// What a package declares to its users, read from the syntax trees: the doors, the names behind them followed to
// where they are declared, their members, and the docstring of each.
import { existsSync } from 'node:fs'
import path from 'node:path'

import { parse } from './sources.mjs'

const trees = {}

/** The modules whose exports a user imports: the list of names where there is one, and each subpath. */
export function doorsOf({ exports }, src) {
  const subpaths = Object.keys(exports).filter((key) => key !== '.' && !key.endsWith('.json'))
  const list = path.join(src, 'names.ts')
  return [
    { key: '.', file: existsSync(list) ? list : path.join(src, 'index.ts') },
    ...subpaths.map((key) => ({ key, file: path.join(src, `${key.slice(2)}.ts`) })),
  ]
}

/** The names that a module exports. */
export function exportsOf(file) {
  const { module } = parsed(file)
  return module.staticExports.flatMap(({ entries }) =>
    entries.map((entry) => entry.exportName.name ?? 'default'),
  )
}

/** The members of a declaration, with the name a user has for each. */
export function membersOf(node) {
  const type = node.typeAnnotation
  const members = node.body?.body ?? (type?.type === 'TSTypeLiteral' ? type.members : [])
  return Array.isArray(members)
    ? members.flatMap((member) => {
        const label = labelOf(member)
        return label === undefined ? [] : [{ label, member }]
      })
    : []
}

/** The names of the interfaces that one inherits from. */
export function basesOf(node) {
  return (node.extends ?? []).flatMap(({ expression }) =>
    expression.type === 'Identifier' ? [expression.name] : [],
  )
}

/** What a package adds to the open interfaces of the global namespace. */
export function globalsIn(file) {
  return parsed(file).program.body.flatMap((node) =>
    node.type === 'TSGlobalDeclaration' || node.kind === 'global' ? interfacesIn(node) : [],
  )
}

function interfacesIn({ body }) {
  return body.body.flatMap((each) => {
    const node = each.declaration ?? each
    if (node.type === 'TSModuleDeclaration') return interfacesIn(node)
    return node.type === 'TSInterfaceDeclaration' ? [node] : []
  })
}

/** What a user names a member by; undefined for what is no user's: private ones, what a base asked for, and calls. */
function labelOf({ type, key, accessibility, computed, override }) {
  if (key === undefined || computed || accessibility === 'private') return undefined
  if (accessibility === 'protected' && override) return undefined
  if (type === 'StaticBlock' || key.type === 'PrivateIdentifier') return undefined
  const label = key.name ?? String(key.value)
  return label === 'constructor' ? undefined : label
}

/** The docstring before a declaration, as it stands between its stars; undefined when nothing is told. */
export function docstringOf(file, node) {
  const { text, comments } = parsed(file)
  const before = comments.findLast(
    ({ type, value, end }) =>
      type === 'Block' &&
      value.startsWith('*') &&
      end <= node.start &&
      isOnlyLines(text.slice(end, node.start)),
  )
  const isTold = before !== undefined && /[a-z]/i.test(before.value.replace(/@\w+/g, ''))
  return isTold ? before.value : undefined
}

/** Nothing but white space and line comments, which say why and not what. */
function isOnlyLines(text) {
  return /^\s*(\/\/[^\n]*\n\s*)*$/.test(text)
}

/** The line at which a declaration begins. */
export function lineOf(file, node) {
  return parsed(file).text.slice(0, node.start).split('\n').length
}

/** The declarations a name stands for, followed through imports and exports to where they are. */
export function declarationsOf(file, name) {
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

/** A file's syntax tree, comments and text, read once. */
export function parsed(file) {
  trees[file] ??= parse(file)
  return trees[file]
}
