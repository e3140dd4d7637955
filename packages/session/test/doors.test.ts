import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import * as names from '@tokkyu/session'
import session from '@tokkyu/session'

const values = Object.entries(names).filter(([name]) => name !== 'default' && name !== 'session')

describe('the doors of the package', () => {
  it('give each name also as a property of the function, for require()', () => {
    for (const [name, value] of values) {
      expect((session as unknown as Record<string, unknown>)[name]).toBe(value)
    }
  })

  it('give each name to import, from the one CommonJS implementation', () => {
    const facade = readFileSync(path.join(import.meta.dirname, '../entry/index.mjs'), 'utf8')
    const exported = facade.slice(facade.indexOf('const {')).match(/\w+(?=,)/g)
    expect(exported?.toSorted()).toEqual(values.map(([name]) => name).toSorted())
  })
})
