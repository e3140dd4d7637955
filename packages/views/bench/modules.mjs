// Compiled modules against the engine: how much CPU time an application with 200 templates takes until
// each has been rendered once, in processes of their own, and how fast a page is afterwards. What both
// would take anyhow, rendering, is told apart as what it takes to render each once more. By itself:
//   node packages/views/bench/modules.mjs
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { createEngine } from '@tokkyu/views'
import { writeModules } from '@tokkyu/views/modules'

import { coldData, coldPages } from './cold-pages.mjs'

const TEMPLATES = 200
const STARTS = 7
const [, , mode, place] = process.argv

if (mode === undefined) await compare()
else console.log(JSON.stringify(await start(mode, place)))

/** Milliseconds of CPU from making the engine until each template has been rendered, in this process. */
async function start(how, folder) {
  const [roots, compiled] = [path.join(folder, 'views'), path.join(folder, 'compiled')]
  const began = process.cpuUsage()
  const taken = () => {
    const { user, system } = process.cpuUsage(began)
    return (user + system) / 1000
  }
  const engine = createEngine(how === 'compiled' ? { compiled } : { roots, cache: true })
  const ready = taken()
  await engine.render('page0', coldData)
  const first = taken()
  for (let i = 0; i < TEMPLATES; i++) await engine.render(`page${i}`, coldData)
  const all = taken()
  for (let i = 0; i < TEMPLATES; i++) await engine.render(`page${i}`, coldData)
  const again = taken() - all
  return [ready, first, all, all - again]
}

async function compare() {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-modules-'))
  try {
    write(folder)
    const times = { engine: [], compiled: [] }
    for (let i = 0; i < STARTS; i++) {
      for (const how of Object.keys(times)) {
        const argv = [fileURLToPath(import.meta.url), how, folder]
        times[how].push(JSON.parse(execFileSync(process.execPath, argv, { encoding: 'utf8' })))
      }
    }
    const points = [
      'engine is made',
      'first page',
      `all ${TEMPLATES} templates rendered once`,
      'the same without rendering',
    ]
    for (const [i, point] of points.entries()) {
      const [engine, compiled] = Object.values(times).map((each) => median(each.map((t) => t[i])))
      console.log(
        `${point.padEnd(36)} engine ${engine.toFixed(1)} ms, compiled ${compiled.toFixed(1)} ms: ` +
          (compiled / engine).toFixed(3),
      )
    }
    await rate(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Pages of the usual kind, no two alike, which share a part. */
function write(folder) {
  const views = path.join(folder, 'views')
  mkdirSync(views)
  const page = coldPages['page of 60 lines']
  for (let i = 0; i < TEMPLATES; i++) {
    const text = page.replaceAll('<h1>', `<h1 id="h${i}">`)
    writeFileSync(path.join(views, `page${i}.html`), text)
  }
  const { failures } = writeModules(path.join(folder, 'compiled'), { roots: views })
  if (failures.length > 0) throw failures[0]
}

/** How many of a page a second, in turns; the median of the ratios. */
async function rate(folder) {
  const compiled = path.join(folder, 'compiled')
  const engine = createEngine({ roots: path.join(folder, 'views'), cache: true })
  const served = createEngine({ compiled })
  const { default: render } = await import(pathToFileURL(path.join(compiled, 'page0.mjs')).href)
  const subjects = {
    engine: () => engine.render('page0', coldData),
    served: () => served.render('page0', coldData),
    module: () => render(coldData),
  }
  const texts = new Set(Object.values(subjects).map((subject) => subject()))
  if (texts.size !== 1) throw new Error('the subjects print different pages')
  const ratios = { served: [], module: [] }
  for (let round = 0; round < 30; round++) {
    const times = Object.entries(subjects).map(([name, subject]) => {
      const began = performance.now()
      for (let i = 0; i < 2000; i++) subject()
      return [name, performance.now() - began]
    })
    const { engine: base, ...others } = Object.fromEntries(times)
    if (round < 5) continue
    for (const [name, time] of Object.entries(others)) ratios[name].push(time / base)
  }
  for (const [name, list] of Object.entries(ratios)) {
    console.log(`one page, ${name} against engine: ${median(list).toFixed(3)} of its time`)
  }
}

function median(list) {
  return list.toSorted((a, b) => a - b)[list.length >> 1]
}
