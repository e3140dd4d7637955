// Draws the imports among our own packages and fails on an arrow that is not in the plan,
// on a third-party import that the manifest does not declare, and on a cycle between files' packages.
import { readFileSync, readdirSync } from 'node:fs'
import { builtinModules } from 'node:module'
import path from 'node:path'

/** Who may import whom, in `src`. Tests, benches and tools are free. */
const plan = {
  '@tokkyu/router': [],
  '@tokkyu/views': [],
  '@tokkyu/session': [],
  '@tokkyu/upload': [],
  '@tokkyu/core': ['@tokkyu/router', '@tokkyu/views', '@tokkyu/session'],
  'rock-paper-scissors': ['@tokkyu/core', '@tokkyu/session', '@tokkyu/upload', '@tokkyu/views'],
}

const root = path.resolve(import.meta.dirname, '..')
const houses = ['packages', 'apps'].flatMap((group) =>
  readdirSync(path.join(root, group)).map((name) => path.join(root, group, name)),
)

const faults = []
for (const house of houses) {
  const manifest = JSON.parse(readFileSync(path.join(house, 'package.json'), 'utf8'))
  const arrows = new Map()
  for (const file of sources(path.join(house, 'src'))) {
    for (const specifier of importsOf(readFileSync(file, 'utf8'))) {
      const where = path.relative(root, file)
      if (specifier.startsWith('.')) {
        if (!path.resolve(file, '..', specifier).startsWith(path.join(house, 'src') + path.sep)) {
          faults.push(`${where}: "${specifier}" leaves the package's src`)
        }
        continue
      }
      const target = packageName(specifier)
      if (specifier.startsWith('node:')) continue
      if (builtinModules.includes(target)) faults.push(`${where}: write "node:${target}"`)
      else if (target === manifest.name) faults.push(`${where}: imports its own package by name`)
      else if (!manifest.dependencies?.[target])
        faults.push(`${where}: "${target}" is no dependency of ${manifest.name}`)
      else arrows.set(target, where)
    }
  }
  const targets = [...arrows.keys()].toSorted((a, b) => a.localeCompare(b))
  const ours = targets.filter((name) => name.startsWith('@tokkyu/'))
  const others = targets.filter((name) => !name.startsWith('@tokkyu/'))
  const allowed = plan[manifest.name]
  if (!allowed)
    faults.push(
      `${manifest.name}: has no line in the plan of ${path.relative(root, import.meta.filename)}`,
    )
  for (const name of ours) {
    if (allowed && !allowed.includes(name))
      faults.push(`${arrows.get(name)}: ${manifest.name} must not import ${name}`)
  }
  console.log(
    `${manifest.name.padEnd(20)} ──▶ ${[...ours, ...others.map((other) => `(${other})`)].join(' ') || '(nothing)'}`,
  )
}

for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1

function sources(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?ts$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
}

/** Every module named by `import`, `export … from`, `import()` and `require()`, comments left out. */
function* importsOf(text) {
  const code = text.replaceAll(/\/\*[^]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')
  const forms =
    /(?:^|[\s;}])(?:import|export)\b[^'"`;()]*?\bfrom\s*(['"])([^'"\n]+)\1|(?:^|[\s;])import\s*(['"])([^'"\n]+)\3|\b(?:import|require)\(\s*(['"])([^'"\n]+)\5\s*\)/gm
  for (const match of code.matchAll(forms)) yield match[2] ?? match[4] ?? match[6]
}

function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
