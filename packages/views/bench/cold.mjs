// Pages that are read, compiled and rendered anew each time, as without a cache: by EJS, by the door
// for EJS, and by the engine with and without source maps, interleaved in one process. By itself:
//   node packages/views/bench/cold.mjs [rounds]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import ejs from 'ejs'

import { createEngine } from '@tokkyu/views'
import door from '@tokkyu/views/ejs'

import { coldData, coldPages } from './cold-pages.mjs'

/** About how much template each subject reads in one round. */
const CHARACTERS = 40_000
const MOST_PAGES = 40
/** Compilers have so much code that V8 is busy optimizing it for a while. */
const WARM_UP_MS = 1000

/**
 * The median CPU time of each subject by scenario; the first is EJS.
 *
 * V8 remembers what it compiled, by its text. Who renders a page twice without a cache has it
 * remember the second time, and it remembers nothing of a page that has changed: both are measured.
 */
export function* coldResults(root, rounds) {
  for (const [name, text] of Object.entries(coldPages)) {
    for (const isNew of [true, false]) {
      const pages = Array.from(
        { length: Math.min(MOST_PAGES, Math.ceil(CHARACTERS / text.length)) },
        (_, i) => path.join(root, `cold-${i}.html`),
      )
      let number = 0
      const write = () => {
        for (const page of pages) writeFileSync(page, `${text}<!-- ${isNew ? ++number : 0} -->\n`)
      }
      yield [
        `${name}, compiled each time, ${isNew ? 'a text that V8 has not seen' : 'a text that V8 has seen'}`,
        measure(subjectsOver(root), pages, write, rounds),
      ]
    }
  }
}

function subjectsOver(root) {
  const withMaps = createEngine({ roots: root, cache: false, sourceMaps: true })
  const withoutMaps = createEngine({ roots: root, cache: false, sourceMaps: false })
  return [
    { name: 'ejs', render: (page) => renderFile(ejs, page) },
    { name: 'door', render: (page) => renderFile(door, page) },
    { name: 'engine', render: (page) => withMaps.render(path.basename(page), coldData) },
    { name: 'no maps', render: (page) => withoutMaps.render(path.basename(page), coldData) },
  ]
}

function measure(subjects, pages, write, rounds) {
  const times = subjects.map(() => [])
  write()
  for (const { render } of subjects) {
    const end = performance.now() + WARM_UP_MS
    while (performance.now() < end) for (const page of pages) render(page)
  }
  for (let round = 0; round < rounds; round++) {
    write()
    const answers = subjects.map(({ render }) => render(pages[0]).replaceAll('&quot;', '&#34;'))
    for (const [i, answer] of answers.entries()) {
      if (answer !== answers[0])
        throw new Error(`${subjects[i].name} answers otherwise:\n${answer}`)
    }
    write()
    for (const [i, { render }] of subjects.entries()) {
      const start = process.cpuUsage()
      for (const page of pages) render(page)
      const { user, system } = process.cpuUsage(start)
      times[i].push(((user + system) * 1000) / pages.length)
    }
  }
  return subjects.map(({ name }, i) => ({ name, nanoseconds: median(times[i]) }))
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

function renderFile({ renderFile: render }, file) {
  let html
  render(file, coldData, (error, text) => {
    if (error) throw error
    html = text
  })
  return html
}

if (process.argv[1] === import.meta.filename) {
  const root = mkdtempSync(path.join(tmpdir(), 'views-bench-'))
  process.on('exit', () => rmSync(root, { recursive: true }))
  for (const [scenario, results] of coldResults(root, Number(process.argv[2] ?? 40))) {
    console.log(scenario)
    for (const { name, nanoseconds } of results) {
      const ratio = (nanoseconds / results[0].nanoseconds).toFixed(2)
      console.log(
        `  ${name.padEnd(10)} ${(nanoseconds / 1000).toFixed(0).padStart(8)} µs  ${ratio}`,
      )
    }
  }
}
