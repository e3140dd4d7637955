// Renders four pages with this engine, with a hand-written function and with the peers, interleaved
// in one process (handlebars and nunjucks in their own, see elsewhere.mjs, after the others), and
// prints each time and its ratio to the hand-written function; then pages that are compiled each time
// (cold.mjs), with the ratio to EJS, and pages that are streamed, with the ratio to a stream written by
// hand (streams.mjs, which by itself also tells of waiting pages and of slow readers).
//   npx tsc -b packages/views && node packages/views/bench/run.mjs [rounds]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'

import dot from 'dot'
import ejs from 'ejs'
import { Eta } from 'eta'
import { parse, serialize } from 'parse5'
import pug from 'pug'

import { createEngine } from '@tokkyu/views'

import { coldResults } from './cold.mjs'
import { start } from './elsewhere.mjs'
import { calibrate, timeOf } from './measure.mjs'
import * as pages from './pages.mjs'
import { streamResults } from './streams.mjs'

const rounds = Number(process.argv[2] ?? 12)
const root = mkdtempSync(path.join(tmpdir(), 'views-bench-'))
process.on('exit', () => rmSync(root, { recursive: true }))
for (const [name, text] of Object.entries(pages.files)) writeFileSync(path.join(root, name), text)

const engine = createEngine({ roots: root, cache: true })
const eta = new Eta({ views: root, cache: true, autoTrim: false, defaultExtension: '.eta' })
const ejsFile = (name) => {
  const compiled = ejs.compile(pages.files[`${name}.html`], {
    filename: path.join(root, `${name}.html`),
    cache: true,
    root,
  })
  return (data) => compiled(data)
}
dot.templateSettings.strip = false
const peersElsewhere = [start('handlebars', root), start('nunjucks', root)]

/** Subjects by scenario; the first is the floor that ratios are taken against. */
const scenarios = {
  'small page': [
    ['function', pages.smallFunction],
    ['views', (data) => engine.render('small', data)],
    ['pug', pug.compile(pages.smallPug)],
    ['eta', (data) => eta.render('small', data)],
    ['dot', dot.template(pages.smallDot)],
    ['ejs', ejsFile('small')],
  ],
  '50 rows': [
    ['function', pages.rowsFunction],
    ['views', (data) => engine.render('rows', data)],
    ['pug', pug.compile(pages.rowsPug)],
    ['eta', (data) => eta.render('rows', data)],
    ['dot', dot.template(pages.rowsDot)],
    ['ejs', ejsFile('rows')],
  ],
  'layout and 3 partials': [
    ['function', pages.layoutFunction],
    ['views', (data) => engine.render('page', data)],
    ['pug', pug.compileFile(path.join(root, 'page.pug'))],
    ['eta', (data) => eta.render('page', data)],
    ['ejs', ejsFile('ejs-page')],
  ],
  '1 MiB escaped': [
    ['function', pages.bigFunction],
    ['views', (data) => engine.render('big', data)],
    ['pug', pug.compile('p= text')],
    ['eta', (data) => eta.render('big', data)],
    ['dot', dot.template('<p>{{!it.text}}</p>')],
    ['ejs', ejsFile('big')],
  ],
}
console.log(
  `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}, ${rounds} rounds, median of each\n`,
)
for (const [scenario, subjects] of Object.entries(scenarios)) {
  await sameAnswers(scenario, [...racersHere(scenario, subjects), ...racersElsewhere(scenario)])
  print(scenario, await race(scenario, subjects))
}
for (const peer of peersElsewhere) peer.end()
for (const [scenario, results] of coldResults(root, rounds)) print(scenario, results)
for (const [scenario, results] of await streamResults(root, rounds)) print(scenario, results)

/** One process after the other: V8 runs some code slower where it has to wait between rounds. */
async function race(scenario, subjects) {
  const results = await measure(racersHere(scenario, subjects))
  for (const racer of racersElsewhere(scenario)) results.push(...(await measure([racer])))
  return results
}

function racersHere(scenario, subjects) {
  const data = pages.data[scenario]
  return subjects.map(([name, run]) => ({
    name,
    answer: () => run(data),
    calibrate: () => calibrate(run, data),
    time: (count) => timeOf(run, data, count),
  }))
}

function racersElsewhere(scenario) {
  return peersElsewhere.map((peer) => peer.racer(scenario))
}

/** Peers spell entities and white space in their own ways; what a browser sees must be equal. */
async function sameAnswers(scenario, racers) {
  const seen = []
  for (const { name, answer } of racers) seen.push([name, asSeen(String(await answer()))])
  for (const [name, answer] of seen) {
    if (answer === seen[0][1]) continue
    throw new Error(
      `${scenario}: ${name} answers otherwise:\n${answer.slice(0, 500)}\n${seen[0][1].slice(0, 500)}`,
    )
  }
}

function asSeen(html) {
  return serialize(parse(html)).replace(/\s+/g, '')
}

async function measure(racers) {
  const times = racers.map(() => [])
  const counts = []
  for (const racer of racers) counts.push(await racer.calibrate())
  for (let round = 0; round < rounds; round++) {
    for (const [i, racer] of racers.entries()) times[i].push(await racer.time(counts[i]))
  }
  return racers.map(({ name }, i) => ({ name, nanoseconds: median(times[i]) }))
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

function print(scenario, results) {
  console.log(scenario)
  const floor = results[0].nanoseconds
  for (const { name, nanoseconds } of results) {
    const shown =
      nanoseconds > 1e5 ? `${(nanoseconds / 1000).toFixed(0)} µs` : `${nanoseconds.toFixed(0)} ns`
    console.log(`  ${name.padEnd(10)} ${shown.padStart(12)}  ${(nanoseconds / floor).toFixed(2)}`)
  }
  console.log()
}
