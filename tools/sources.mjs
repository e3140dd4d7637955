// What the checks read of the code: each source file of a package, parsed, with the modules it names.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { parseSync, Visitor } from 'oxc-parser'

export const root = path.resolve(import.meta.dirname, '..')

/** Every package and app: its folder, its manifest, and the sources under `src`. */
export const houses = ['packages', 'apps'].flatMap((group) =>
  readdirSync(path.join(root, group)).map((name) => {
    const folder = path.join(root, group, name)
    const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
    return { name: manifest.name, folder, manifest, src: path.join(folder, 'src') }
  }),
)

/** The files below a folder, TypeScript unless others are wanted, sorted. */
export function filesIn(folder, wanted = /\.[cm]?ts$/) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && wanted.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted()
}

/** A file's syntax tree, comments and text. Throws where it does not parse. */
export function parse(file) {
  const text = readFileSync(file, 'utf8')
  const { program, comments, module, errors } = parseSync(file, text)
  if (errors.length > 0) throw new SyntaxError(`${file}: ${errors[0].message}`)
  return { text, program, comments, module }
}

/** Every module that a file names: by `import` and `export … from`, types included, `import()` and `require()`. */
export function importsOf(file) {
  const { program, module } = parse(file)
  const named = new Set([
    ...module.staticImports.map((each) => each.moduleRequest.value),
    ...module.staticExports.flatMap((each) =>
      each.entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
  ])
  const literal = (node) => {
    if (node?.type === 'Literal' && typeof node.value === 'string') named.add(node.value)
  }
  new Visitor({
    ImportExpression: (node) => literal(node.source),
    TSImportType: (node) => literal(node.source ?? node.argument?.literal ?? node.argument),
    TSExternalModuleReference: (node) => literal(node.expression),
    CallExpression: (node) => {
      if (node.callee.type === 'Identifier' && node.callee.name === 'require')
        literal(node.arguments[0])
    },
  }).visit(program)
  return [...named]
}
