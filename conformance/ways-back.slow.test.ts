import { describe, expect, it, vi } from 'vitest'
import { rows as all } from './ways-back/index.ts'
import { ours, peers, type Row } from './ways-back/row.ts'

vi.setConfig({ testTimeout: 30_000 })

const rows = all.filter(({ here }) => here !== false)

const seen = new Map<Row, Promise<unknown>>()

/** What is seen with the packages of npm; asked once. */
function theirsOf(row: Row): Promise<unknown> {
  const known = seen.get(row) ?? row.see(peers, false)
  seen.set(row, known)
  return known
}

describe('what differs from Express', () => {
  it.each(rows)('is seen on both sides: $id', async (row) => {
    const theirs = await theirsOf(row)
    const own = await row.see(ours, false)
    expect(theirs).toMatchObject(row.express as object)
    expect(own).toMatchObject(row.ours as object)
    expect(own).not.toEqual(theirs)
  })
})

describe('the way back', () => {
  it.each(rows.filter(({ wayBack }) => wayBack !== undefined))(
    'gives what Express gives: $id',
    async (row) => {
      expect(await row.see(ours, true)).toEqual(await theirsOf(row))
    },
  )
})
