// Tries packages of other people on Express and on ours: pnpm ecosystem [--only NAME] [--write]
//
// For each package there is a small app (conformance/ecosystem/apps) that is built on both, in processes of their
// own, and asked the same over HTTP. Status, headers and body must be the same. The packages are
// installed when this runs, and by nothing else.
import { execFile, execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs, promisify } from 'node:util'

const folder = path.join(import.meta.dirname, '../conformance/ecosystem')
const { values } = parseArgs({
  options: { only: { type: 'string' }, write: { type: 'boolean', default: false } },
})

const install = ['--dir', folder, 'install', '--ignore-workspace', '--frozen-lockfile']
execFileSync('pnpm', [...install, '--ignore-scripts', '--silent'], { stdio: 'inherit' })

const load = createRequire(path.join(folder, 'serve-app.cjs'))
const apps = load('./apps/index.cjs')
const names = Object.keys(apps).filter((name) => values.only === undefined || name === values.only)
if (names.length === 0) throw new Error(`No app is called "${values.only}"`)

const rows = []
for (const name of names) rows.push(await compare(name))
const alike = rows.filter(({ differences }) => differences.length === 0)
const wrong = rows.filter(
  ({ name, differences }) => differences.length > 0 !== Boolean(apps[name].differs),
)
const table = tableOf(rows)
console.log(table)
for (const { name, differences } of wrong) {
  if (differences.length === 0)
    console.log(`\n${name}: no longer differs by "${apps[name].differs}"`)
  for (const difference of differences) console.log(`\n${name}: ${difference}`)
}
if (values.write) {
  writeFileSync(path.join(folder, 'RESULT.md'), table)
  writeFileSync(path.join(folder, 'badge.svg'), badge(`${alike.length} of ${rows.length}`))
}
if (wrong.length > 0) process.exitCode = 1

async function compare(name) {
  const [express, ours] = await Promise.all([answersOf(name, 'express'), answersOf(name, 'tokkyu')])
  const differences = []
  for (const [at, answer] of express.entries()) {
    const [want, got] = [answer, ours[at]].map((each) => JSON.stringify(each, null, 2))
    if (want !== got) differences.push(`Express answers ${want}\nours ${got}`)
  }
  return { name, version: versionOf(name), requests: express.length, differences }
}

async function answersOf(name, make) {
  const run = promisify(execFile)
  const file = path.join(folder, 'serve-app.cjs')
  const { stdout } = await run(process.execPath, [file, name, make], {
    timeout: 60_000,
    maxBuffer: 2 ** 26,
    env: { ...process.env, NODE_ENV: 'test', NODE_NO_WARNINGS: '1' },
  })
  return JSON.parse(stdout)
}

function versionOf(name) {
  const file = path.join(folder, 'node_modules', name, 'package.json')
  return JSON.parse(readFileSync(file, 'utf8')).version
}

function tableOf(results) {
  const lines = results.map(({ name, version, requests, differences }) => {
    const equal = requests - differences.length
    const { differs } = apps[name]
    const why = differs === undefined ? '' : `[${differs}](../../docs/differences.md#${differs})`
    return `| ${name} | ${version} | ${requests} | ${equal} of ${requests} | ${why} |`
  })
  const date = new Date().toISOString().slice(0, 10)
  return `# Packages of the ecosystem, on Express and on ours

Written by \`pnpm ecosystem --write\` on ${date}, with Express ${versionOf('express')} and Node ${process.version}.
${alike.length} of ${results.length} packages answer alike: a small app around each was asked the same on both, and status,
headers and body were compared. What is random or passes (dates, times, ids of sessions) counts by its name only.

| package | version | requests | answered alike | otherwise on purpose |
|---|---|---|---|---|
${lines.join('\n')}
`
}

function badge(text) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="150" height="20" role="img" aria-label="ecosystem: ${text}">
<rect width="80" height="20" fill="#444"/><rect x="80" width="70" height="20" fill="#2a7f3f"/>
<g fill="#fff" font-family="sans-serif" font-size="11" text-anchor="middle">
<text x="40" y="14">ecosystem</text><text x="115" y="14">${text}</text></g></svg>
`
}
