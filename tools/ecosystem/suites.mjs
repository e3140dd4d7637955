// Runs tests that other people have published, on Express and on ours: pnpm ecosystem --suites [--only NAME]
//
// Each suite comes in the package of npm that it tests; what its tests need is installed beside it, without scripts.
// Then it runs twice, on Express and with ours in the folder where Express was. That is what an alias of npm makes of
// `"express": "npm:@tokkyu/core@5"`, with the version that tools which patch by version look for. A test counts when
// it passes on Express; it has to pass on ours, too.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suites } from './suites-list.mjs'

const EXPRESS = '5.3.0'
const core = path.join(import.meta.dirname, '../../packages/core')

/** Prints how many tests pass on each; false when one that passes on Express does not on ours. */
export function runSuites(only) {
  const chosen = suites.filter(({ name }) => only === undefined || name === only)
  if (chosen.length === 0) throw new Error(`No suite is called "${only}"`)
  const lines = []
  let isWhole = true
  for (const suite of chosen) {
    const { express, ours } = runOnBoth(suite)
    const passed = express.filter((test) => test.passed)
    const lost = passed.filter(({ title }) => !ours.some((t) => t.title === title && t.passed))
    for (const { title } of lost) console.log(`${suite.name}, on Express alone: ${title}`)
    const counted = ours.filter((test) => test.passed).length
    if (lost.length > 0 || passed.length === 0 || counted < passed.length) isWhole = false
    lines.push(
      `| ${suite.name} | ${suite.version} | ${passed.length} of ${express.length} | ${counted} of ${ours.length} |`,
    )
  }
  const table = `| published tests of | version | pass on Express ${EXPRESS} | pass on ours |
|---|---|---|---|
${lines.join('\n')}
`
  console.log(table)
  return { isWhole, table }
}

function runOnBoth(suite) {
  const house = mkdtempSync(path.join(tmpdir(), 'ecosystem-'))
  try {
    const pack = ['pack', `${suite.name}@${suite.version}`, '--silent']
    const file = execFileSync('npm', pack, { cwd: house, encoding: 'utf8' }).trim()
    execFileSync('tar', ['-xzf', file], { cwd: house })
    const folder = path.join(house, 'package')
    install(folder, suite)
    const express = resultsOf(folder, suite)
    standIn(path.join(folder, 'node_modules/express'))
    return { express, ours: resultsOf(folder, suite) }
  } finally {
    rmSync(house, { recursive: true, force: true })
  }
}

function install(folder, { needs }) {
  const file = path.join(folder, 'package.json')
  const {
    devDependencies: _,
    peerDependencies: __,
    ...manifest
  } = JSON.parse(readFileSync(file, 'utf8'))
  const dependencies = { ...manifest.dependencies, ...needs, express: EXPRESS }
  writeFileSync(file, JSON.stringify({ ...manifest, dependencies }))
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent']
  execFileSync('npm', ['install', ...quiet], { cwd: folder, stdio: 'inherit' })
}

/** Mocha prints one object, other lines may stand before it; node's own runner prints TAP. */
function resultsOf(folder, { before, run }) {
  if (before) execFileSync(process.execPath, before, { cwd: folder, stdio: 'ignore' })
  const { stdout, stderr } = spawnSync('npx', ['--no-install', ...run], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout: 600_000,
  })
  if (stdout.startsWith('TAP'))
    return [...stdout.matchAll(/^ *(not )?ok \d+ - ([^#\n]*)/gm)].map(([, not, title]) => ({
      title,
      passed: not === undefined,
    }))
  const at = stdout.search(/^\{\s*"stats/m)
  if (at === -1) throw new Error(`No results of ${run.join(' ')}: ${stdout}${stderr}`)
  const { passes, failures } = JSON.parse(stdout.slice(at, stdout.lastIndexOf('}') + 1))
  return [...passes, ...failures].map(({ fullTitle, err }) => ({
    title: fullTitle,
    passed: Object.keys(err).length === 0,
  }))
}

/** Puts ours, as it is packed, with its dependencies and with a version of Express. */
function standIn(folder) {
  rmSync(folder, { recursive: true, force: true })
  const manifest = JSON.parse(readFileSync(path.join(core, 'package.json'), 'utf8'))
  for (const part of ['entry', 'dist/bundle.cjs'])
    cpSync(path.join(core, part), path.join(folder, part), { recursive: true })
  const packed = { ...manifest, version: EXPRESS }
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(packed))
  for (const name of Object.keys(manifest.dependencies)) {
    const link = path.join(folder, 'node_modules', name)
    mkdirSync(path.dirname(link), { recursive: true })
    if (!existsSync(link)) symlinkSync(path.join(core, 'node_modules', name), link)
  }
}
