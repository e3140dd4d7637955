// One change among 200 templates: how long until their modules are written, and until their types are
// checked by a compiler that stays. By itself:
//   node packages/views/bench/watch.mjs
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { moduleWriter, viewsChecker } from '@tokkyu/views/modules'

import { coldPages } from './cold-pages.mjs'

const TEMPLATES = 200
const CHANGES = 15
const DECLARED = `<%# @types
interface Data {
  lang: string; title: string; site: { name: string; css: string }; theme: string; here: string
  links: { href: string; text: string }[]; user?: { name: string; email: string }; limit: number
  products: { id: number; name: string; price: number; isNew: boolean; tags: string[] }[]
  money: (n: number) => string; query: string; year: number
}
%>`

const root = path.resolve(import.meta.dirname, '../../..')
const folder = mkdtempSync(path.join(import.meta.dirname, 'watched-'))
const views = path.join(folder, 'views')
const pageOf = (i, text) => DECLARED + coldPages['page of 60 lines'] + `<p>${i} ${text}</p>`
const put = (i, text) => writeFileSync(path.join(views, `page${i}.html`), pageOf(i, text))

try {
  mkdirSync(views)
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  writeFileSync(path.join(folder, 'tsconfig.json'), '{ "compilerOptions": { "types": [] } }')
  for (let i = 0; i < TEMPLATES; i++) put(i, 'as it was')
  const times = { modules: [], check: [] }
  const writer = moduleWriter(path.join(folder, 'out'), { roots: views })
  writer.write()
  let told
  const watch = viewsChecker({ roots: views }, folder).watch(
    ({ faults }) => told?.(faults.length),
    (error) => {
      throw error
    },
  )
  const round = () =>
    new Promise((resolve) => {
      told = resolve
    })
  await round()
  for (let i = 0; i < CHANGES; i++) {
    put(i, '<%= titel %>')
    const began = performance.now()
    writer.write()
    const written = performance.now()
    const checked = round()
    watch.change()
    const faults = await checked
    if (faults !== i + 1) throw new Error(`${faults} faults where there are ${i + 1}`)
    times.modules.push(written - began)
    times.check.push(performance.now() - written)
  }
  watch.close()
  for (const [what, list] of Object.entries(times)) {
    const sorted = list.toSorted((a, b) => a - b)
    const [median, most] = [sorted[sorted.length >> 1], sorted.at(-1)]
    console.log(`${what.padEnd(8)} ${median.toFixed(0)} ms a change, at most ${most.toFixed(0)} ms`)
  }
} finally {
  rmSync(folder, { recursive: true })
}
