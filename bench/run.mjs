// pnpm bench [--only s1,s2] [--subjects tokkyu,fastify] [--rounds 10] [--requests 3000] [--compare <commit>]
//
// Server CPU seconds per 100,000 requests, of every subject in every scenario, relative to bare
// node:http in the same interleaved run. Writes results/latest.json and the charts beside it.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

import { prepare } from './answer.mjs'
import { chart } from './chart.mjs'
import { coldStart } from './cold-start.mjs'
import { latency, measure } from './measure.mjs'
import { memory } from './memory.mjs'
import { pinLoad, pinned, start } from './process.mjs'
import { scenarios } from './scenarios.mjs'
import { median, paired } from './statistics.mjs'

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    subjects: { type: 'string' },
    rounds: { type: 'string', default: '10' },
    requests: { type: 'string', default: '3000' },
    compare: { type: 'string' },
  },
})
const here = import.meta.dirname
const rounds = Number(flags.rounds)
const peers = ['tokkyu', 'tokkyu-plain', 'express5', 'express4', 'koa', 'fastify', 'hono', 'polka']
const chosen = flags.subjects?.split(',') ?? peers
const earlier = flags.compare && checkOut(flags.compare)

pinLoad()
const results = { machine: machine(), rounds, scenarios: {} }
for (const [name, scenario] of Object.entries(scenarios)) {
  if (flags.only && !flags.only.split(',').includes(name)) continue
  const subjects = await subjectsOf(name)
  const requests = scenario.slow ? Math.ceil(Number(flags.requests) / 50) : Number(flags.requests)
  const measured = await measure(name, scenario, subjects, { rounds, requests })
  results.scenarios[name] = summarise(scenario.name, measured)
  print(name, results.scenarios[name])
}
if (!flags.only || flags.only.includes('cold')) {
  results.coldStart = await coldStart(
    ['node', ...chosen.filter((name) => name !== 'tokkyu-plain')],
    rounds,
  )
  print('cold', { name: 'spawn to first answer, ms', subjects: results.coldStart })
}
if (!flags.only || flags.only.includes('latency')) {
  results.latency = await latencies(['node', ...chosen], 2_000)
  console.log('\nlatency of s2 at 2,000 requests/s, ms')
  console.table(results.latency)
}

if (!flags.only || flags.only.includes('memory')) {
  results.memory = await memory(['node', ...chosen], 10_000)
  console.log(
    '\nmemory in MiB: growth with 10,000 idle connections, and resident after 50,000 requests',
  )
  console.table(results.memory)
}

if (!flags.only && !flags.compare && !flags.subjects) {
  mkdirSync(path.join(here, 'results'), { recursive: true })
  writeFileSync(path.join(here, 'results/latest.json'), `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(path.join(here, 'results/cpu.svg'), chart(results))
}

async function subjectsOf(scenario) {
  const subjects = [{ name: 'node:http', module: 'node' }]
  for (const name of chosen) {
    const { apps } = await import(`./subjects/${name}.mjs`)
    if (apps[scenario]) subjects.push({ name, module: name })
  }
  if (chosen.includes('tokkyu')) {
    if (scenario === 's2') {
      subjects.push({ name: 'tokkyu, foreign server', module: 'tokkyu', scenario: 'foreign' })
      subjects.push({
        name: 'tokkyu, sub-app',
        module: 'tokkyu',
        scenario: 'mounted',
        path: '/sub/json',
      })
    }
    if (scenario === 's4')
      subjects.push({ name: 'tokkyu, 1,000 routes', module: 'tokkyu', scenario: 's4k' })
    const npm = { s8: 'serve-static', s9: 'express-session', s10: 'multer' }[scenario]
    if (npm) subjects.push({ name: `tokkyu, ${npm}`, module: 'tokkyu-npm' })
  }
  if (!earlier) return subjects
  const ours = subjects.filter(({ module }) => module.startsWith('tokkyu'))
  const env = { TOKKYU_ROOT: earlier }
  return [
    ...subjects,
    ...ours.map((subject) => ({ ...subject, name: `${subject.name} at ${flags.compare}`, env })),
  ]
}

function summarise(name, measured) {
  const floor = measured[0]
  const subjects = measured.map(({ subject, cpu, rate, rss }) => ({
    subject,
    cpuSecondsPer100k: round(median(cpu)),
    cpu: rounded(paired(cpu, floor.cpu)),
    requestsPerSecond: rounded(paired(rate, floor.rate)),
    rss: round(rss / floor.rss),
  }))
  return { name, subjects }
}

async function latencies(subjects, rate) {
  const found = {}
  for (const subject of subjects) {
    const server = await start(subject, 's2')
    const { prepared } = await prepare(server, scenarios.s2)
    await latency(server, prepared, rate, 1)
    found[subject] = await latency(server, prepared, rate, 3)
    await server.stop()
  }
  return found
}

/** A built copy of an earlier commit, kept from one run to the next. */
function checkOut(commit) {
  const root = path.join(here, '..')
  const id = execFileSync('git', ['rev-parse', '--short', commit], {
    cwd: root,
    encoding: 'utf8',
  }).trim()
  const folder = path.join(tmpdir(), 'tokkyu-bench', id)
  if (!existsSync(path.join(folder, 'packages/core/dist'))) {
    mkdirSync(folder, { recursive: true })
    const archive = execFileSync('git', ['archive', id], { cwd: root, maxBuffer: 2 ** 30 })
    execFileSync('tar', ['-x', '-C', folder], { input: archive })
    const pnpm = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).packageManager
    for (const steps of [['install', '--frozen-lockfile', '--prefer-offline'], ['build']]) {
      execFileSync('npx', ['-y', pnpm, '--silent', ...steps], { cwd: folder, stdio: 'inherit' })
    }
  }
  return folder
}

function machine() {
  return {
    cpu: cpus()[0].model,
    cores: cpus().length,
    pinned,
    node: process.version,
    packages: JSON.parse(readFileSync(path.join(here, 'package.json'), 'utf8')).dependencies,
  }
}

function print(name, { name: title, subjects }) {
  console.log(`\n${name} ${title}`)
  console.table(
    Object.fromEntries(
      subjects.map(({ subject, cpuSecondsPer100k, cpu, requestsPerSecond, ms, rss }) => [
        subject,
        ms === undefined
          ? {
              'CPU × floor': cpu.median,
              spread: `${cpu.low}–${cpu.high}`,
              'CPU s/100k': cpuSecondsPer100k,
              'req/s × floor': requestsPerSecond.median,
              'RSS × floor': rss,
            }
          : { ms, '× floor': cpu.median },
      ]),
    ),
  )
}

function round(value) {
  return Math.round(value * 1000) / 1000
}

function rounded(figures) {
  return Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [key, Math.round(value * 100) / 100]),
  )
}
