import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import cache from '@tokkyu/cache'
import * as names from '@tokkyu/cache'

const require = createRequire(import.meta.url)

const withoutDefault = (module: object): string[] =>
  Object.keys(module)
    .filter((name) => name !== 'default')
    .toSorted()

describe('the package', () => {
  it('is the same function however it is loaded', async () => {
    const required = require('../entry/index.cjs') as typeof cache
    const imported = (await import('../entry/index.mjs')) as unknown as { default: typeof cache }
    expect(required).toBeTypeOf('function')
    expect(imported.default).toBe(required)
  })

  it('has every name on the function and as an export', async () => {
    const imported = (await import('../entry/index.mjs')) as object
    expect(withoutDefault(names)).toEqual(Object.keys(cache).toSorted())
    expect(withoutDefault(imported)).toEqual(Object.keys(cache).toSorted())
  })
})
