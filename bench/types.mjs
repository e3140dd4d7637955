// What the type checker pays for one app of many routes: on Express's typings, and on ours.
//   node bench/types.mjs [--routes 300] [--json]
//   node bench/types.mjs --completion [--routes 100]: what an editor pays for completing `req.params.`
// Instantiations are the same in every run. Times are medians of several interleaved ones: the CPU of checking
// alone where the compiler has an API, else what it says itself of its time.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

import { appOf } from './app-of-routes.mjs'

const root = path.join(import.meta.dirname, '..')
const typings = path.join(root, 'conformance/typings')
const installed = path.join(typings, 'node_modules')
const FRAMEWORKS = ['express', '@tokkyu/core']
const COMPILERS = {
  5.9: path.join(installed, 'typescript-5.9/bin/tsc'),
  7: createRequire(import.meta.url)
    .resolve('typescript/package.json')
    .replace('package.json', 'bin/tsc'),
}
const ROUNDS = 5

const { values: options } = parseArgs({
  options: {
    routes: { type: 'string' },
    completion: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

const routes = Number(options.routes ?? (options.completion ? 100 : 300))
const pnpm = ['-y', 'pnpm@10.34.9', '--dir', typings]
const frozen = ['install', '--ignore-workspace', '--frozen-lockfile', '--ignore-scripts']
execFileSync('npx', [...pnpm, ...frozen], { stdio: 'pipe' })
const folder = mkdtempSync(path.join(tmpdir(), 'types-'))
try {
  if (options.completion) printCompletion()
  else printChecking()
} finally {
  rmSync(folder, { recursive: true })
}

function printChecking() {
  const results = Object.entries(COMPILERS).map(([version, tsc]) => compare(version, tsc))
  if (options.json) console.log(JSON.stringify(results))
  else results.forEach(print)
}

function printCompletion() {
  const costs = FRAMEWORKS.map((framework) => {
    const project = projectOf(framework)
    writeFileSync(path.join(project, 'app.mts'), appOf(framework, routes))
    const usual = { strict: true, skipLibCheck: true, preserveSymlinks: true, types: ['node'] }
    const compilerOptions = { ...usual, target: 'es2022', module: 'nodenext' }
    const config = { compilerOptions, files: ['app.mts'] }
    writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify(config))
    return cpuOf('types-completion.mjs', COMPILERS['5.9'], project)
  })
  console.log(`TypeScript 5.9, ${routes} routes, @types/express → @tokkyu/core`)
  row('ms of CPU for a completion', ...costs.map(Math.round))
}

/** One compiler over the app on both frameworks. */
function compare(version, tsc) {
  const rounds = Array.from({ length: options.json ? 1 : ROUNDS }, () =>
    FRAMEWORKS.map((framework) => check(tsc, framework)),
  )
  const [theirs, ours] = FRAMEWORKS.map((_, i) => ({
    instantiations: rounds[0][i].instantiations,
    milliseconds: median(rounds.map((round) => round[i].milliseconds)),
  }))
  return { version, theirs, ours }
}

function print({ version, theirs, ours }) {
  console.log(`TypeScript ${version}, ${routes} routes, @types/express → @tokkyu/core`)
  row('instantiations', theirs.instantiations, ours.instantiations)
  const unit = version === '7' ? 'ms of checking' : 'ms of CPU for checking'
  row(unit, Math.round(theirs.milliseconds), Math.round(ours.milliseconds))
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]
}

function row(what, theirs, ours) {
  console.log(`  ${what}: ${theirs} → ${ours}, ratio ${(ours / theirs).toFixed(2)}`)
}

function check(tsc, framework) {
  const project = projectOf(framework)
  writeFileSync(path.join(project, 'app.mts'), appOf(framework, routes))
  const usual = ['--strict', '--noEmit', '--skipLibCheck', '--preserveSymlinks', '--types', 'node']
  const target = ['--target', 'es2022', '--module', 'nodenext', '--extendedDiagnostics']
  const args = [tsc, 'app.mts', ...usual, ...target]
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' })
  if (status !== 0) throw new Error(`the app does not compile on ${framework}:\n${stdout}`)
  const figure = (name) =>
    Number.parseFloat(stdout.match(new RegExp(`^${name}:\\s+(\\S+)`, 'm'))[1])
  const milliseconds =
    tsc === COMPILERS[7] ? figure('Check time') * 1000 : cpuOf('types-check.mjs', tsc, project)
  return { instantiations: figure('Instantiations'), milliseconds }
}

/** One thread, since the CPU of those that collect garbage varies most. */
function cpuOf(name, tsc, project) {
  const script = path.join(import.meta.dirname, name)
  const typescript = path.join(tsc, '../../lib/typescript.js')
  const args = ['--single-threaded', script, typescript]
  return Number(execFileSync(process.execPath, args, { cwd: project, encoding: 'utf8' }))
}

/** A folder where the framework and node's typings are installed, and nothing else. */
function projectOf(framework) {
  const project = path.join(folder, framework.replace('/', '-'))
  const modules = path.join(project, 'node_modules')
  mkdirSync(path.join(modules, '@tokkyu'), { recursive: true })
  mkdirSync(path.join(modules, '@types'), { recursive: true })
  const link = (from, name) => {
    const target = path.join(modules, name)
    rmSync(target, { force: true })
    symlinkSync(from, target)
  }
  if (framework === 'express') {
    for (const name of readdirSync(path.join(installed, '@types')))
      link(path.join(installed, '@types', name), `@types/${name}`)
  } else {
    link(path.join(installed, '@types/node'), '@types/node')
    for (const name of ['core', 'router', 'session', 'views'])
      link(path.join(root, 'packages', name), `@tokkyu/${name}`)
  }
  link(path.join(installed, 'undici-types'), 'undici-types')
  return project
}
