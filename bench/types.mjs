// What the type checker pays for one app of many routes: on Express's typings, and on ours.
//   node bench/types.mjs [--routes 300] [--json]
// Instantiations are the same in every run; check times are the lowest of several interleaved ones.
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
    routes: { type: 'string', default: '300' },
    json: { type: 'boolean', default: false },
  },
})

const pnpm = ['-y', 'pnpm@10.34.9', '--dir', typings]
const frozen = ['install', '--ignore-workspace', '--frozen-lockfile', '--ignore-scripts']
execFileSync('npx', [...pnpm, ...frozen], { stdio: 'pipe' })
const folder = mkdtempSync(path.join(tmpdir(), 'types-'))
try {
  const results = Object.entries(COMPILERS).map(([version, tsc]) => compare(version, tsc))
  if (options.json) console.log(JSON.stringify(results))
  else results.forEach(print)
} finally {
  rmSync(folder, { recursive: true })
}

/** One compiler over the app on both frameworks. */
function compare(version, tsc) {
  const rounds = Array.from({ length: options.json ? 1 : ROUNDS }, () =>
    FRAMEWORKS.map((framework) => check(tsc, framework, Number(options.routes))),
  )
  const [theirs, ours] = FRAMEWORKS.map((_, i) => ({
    instantiations: rounds[0][i].instantiations,
    seconds: Math.min(...rounds.map((round) => round[i].seconds)),
  }))
  return { version, theirs, ours }
}

function print({ version, theirs, ours }) {
  console.log(`TypeScript ${version}, ${options.routes} routes, @types/express → @tokkyu/core`)
  row('instantiations', theirs.instantiations, ours.instantiations)
  row('seconds of checking', theirs.seconds, ours.seconds)
}

function row(what, theirs, ours) {
  console.log(`  ${what}: ${theirs} → ${ours}, ratio ${(ours / theirs).toFixed(2)}`)
}

function check(tsc, framework, routes) {
  const project = projectOf(framework)
  writeFileSync(path.join(project, 'app.mts'), appOf(framework, routes))
  const usual = ['--strict', '--noEmit', '--skipLibCheck', '--preserveSymlinks', '--types', 'node']
  const target = ['--target', 'es2022', '--module', 'nodenext', '--extendedDiagnostics']
  const args = [tsc, 'app.mts', ...usual, ...target]
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' })
  if (status !== 0) throw new Error(`the app does not compile on ${framework}:\n${stdout}`)
  const figure = (name) =>
    Number.parseFloat(stdout.match(new RegExp(`^${name}:\\s+(\\S+)`, 'm'))[1])
  return { instantiations: figure('Instantiations'), seconds: figure('Check time') }
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
