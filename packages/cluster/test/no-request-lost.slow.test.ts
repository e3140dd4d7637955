import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

import { beforeAll, describe, expect, it } from 'vitest'

interface Result {
  readonly times: number
  readonly answered: number
  readonly lost: readonly { readonly kind: string; readonly servedBy?: number }[]
  readonly notes: readonly { readonly pid?: number }[]
}

interface Measured {
  readonly results: Readonly<Record<string, Result>>
  readonly descriptorsBefore: number
  readonly descriptorsAfter: number
  readonly zombies: number
  readonly orphans: number
}

/** Connections that the clients of the bench hold at once, at most. */
const connections = 18

describe('a supervisor under clients of all kinds', () => {
  let measured: Measured

  beforeAll(async () => {
    const bench = path.join(import.meta.dirname, '../bench/run.mjs')
    const args = [bench, '--only', 'ours', '--short', '--json']
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 })
    ;[measured] = JSON.parse(stdout) as [Measured]
  }, 120_000)

  it.each(['reload', 'exception', 'scale'])('loses no request by %s', (kind) => {
    expect(measured.results[kind]?.lost).toEqual([])
    expect(measured.results[kind]?.answered).toBeGreaterThan(50)
  })

  it.each(['kill', 'hung'])('loses by %s only what that worker had in hand', (kind) => {
    const { lost = [], notes = [], times = 0 } = measured.results[kind] ?? {}
    const ended = notes.map(({ pid }) => pid)
    const byOthers = lost.filter(({ servedBy }) => servedBy && !ended.includes(servedBy))
    expect(ended).toHaveLength(times)
    expect(byOthers).toEqual([])
    expect(lost.length).toBeLessThanOrEqual(connections * times)
  })

  it('leaves no descriptor, zombie or orphan behind', () => {
    expect(measured).toMatchObject({ zombies: 0, orphans: 0 })
    expect(measured.descriptorsAfter).toBe(measured.descriptorsBefore)
  })
})
