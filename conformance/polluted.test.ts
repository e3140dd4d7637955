import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { families } from './families/index.ts'
import { ours } from './harness/frameworks.ts'
import { runCase } from './harness/run-case.ts'

/**
 * Names that code looks for in options, headers, errors and parsed input. A program whose
 * Object.prototype was polluted must not behave otherwise (CVE-2022-24999 and its kind): what is not
 * an own property was not set. Names of headers are left out: node:http itself takes those for headers.
 */
const CANARIES: Record<string, unknown> = {
  root: '/etc',
  domain: 'evil.example',
  httpOnly: false,
  sameSite: 'none',
  maxAge: 31_536_000_000,
  signed: true,
  encode: () => 'canary',
  lastModified: 'Thu, 01 Jan 1970 00:00:00 GMT',
  dotfiles: 'allow',
  extensions: ['canary'],
  immutable: true,
  fallthrough: false,
  setHeaders: () => {
    throw new Error('canary')
  },
  limit: 1,
  strict: false,
  mergeParams: true,
  caseSensitive: true,
  reviver: () => 'canary',
  verify: () => {
    throw new Error('canary')
  },
  inflate: false,
  extended: true,
  statusCode: 299,
  canary: 'canary',
}

const own = Object.prototype as unknown as Record<string, unknown>

function pollute(): void {
  for (const [name, value] of Object.entries(CANARIES)) {
    Object.defineProperty(own, name, {
      value,
      configurable: true,
      enumerable: false,
      writable: true,
    })
  }
}

function clean(): void {
  for (const name of Object.keys(CANARIES)) delete own[name]
}

vi.setConfig({ testTimeout: 30_000 })

beforeAll(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterAll(() => void vi.restoreAllMocks())
afterEach(clean)

describe.each(families)('$name under a polluted Object.prototype', ({ cases }) => {
  it.each(cases)('$name', async (each) => {
    const expected = await runCase(ours, each)
    pollute()
    const outcome = await runCase(ours, each).finally(clean)
    expect(outcome).toEqual(expected)
  })
})
