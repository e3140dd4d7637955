import { describe, expect, it } from 'vitest'

import { changedProgram } from '../src/crew/program.ts'

describe('a program that is changed by a reload', () => {
  const before = { entry: 'app.js', args: ['--quiet'], env: { RELEASE: '41' } }

  it('has what the change says', () => {
    const after = changedProgram(before, { args: [], env: { RELEASE: '42' } })
    expect(after).toEqual({ entry: 'app.js', args: [], env: { RELEASE: '42' } })
  })

  it('stays as it is where the change says undefined', () => {
    const change = { entry: undefined, args: undefined, env: undefined }
    expect(changedProgram(before, change as object)).toEqual(before)
  })
})
