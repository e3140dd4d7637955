// Every link of a page into this repository leads to what is there, down to the heading.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'

import { linksIn, placesIn } from './headings.mjs'
import { root } from './sources.mjs'

const tracked = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard', '*.md'], {
  cwd: root,
})
const pages = String(tracked)
  .split('\0')
  .filter((page) => page && existsSync(path.join(root, page)))
  // What is generated elsewhere, and what a new application begins with, is no page of ours.
  .filter((page) => !/^(?:packages\/create\/templates|\.changeset)\//.test(page))
const places = new Map()
const faults = []
let count = 0
for (const page of pages)
  for (const { target, line } of linksIn(textOf(page))) {
    count++
    const [file, place] = target.split('#')
    const at = file === '' ? page : path.join(path.dirname(page), decodeURI(file))
    const why = faultIn(at, place)
    if (why) faults.push(`${page}:${line} ${target}: ${why}`)
  }
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1
else console.log(`${count} links on ${pages.length} pages lead to what is there`)

function faultIn(at, place) {
  if (at.startsWith('..')) return 'lies outside of the repository'
  const stat = statSync(path.join(root, at), { throwIfNoEntry: false })
  if (!stat) return 'is not there'
  if (!place || !at.endsWith('.md')) return undefined
  if (!places.has(at)) places.set(at, placesIn(textOf(at)))
  return places.get(at).has(place) ? undefined : 'has no such heading'
}

function textOf(page) {
  return readFileSync(path.join(root, page), 'utf8')
}
