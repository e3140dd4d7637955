// Fails on an import that leaves a package, on one that its manifest does not declare, on an arrow
// between packages that is not in the plan, and on a circle among files or folders of a package,
// type imports included. Draws the packages and their rooms into docs/architecture.md: `--write`
// renews the drawing, without it an old one is a fault.
import { readFileSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import path from 'node:path'

import { circleIn, downward, roomsOf } from './rooms.mjs'
import { filesIn, houses, importsOf, root } from './sources.mjs'

/** Who may import whom, in `src`. Tests, benches and tools are free. */
const plan = {
  '@tokkyu/router': [],
  '@tokkyu/views': [],
  '@tokkyu/session': [],
  '@tokkyu/upload': [],
  '@tokkyu/rpc': [],
  '@tokkyu/cache': ['@tokkyu/session'],
  '@tokkyu/core': ['@tokkyu/router', '@tokkyu/views', '@tokkyu/session'],
  '@tokkyu/cluster': [],
  '@tokkyu/cli': ['@tokkyu/cluster', '@tokkyu/rpc', '@tokkyu/views'],
  'create-tokkyu': [],
  'rock-paper-scissors': [
    '@tokkyu/core',
    '@tokkyu/session',
    '@tokkyu/upload',
    '@tokkyu/views',
    '@tokkyu/cluster',
  ],
}

/** Where a manifest declares what its sources import. */
const kinds = ['dependencies', 'optionalDependencies', 'peerDependencies']

const faults = []
const packages = houses.map((house) => ({ ...house, targets: packagesNamedBy(house) }))
const drawing = [...drawPackages(), ...packages.flatMap(drawRooms)].join('\n')

const page = path.join(root, 'docs/architecture.md')
const [begin, end] = ['<!-- drawn by tools/check-boundaries.mjs -->', '<!-- end of the drawing -->']
const text = readFileSync(page, 'utf8')
const [before, , after] = [text.split(begin)[0], '', text.split(end)[1] ?? '']
const renewed = `${before}${begin}\n\n${drawing}\n\n${end}${after}`
if (!text.includes(begin)) faults.push('docs/architecture.md has no place for the drawing')
else if (process.argv.includes('--write')) writeFileSync(page, renewed)
else if (text !== renewed) faults.push('docs/architecture.md: the drawing is old; run with --write')

for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1
else console.log(`${packages.length} packages, no arrow up, the drawing is true`)

/** The packages that the sources of one name, each checked. */
function packagesNamedBy({ name, manifest, src }) {
  const targets = new Set()
  for (const file of filesIn(src)) {
    const where = path.relative(root, file)
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('.')) {
        if (!path.resolve(file, '..', specifier).startsWith(src + path.sep))
          faults.push(`${where}: "${specifier}" leaves the package's src`)
        continue
      }
      if (specifier.startsWith('node:')) continue
      const target = packageName(specifier)
      if (builtinModules.includes(target)) faults.push(`${where}: write "node:${target}"`)
      else if (target === name) faults.push(`${where}: imports its own package by name`)
      else if (!kinds.some((kind) => manifest[kind]?.[target]))
        faults.push(`${where}: "${target}" is no dependency of ${name}`)
      else if (target.startsWith('@tokkyu/') && plan[name] && !plan[name].includes(target))
        faults.push(`${where}: ${name} must not import ${target}`)
      else targets.add(target)
    }
  }
  if (!plan[name]) faults.push(`${name}: has no line in the plan`)
  return [...targets].toSorted(byName)
}

function rank(name) {
  return Object.keys(plan).indexOf(name)
}

/** One line a package: what it imports, third parties in brackets. */
function drawPackages() {
  const lines = packages
    .toSorted((a, b) => rank(b.name) - rank(a.name))
    .map(({ name, targets }) => {
      const ours = targets.filter((target) => target.startsWith('@tokkyu/'))
      const others = targets.filter((target) => !target.startsWith('@tokkyu/'))
      return [name, [...ours, ...others.map((other) => `(${other})`)].join(' ')]
    })
  return ['```', ...columns(lines), '```']
}

/** The rooms of one package, each line importing only from lines below it. */
function drawRooms({ name, src }) {
  const rooms = roomsOf(src)
  for (const { folder, arrows } of rooms) {
    const circle = circleIn(arrows)
    if (circle) faults.push(`${name}: a circle in src/${folder}: ${circle.join(' ──▶ ')}`)
  }
  const top = rooms.find(({ folder }) => folder === '').arrows
  if (circleIn(top)) return []
  const lines = downward(top).map((thing) => [
    thing,
    [...top.get(thing)].toSorted(byName).join(' '),
  ])
  return ['', `**${name}**`, '', '```', ...columns(lines), '```']
}

function byName(a, b) {
  return a.localeCompare(b)
}

function columns(lines) {
  const width = Math.max(...lines.map(([left]) => left.length))
  return lines.map(([left, right]) => `${left.padEnd(width)}${right ? ` ──▶ ${right}` : ''}`)
}

function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
