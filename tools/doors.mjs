// Writes the doors of each package, `entry/index.*`, from the one list of its names, `src/names.ts`, and
// from the function that `src/index.ts` exports. Without `--write` it only compares.
// What a door is for: docs/decisions/001-loading.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { houses, parse, root } from './sources.mjs'

const faults = []
for (const { folder, src } of houses) {
  if (!existsSync(path.join(src, 'names.ts'))) continue
  const main = mainIn(path.join(src, 'index.ts'))
  const door = doorOf(main, namesIn(path.join(src, 'names.ts')))
  for (const [ending, text] of Object.entries(door)) {
    // A namespace of values cannot stand beside a constant: a constructor is typed in src/index.ts.
    if (main.isConstructor && ending.startsWith('d.')) continue
    const file = path.join(folder, 'entry', `index.${ending}`)
    if (readFileSync(file, 'utf8') === text) continue
    if (process.argv.includes('--write')) writeFileSync(file, text)
    else faults.push(`${path.relative(root, file)} is not what src/names.ts says; run with --write`)
  }
}
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1
else console.log('every door is what its list of names says')

/** The names a module exports: those with a value, and those with a type. */
function namesIn(file) {
  const entries = parse(file).module.staticExports.flatMap((each) => each.entries)
  const names = entries
    .filter(({ exportName }) => exportName.name !== null)
    .map(({ exportName, isType }) => ({ name: exportName.name, isType }))
    .toSorted((a, b) => byName(a.name, b.name))
  return {
    values: names.filter(({ isType }) => !isType).map(({ name }) => name),
    types: names.filter(({ isType }) => isType).map(({ name }) => name),
  }
}

function doorOf(main, { values, types }) {
  const renamed = values.filter((name) => locally(name) !== name)
  const plain = values.filter((name) => locally(name) === name)
  const clauses = [...values, ...types.filter((name) => !values.includes(name))].toSorted(byName)
  return {
    cjs: `// In two steps: node's search for names would otherwise read the whole bundle a second time.
const { index } = require('../dist/bundle.cjs')

module.exports = index.default
`,
    mjs: `import ${main.name} from './index.cjs'

export default ${main.name}
export const {
${lines(plain)}
} = ${main.name}
${renamed.map((name) => `const { ${name}: ${locally(name)} } = ${main.name}\nexport { ${locally(name)} as ${name} }\n`).join('')}${main.isConstructor ? `export { ${main.name} }\n` : ''}`,
    'd.cts': `import {
${lines(clauses.map((name) => (locally(name) === name ? name : `${name} as ${locally(name)}`)))}
} from '../dist/names.js'

${main.doc}declare ${main.signature}
declare namespace ${main.name} {
  export {
${lines(clauses.map((name) => (locally(name) === name ? name : `${locally(name)} as ${name}`))).replaceAll(/^/gm, '  ')}
  }
}
export = ${main.name}
`,
    'd.mts': `import ${main.name} from './index.cjs'

export default ${main.name}
export * from '../dist/names.js'
`,
  }
}

/** A reserved word cannot be taken apart under its own name. */
function locally(name) {
  return name === 'static' ? 'serveStatic' : name
}

/** What a package exports by default: a function, with its signature and what is said of it, or a constructor. */
function mainIn(file) {
  const { program, comments, text } = parse(file)
  const main = program.body.find((node) => node.type === 'FunctionDeclaration')
  const { declaration } = program.body.find(({ type }) => type === 'ExportDefaultDeclaration')
  // `export default main`, or `export default Object.assign(main, names)`.
  const { name } = declaration.arguments?.[0] ?? declaration
  if (main?.id.name !== name) return { name, isConstructor: true, doc: '', signature: '' }
  const doc = comments.findLast(({ end }) => end < main.start)
  return {
    name,
    isConstructor: false,
    signature: text.slice(main.start, main.body.start).trim(),
    doc: `${text.slice(doc.start, doc.end)}\n`,
  }
}

function byName(a, b) {
  return a.localeCompare(b)
}

function lines(names) {
  return names.map((name) => `  ${name},`).join('\n')
}
