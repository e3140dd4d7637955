// Writes docs/api/*.md, a page for each package, from the docstrings of what it exports: every name, with every
// method, property and option of it. Without `--write` it only compares. An example that is no program is a fault.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { parseSync } from 'oxc-parser'

import {
  basesOf,
  declarationsOf,
  docstringOf,
  doorsOf,
  exportsOf,
  globalsIn,
  membersOf,
  parsed,
} from './declarations.mjs'
import { markdownOf } from './api/docstring.mjs'
import { signatureOf } from './api/signature.mjs'
import { filesIn, houses, root } from './sources.mjs'

const home = path.join(root, 'docs/api')
const isWriting = process.argv.includes('--write')
const pages = new Map()
const faults = []
for (const { folder, name, manifest, src } of houses)
  if (path.basename(path.dirname(folder)) === 'packages')
    pages.set(`${path.basename(folder)}.md`, pageOf(name, manifest, src))
pages.set('README.md', indexOf())

mkdirSync(home, { recursive: true })
for (const [file, text] of pages) {
  const target = path.join(home, file)
  if (existsSync(target) && readFileSync(target, 'utf8') === text) continue
  if (isWriting) writeFileSync(target, text)
  else faults.push(`docs/api/${file} is not what the sources say; run with --write`)
}
for (const file of readdirSync(home))
  if (!pages.has(file)) faults.push(`docs/api/${file} has no package`)
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1
else console.log(`${pages.size} pages of reference, as the sources say`)

function indexOf() {
  const rows = [...pages].map(([file, text]) => `- [${/^# API of (.*)$/m.exec(text)[1]}](${file})`)
  return `# API reference\n\nEvery name that a package exports, from its docstrings.\n\n${rows.join('\n')}\n`
}

function pageOf(name, manifest, src) {
  const seen = new Set()
  const parts = doorsOf(manifest, src).flatMap(({ key, file }) => {
    const door = path.join(name, key)
    const entries = exportsOf(file).flatMap((each) => {
      // What `export default` names is the first thing a user imports, by a name of his own.
      const label = each === 'default' ? `default of ${door}` : each
      return entryOf(file, each, label, seen)
    })
    if (path.basename(file) === 'names.ts') {
      const index = path.join(src, 'index.ts')
      entries.unshift(...entryOf(index, mainIn(index), `default of ${door}`, seen))
    }
    if (entries.length === 0) return []
    return key === '.' ? entries : [`## Of \`${door}\``, ...entries]
  })
  const globals = filesIn(src).flatMap((file) =>
    globalsIn(file).flatMap((node) => {
      const members = sectionsOf(file, node, `Express.${node.id.name}`, seen)
      return members.length > 0 ? [`## Added to \`Express.${node.id.name}\``, ...members] : []
    }),
  )
  return `# API of ${name}\n\n${[...parts, ...globals].join('\n\n')}\n`
}

/** The function that `export default Object.assign(main, names)` makes the door of. */
function mainIn(file) {
  const exported = parsed(file).program.body.find(({ type }) => type === 'ExportDefaultDeclaration')
  return exported?.declaration.arguments?.[0]?.name ?? 'default'
}

/** A name with its docstring, its signature and its members; nothing when it stood before. */
function entryOf(file, name, label, seen) {
  const declared = declarationsOf(file, name).filter(({ at, node }) => isNew(seen, at, node))
  if (declared.length === 0) return []
  const told = declared.map(({ at, outer }) => docstringOf(at, outer)).find(Boolean)
  return [
    `## \`${label}\``,
    ...signaturesOf(declared.map(({ at, node }) => ({ file: at, node }))),
    ...tell(told, label),
    ...declared.flatMap(({ at, node }) => sectionsOf(at, node, label, seen)),
  ]
}

/** The members of a declaration, and those it inherits from an interface that is not exported. */
function sectionsOf(file, node, label, seen) {
  const own = [...grouped(membersOf(node))].flatMap(([name, overloads]) => {
    const told = overloads.map(({ member }) => docstringOf(file, member)).find(Boolean)
    if (!told) return []
    return [
      `### \`${label}.${name}\``,
      ...signaturesOf(overloads.map(({ member }) => ({ file, node: member }))),
      ...tell(told, `${label}.${name}`),
    ]
  })
  const inherited = basesOf(node).flatMap((base) =>
    declarationsOf(file, base)
      .filter((each) => isNew(seen, each.at, each.node))
      .flatMap((each) => sectionsOf(each.at, each.node, label, seen)),
  )
  return [...own, ...inherited]
}

/** A docstring as Markdown; its examples are programs, as far as one can tell without running them. */
function tell(docstring, label) {
  const parts = markdownOf(docstring)
  for (const part of parts) {
    const [, example] = /^```ts\n([\s\S]*)\n```$/.exec(part) ?? []
    const [error] = example === undefined ? [] : parseSync('example.mts', example).errors
    if (error) faults.push(`the example of ${label} is no program: ${error.message}`)
  }
  return parts
}

function grouped(members) {
  const groups = new Map()
  for (const each of members) groups.set(each.label, [...(groups.get(each.label) ?? []), each])
  return groups
}

function signaturesOf(declared) {
  const texts = declared.map(({ file, node }) => signatureOf(parsed(file), node)).filter(Boolean)
  return texts.length > 0 ? [`\`\`\`ts\n${texts.join('\n')}\n\`\`\``] : []
}

function isNew(seen, file, node) {
  const key = `${file}:${node.start}`
  if (seen.has(key)) return false
  seen.add(key)
  return true
}
