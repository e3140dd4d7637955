// pnpm bench [--node 20,24,26] [--only s1,s2] [--subjects tokkyu,fastify] [--rounds 10] [--seconds 1]
//            [--loaded] [--compare <commit>]
//
// Server CPU per request, of every subject in every scenario, relative to the best bare node:http in the
// same interleaved run. A run of everything writes results/latest.json and the chart beside it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

import { chart } from './chart.mjs'
import { coldStart } from './cold-start.mjs'
import { checkOut } from './earlier.mjs'
import { canCount, instructions } from './guard/instructions.mjs'
import { generator } from './load.mjs'
import { measure } from './measure.mjs'
import { memory } from './memory.mjs'
import { describeProgram, programOf } from './node-line.mjs'
import { keepCoresBusy, pinLoad, pinned } from './process.mjs'
import { printMemory, printScenario, printStart } from './report.mjs'
import { scenarios } from './scenarios.mjs'
import { median, paired } from './statistics.mjs'

const { values: flags } = parseArgs({
  options: {
    node: { type: 'string' },
    only: { type: 'string' },
    subjects: { type: 'string' },
    rounds: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '1' },
    loaded: { type: 'boolean', default: false },
    compare: { type: 'string' },
  },
})
const here = import.meta.dirname
const rounds = Number(flags.rounds)
const seconds = Number(flags.seconds)
const peers = ['tokkyu', 'tokkyu-plain', 'express5', 'express4', 'koa', 'fastify', 'hono', 'polka']
const chosen = flags.subjects?.split(',') ?? peers
const earlier = flags.compare && checkOut(flags.compare)
const isAsked = (part) => !flags.only || flags.only.split(',').includes(part)

pinLoad()
const results = { machine: machine(), rounds, loaded: flags.loaded, lines: [] }
for (const line of flags.node?.split(',') ?? [undefined]) {
  const node = programOf(line)
  const release = describeProgram(node)
  console.log(`\n── Node ${release.node}`)
  results.lines.push({ ...release, ...(await measureLine(node)) })
}

if (!flags.only && !flags.compare) {
  const file = (name) => path.join(here, 'results', name)
  mkdirSync(file('.'), { recursive: true })
  const name = flags.loaded ? 'loaded.json' : 'latest.json'
  writeFileSync(file(name), `${JSON.stringify(results, null, 2)}\n`)
  if (!flags.loaded) writeFileSync(file('cpu.svg'), chart(results))
}

async function measureLine(node) {
  const quiet = flags.loaded ? keepCoresBusy() : undefined
  try {
    return {
      scenarios: await measureScenarios(node),
      coldStart: isAsked('cold') ? await startsOf(node) : undefined,
      memory: isAsked('memory') ? await memoryOf(node) : undefined,
      instructions: isAsked('instructions') && canCount ? await countsOf(node) : undefined,
    }
  } finally {
    await quiet?.()
  }
}

async function measureScenarios(node) {
  const found = {}
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (!isAsked(name)) continue
    const subjects = await subjectsOf(name)
    const measured = await measure(name, scenario, subjects, { rounds, seconds, node })
    found[name] = { name: scenario.name, subjects: summarise(measured) }
    printScenario(name, found[name])
  }
  return found
}

async function startsOf(node) {
  const subjects = ['node', ...chosen.filter((name) => name !== 'tokkyu-plain')]
  const found = await coldStart(subjects, { rounds, node })
  printStart(found)
  return found
}

async function memoryOf(node) {
  const found = await memory(['node', ...chosen], { connections: 10_000, node })
  printMemory(found)
  return found
}

/** In V8's interpreter and without a socket: what guard.mjs holds to its bounds. */
async function countsOf(node) {
  const { bare, app, middlewares } = await instructions(['bare', 'app', 'middlewares'], node)
  const found = {
    jsonAnswer: rounded(app / bare),
    furtherMiddleware: Math.round((middlewares - app) / 20),
  }
  console.log(
    `\ninstructions: a JSON answer ${found.jsonAnswer} × the floor, a further middleware ${found.furtherMiddleware}`,
  )
  return found
}

async function subjectsOf(scenario) {
  const subjects = [{ name: 'node:http', module: 'node' }]
  for (const name of chosen) {
    const { apps } = await import(`./subjects/${name}.mjs`)
    if (apps[scenario]) subjects.push({ name, module: name })
  }
  if (chosen.includes('tokkyu')) subjects.push(...variantsOf(scenario))
  if (!earlier) return subjects
  const ours = subjects.filter(({ module }) => module.startsWith('tokkyu'))
  const env = { TOKKYU_ROOT: earlier }
  return [
    ...subjects,
    ...ours.map((subject) => ({ ...subject, name: `${subject.name} at ${flags.compare}`, env })),
  ]
}

/** Other ways to have the same answered by ours. */
function variantsOf(scenario) {
  if (scenario === 's2') {
    return [
      variant('foreign server', { scenario: 'foreign' }),
      variant('sub-app', { scenario: 'mounted', path: '/sub/json' }),
    ]
  }
  if (scenario === 's4') return [variant('1,000 routes', { scenario: 's4k' })]
  const npm = { s8: 'serve-static', s9: 'express-session', s10: 'multer' }[scenario]
  return npm ? [variant(npm, { module: 'tokkyu-npm' })] : []
}

function variant(name, more) {
  return { name: `tokkyu, ${name}`, module: 'tokkyu', ...more }
}

function summarise(measured) {
  const [floor] = measured
  return measured.map(({ subject, saturated, paced, rate, p50, p99, rss }) => ({
    subject,
    cpuMicroseconds: rounded(median(saturated)),
    cpu: allRounded(paired(saturated, floor.saturated)),
    cpuAtFixedRate: allRounded(paired(paced, floor.paced)),
    requestsPerSecond: allRounded(paired(rate, floor.rate)),
    p50: Math.round(median(p50)),
    p99: Math.round(median(p99)),
    rss: rounded(rss / floor.rss),
  }))
}

function machine() {
  const packages = JSON.parse(readFileSync(path.join(here, 'package.json'), 'utf8')).dependencies
  return { cpu: cpus()[0].model, cores: cpus().length, pinned, generator, packages }
}

function rounded(value) {
  return Math.round(value * 100) / 100
}

function allRounded(figures) {
  return Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, rounded(value)]))
}
