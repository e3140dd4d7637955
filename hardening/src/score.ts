// node hardening/dist/score.js [--only framing,host] [--servers tokkyu,express]
//
// Asks every server every attack, prints the scoreboard, and writes it into results/.
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

import { chart } from './chart.ts'
import { corpus } from './corpus/index.ts'
import { run, type Result } from './run.ts'
import { countOf, faultList, scoreboard, type Column } from './scoreboard.ts'
import { Subject } from './subject.ts'
import { makeWorld } from './world.ts'

const SERVERS = ['tokkyu', 'express', 'koa', 'fastify', 'hono']
/** What an honest client may have to wait while an attack runs, in milliseconds. */
const BOUNDS = { honest: 100, patience: 1 }

const root = path.resolve(import.meta.dirname, '..')
const { values: flags } = parseArgs({
  options: { only: { type: 'string' }, servers: { type: 'string' } },
})
const attacks = corpus.filter((each) => flags.only?.split(',').includes(each.class) ?? true)

const world = await makeWorld(attacks)
const columns: Column[] = []
try {
  for (const name of flags.servers?.split(',') ?? SERVERS)
    columns.push({ title: titleOf(name), results: await results(name) })
} finally {
  await world.remove()
}

const table = scoreboard(columns)
console.log(`${table}\n`)
const ours = columns.find(({ title }) => title === 'tokkyu')
if (ours) console.log(faultList(ours.results))
if (!flags.only && !flags.servers) await keep()

async function results(name: string): Promise<Result[]> {
  const subject = await Subject.start(name, world.folder)
  try {
    return await run(subject, attacks, BOUNDS)
  } finally {
    await subject.stop()
  }
}

async function keep(): Promise<void> {
  const folder = path.join(root, 'results')
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, 'scoreboard.md'), `${table}\n\n${machine()}\n`)
  await writeFile(path.join(folder, 'scoreboard.svg'), chart(columns))
  const kept = Object.fromEntries(columns.map(({ title, results: all }) => [title, summary(all)]))
  await writeFile(path.join(folder, 'latest.json'), `${JSON.stringify(kept, null, 2)}\n`)
}

function summary(all: readonly Result[]) {
  const faults = all.flatMap(({ attack, outcome }) =>
    outcome === 'n/a' || outcome.verdict === 'right' ? [] : [[attack.id, outcome.verdict]],
  )
  return { ...countOf(all), faults: Object.fromEntries(faults) as Record<string, string> }
}

/** The peers with the version that is installed beside this package. */
function titleOf(name: string): string {
  const { dependencies } = JSON.parse(
    readFileSync(path.join(root, 'peers/package.json'), 'utf8'),
  ) as { dependencies: Record<string, string> }
  return [name, dependencies[name] ?? ''].join(' ').trim()
}

function machine(): string {
  return `${corpus.length} attacks; ${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}.`
}
