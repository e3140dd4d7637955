// Renders four pages with this engine, with a hand-written function and with the peers, interleaved
// in one process, and prints each time and its ratio to the hand-written function.
//   npx tsc -b packages/views && node packages/views/bench/run.mjs [rounds]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'

import dot from 'dot'
import ejs from 'ejs'
import { Eta } from 'eta'
import he from 'he'
import pug from 'pug'

import { createEngine } from '@tokkyu/views'

import * as pages from './pages.mjs'

let sink = 0
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
const data = {
  'small page': pages.smallData,
  '50 rows': pages.rowsData,
  'layout and 3 partials': pages.layoutData,
  '1 MiB escaped': pages.bigData,
}

console.log(
  `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}, ${rounds} rounds, median of each\n`,
)
for (const [scenario, subjects] of Object.entries(scenarios)) {
  sameAnswers(scenario, subjects)
  print(scenario, measure(subjects, data[scenario]))
}
print(
  'compile the small page',
  measure(
    [
      ['views', () => pages.compileSmall()],
      ['eta', () => eta.compile(pages.files['small.eta'])],
      ['dot', () => dot.template(pages.smallDot)],
      ['ejs', () => ejs.compile(pages.files['small.html'])],
    ],
    undefined,
  ),
)

/** Peers spell entities and white space in their own ways; what a browser sees must be equal. */
function sameAnswers(scenario, subjects) {
  const seen = subjects.map(([name, render]) => [
    name,
    he
      .decode(String(render(data[scenario])))
      .replace(/\s+/g, '')
      .replace('doctype', 'DOCTYPE'),
  ])
  for (const [name, answer] of seen) {
    if (answer === seen[0][1]) continue
    throw new Error(
      `${scenario}: ${name} answers otherwise:\n${answer.slice(0, 500)}\n${seen[0][1].slice(0, 500)}`,
    )
  }
}

function measure(subjects, argument) {
  const times = subjects.map(() => [])
  const counts = subjects.map(([, run]) => calibrate(run, argument))
  for (let round = 0; round < rounds; round++) {
    for (const [i, [, run]] of subjects.entries()) times[i].push(timeOf(run, argument, counts[i]))
  }
  return subjects.map(([name], i) => ({ name, nanoseconds: median(times[i]) }))
}

function calibrate(run, argument) {
  let count = 1
  while (timeOf(run, argument, count) * count < 60e6) count *= 2
  return count
}

function timeOf(run, argument, count) {
  const start = process.cpuUsage()
  for (let i = 0; i < count; i++) {
    const result = run(argument)
    // A joined string is only made whole when somebody reads it.
    sink += typeof result === 'string' ? Buffer.byteLength(result) : 1
  }
  const { user, system } = process.cpuUsage(start)
  return ((user + system) * 1000) / count
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
