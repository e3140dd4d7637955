import { createRequire } from 'node:module'

import { describe, expect, it } from 'vitest'

import * as source from '../src/index.ts'

const require = createRequire(import.meta.url)

describe('the package', () => {
  it('gives the same names however it is loaded', async () => {
    const required = require('../entry/index.cjs') as object
    const imported = (await import('../entry/index.mjs')) as object
    const names = Object.keys(source).toSorted()
    expect(Object.keys(required).toSorted()).toEqual(names)
    expect(Object.keys(imported).toSorted()).toEqual(names)
  })

  it('has one class of each error however it is loaded', async () => {
    const required = require('../entry/index.cjs') as typeof source
    const imported = await import('../entry/index.mjs')
    expect(imported.RpcError).toBe(required.RpcError)
  })
})
