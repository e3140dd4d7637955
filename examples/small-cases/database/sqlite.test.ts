import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { describeNotes } from './notes-suite.ts'
import { openNotes } from './open-notes.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'notes-'))
})
afterAll(() => rm(folder, { recursive: true }))

describeNotes('SQLite', () => openNotes('sqlite::memory:'))

describe('the file of SQLite', () => {
  it('keeps notes from one start to the next', async () => {
    const url = `sqlite:${path.join(folder, 'kept.db')}`
    const first = await openNotes(url)
    const note = await first.add('still there')
    await first.close()
    const second = await openNotes(url)
    expect(await second.all()).toEqual([note])
    await second.close()
  })
})

describe('a URL', () => {
  it.each(['oracle://db', 'notes.db', ''])(
    'that names no database we know is refused: "%s"',
    (url) => expect(openNotes(url)).rejects.toThrow(RangeError),
  )
})
