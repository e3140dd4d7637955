import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { express, ours } from './harness/frameworks.ts'
import { onOwnServer, runCase } from './harness/run-case.ts'
import { bodyCases } from './middleware/bodies.ts'
import { headerCases } from './middleware/headers.ts'
import { ownCases } from './middleware/own.ts'
import { sessionCases } from './middleware/sessions.ts'

vi.setConfig({ testTimeout: 30_000 })

beforeAll(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
// Both are asked in the same second: some middlewares tell it in a field.
beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterAll(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe.each([
  ['a server of the program', undefined],
  ['app.listen', onOwnServer],
])('middleware from npm under %s', (_where, serve) => {
  it.each([...headerCases, ...sessionCases, ...bodyCases, ...ownCases])('$name', async (each) => {
    expect(await runCase(ours, each, serve)).toEqual(await runCase(express, each, serve))
  })
})
