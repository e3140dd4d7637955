// Tries packages of other people on Express and on ours: pnpm ecosystem [--only NAME] [--short|--suites|--apps|--templates] [--write]
//
// For each package there is a small app (conformance/ecosystem/apps) that is built on both, in processes of their
// own, and asked the same over HTTP. Status, headers and body must be the same. The packages are
// installed when this runs, and by nothing else. `--short` installs and tries the most used ones alone, those that are
// `dependencies` there. `--suites` runs tests that come with other packages,
// `--apps` their servers, `--templates` their templates.
import { execFile, execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { runServers } from './ecosystem/servers.mjs'
import { runSuites } from './ecosystem/suites.mjs'
import { runTemplates } from './ecosystem/templates.mjs'

const folder = path.join(import.meta.dirname, '../conformance/ecosystem')
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
    suites: { type: 'boolean', default: false },
    apps: { type: 'boolean', default: false },
    templates: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
if (values.suites) finish(runSuites(values.only), 'SUITES.md', suitesPage)
if (values.apps) finish(await runServers(values.only), 'SERVERS.md', serversPage)
if (values.templates) finish(runTemplates(values.only), 'TEMPLATES.md', templatesPage)

const install = ['--dir', folder, 'install', '--ignore-workspace', '--frozen-lockfile']
if (values.short) install.push('--prod')
execFileSync('pnpm', [...install, '--ignore-scripts', '--silent'], { stdio: 'inherit' })

const load = createRequire(path.join(folder, 'serve-app.cjs'))
const apps = load('./apps/index.cjs')
const { dependencies } = load('./package.json')
const downloads = load('./downloads.json')
const names = Object.keys(apps)
  .filter((name) => values.only === undefined || name === values.only)
  .filter((name) => !values.short || Object.hasOwn(dependencies, name))
if (names.length === 0) throw new Error(`No app is called "${values.only}"`)

const rows = []
for (const name of names) rows.push(await compare(name))
const alike = rows.filter(({ named, faults }) => named.length + faults.length === 0)
const wrong = rows.flatMap(({ name, faults }) => faults.map((fault) => [name, fault].join(': ')))
const table = tableOf(rows)
console.log(table)
for (const fault of wrong) console.log(`\n${fault}`)
if (values.write && !values.short && values.only === undefined && wrong.length === 0) {
  writeFileSync(path.join(folder, 'RESULT.md'), table)
  writeFileSync(path.join(folder, 'badge.svg'), badge(`${alike.length} of ${rows.length}`))
}
if (wrong.length > 0) process.exitCode = 1

/** `named` are the differences that the app says, `faults` those that it does not, or says and are not there. */
async function compare(name) {
  const row = {
    name,
    version: versionOf(name),
    requests: apps[name].requests,
    named: [],
    faults: [],
  }
  try {
    const [express, ours] = await Promise.all([
      answersOf(name, 'express'),
      answersOf(name, 'tokkyu'),
    ])
    for (const [at, { differs }] of row.requests.entries()) {
      const fault = differs
        ? differsOtherwise(differs, express[at], ours[at])
        : differenceOf(express[at], ours[at])
      if (fault !== undefined) row.faults.push(fault)
      else if (differs) row.named.push(differs.by)
    }
  } catch (error) {
    row.faults.push(error.message)
  }
  return row
}

function differenceOf(express, ours) {
  const [want, got] = [express, ours].map((answer) => JSON.stringify(answer, null, 2))
  return want === got ? undefined : `Express answers ${want}\nours ${got}`
}

function differsOtherwise({ by, express, ours }, ...answers) {
  const [want, got] = answers.map(({ status, body }) => `${status} ${body}`)
  return want === express && got === ours
    ? undefined
    : `"${by}" is said to be ${express} on Express, ${ours} on ours; it is ${want} and ${got}`
}

async function answersOf(name, make) {
  const run = promisify(execFile)
  const file = path.join(folder, 'serve-app.cjs')
  const { stdout } = await run(process.execPath, [file, name, make], {
    timeout: 180_000,
    maxBuffer: 2 ** 26,
    env: { ...process.env, NODE_ENV: 'test', NODE_NO_WARNINGS: '1' },
  })
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n[') + 1))
}

function versionOf(name) {
  const file = path.join(folder, 'node_modules', name, 'package.json')
  return JSON.parse(readFileSync(file, 'utf8')).version
}

function tableOf(results) {
  const lines = results.map(({ name, version, requests, named, faults }) => {
    const equal = requests.length - named.length - faults.length
    const why = [...new Set(named)].map((by) => `[${by}](../../docs/differences.md#${by})`)
    return `| ${name} | ${version} | ${weekly(name)} | ${equal} of ${requests.length} | ${why.join(', ')} |`
  })
  return `# Packages of the ecosystem, on Express and on ours

Written by \`pnpm ecosystem --write\` on ${today()}, with Express ${versionOf('express')} and Node ${process.version}.
${alike.length} of ${results.length} packages answer alike: a small app around each was asked the same on both, and status,
headers and body were compared. What is random or passes (dates, times, ids of sessions) counts by its name only.
Downloads a week are computed from those of a month, as a list of npm's packages had them that was at hand on
${downloads.atHand}; it does not say of which month.

| package | version | downloads a week | answered alike | otherwise on purpose |
|---|---|---|---|---|
${lines.join('\n')}
`
}

/** A month has 4.345 weeks; three digits, as the next month has others. */
function weekly(name) {
  const { [name]: aMonth } = downloads.aMonth
  if (aMonth === undefined) return ''
  return Number((aMonth / 4.345).toPrecision(3)).toLocaleString('en')
}

function finish({ isWhole, table: found }, file, page) {
  if (values.write && values.only === undefined) writeFileSync(path.join(folder, file), page(found))
  process.exit(isWhole ? 0 : 1)
}

function serversPage(servers) {
  return `# Servers that others have published, on Express and on ours

Written by \`pnpm ecosystem --apps --write\` on ${today()}, with Node ${process.version}. Each server is started on the Express
that it brings, on Express 5 and on ours, and asked the same: status, headers and body (of a WebSocket its
messages) are compared. Where the two makes of Express differ, an answer as on either is as it should be.

${servers}`
}

function templatesPage(templates) {
  return `# Templates that others have published, on EJS and on ours

Written by \`pnpm ecosystem --templates --write\` on ${today()}, with Node ${process.version}. Each template is compiled by EJS 7 and
through \`@tokkyu/views/ejs\`, and rendered with data that answers to every name, property and call. "Both refuse"
is a template that neither compiles, or that throws on both with such data. "Neither ends" goes on for ever with it. The last column is
another thing: what [the engine](../../docs/templates.md), which escapes by place, does not compile because it
could not keep it safe there; it does not concern the EJS door. Most of these templates make programs, not pages.

${templates}`
}

function suitesPage(suites) {
  const file = path.join(folder, 'suites-by-hand.json')
  const lines = JSON.parse(readFileSync(file, 'utf8')).map(
    (row) => `| ${row.name} | ${row.version} | ${row.express} | ${row.ours} | ${row.on} |`,
  )
  return `# Tests that others have published, on Express and on ours

Written by \`pnpm ecosystem --suites --write\` on ${today()}, with Node ${process.version}. Ours stands in the place of
Express in \`node_modules\`, with its version. Every test that passes on Express passes on ours; the others
pass on neither.

${suites}
These do not come with the package. They were run by hand, in the same way, and nothing repeats them:

| published tests of | version | pass on Express 5.3.0 | pass on ours | run by hand on |
|---|---|---|---|---|
${lines.join('\n')}
`
}

function today() {
  return new Date().toISOString().slice(0, 10)
}

function badge(text) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="150" height="20" role="img" aria-label="ecosystem: ${text}">
<rect width="80" height="20" fill="#444"/><rect x="80" width="70" height="20" fill="#2a7f3f"/>
<g fill="#fff" font-family="sans-serif" font-size="11" text-anchor="middle">
<text x="40" y="14">ecosystem</text><text x="115" y="14">${text}</text></g></svg>
`
}
