import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { brotli, differences as bodies } from './bodies/differences.ts'
import { differences as accepted } from './differences.ts'
import { differences as files } from './static-files/differences.ts'
import { rows } from './ways-back/index.ts'

const page = readFileSync(new URL('../docs/differences.md', import.meta.url), 'utf8')

/** The entries of the page: a line of a table, whose first cell begins with an anchor. */
const entries = page.split('\n').flatMap((line) => {
  const [, id] = /^\| <a id="([\w.-]+)"><\/a>/.exec(line) ?? []
  return id === undefined ? [] : [{ id, cells: cellsOf(line) }]
})

function cellsOf(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim())
}

const ids = entries.map(({ id }) => id)
const shown = new Set(rows.map(({ id }) => id))

describe('docs/differences.md', () => {
  it('has an entry for each accepted difference', () => {
    const found = [...bodies, brotli, ...files].map(({ id }) => id)
    const missing = [...Object.keys(accepted), ...found].filter((id) => !ids.includes(id))
    expect(missing).toEqual([])
  })

  it('has an entry for each program that shows a difference, and a program for each entry', () => {
    expect(new Set(ids)).toEqual(shown)
    expect(ids).toHaveLength(shown.size)
  })

  it.each(entries)('says all there is to say of $id', ({ cells }) => {
    expect(cells).toHaveLength(5)
    for (const cell of cells) expect(cell).toMatch(/\S/)
  })

  it.each(entries)('names the way back from $id, or why there is none', ({ id, cells }) => {
    const [way = ''] = cells.slice(-1)
    const proven = rows.flatMap((row) => (row.id === id ? (row.wayBack ?? []) : []))
    expect(/^none: \S/.test(way)).toBe(proven.length === 0)
    expect(proven.filter((each) => !way.includes(each))).toEqual([])
  })

  it('names decisions that are there', () => {
    const named = [...page.matchAll(/\]\((decisions\/[\w.-]+)\)/g)].map(([, path]) => path)
    expect(named).not.toEqual([])
    for (const path of named) {
      expect(readFileSync(new URL(`../docs/${path}`, import.meta.url), 'utf8')).toMatch(/^# /)
    }
  })
})
