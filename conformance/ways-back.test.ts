import { describe, expect, it, vi } from 'vitest'
import { rows } from './ways-back/index.ts'
import { ours, peers } from './ways-back/row.ts'

vi.setConfig({ testTimeout: 30_000 })

describe('what differs from Express', () => {
  it.each(rows)('is seen on both sides: $id', async ({ see, express, ours: own }) => {
    const theirs = await see(peers, false)
    const here = await see(ours, false)
    expect(theirs).toMatchObject(express as object)
    expect(here).toMatchObject(own as object)
    expect(here).not.toEqual(theirs)
  })
})

describe('the way back', () => {
  it.each(rows.filter(({ wayBack }) => wayBack))(
    'gives what Express gives: $id',
    async ({ see }) => {
      expect(await see(ours, true)).toEqual(await see(peers, false))
    },
  )
})
