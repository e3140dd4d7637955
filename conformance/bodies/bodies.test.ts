import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyCases, optionCases } from './cases.ts'
import { brotli, differences, refusedOptions } from './differences.ts'
import { BodyServer, type Outcome } from './exchange.ts'
import { ours, peers } from './parsers.ts'

const server = new BodyServer()
beforeAll(() => server.start())
afterAll(() => server.stop())

describe('a body parser does with a request what body-parser does', () => {
  it.each(bodyCases)('$name', async (one) => {
    const expected = await server.send(peers[one.parser](one.options), one)
    const received = await server.send(ours[one.parser](one.options), one)
    expect(withoutExtras(received, expected)).toEqual(expected)
  })
})

const [major = 0] = process.versions.node.split('.').map(Number)
const unsafeBrotli = major < 22 ? [brotli] : []

describe('a body parser differs from body-parser on purpose', () => {
  it.each([...differences, ...unsafeBrotli])(
    'because $because',
    async ({ one, ours: expected }) => {
      const peer = await server.send(peers[one.parser](one.options), one)
      expect(peer, 'it does not differ').not.toEqual(expected)
      expect(await server.send(ours[one.parser](one.options), one)).toEqual(expected)
    },
  )
})

describe('options are right or wrong', () => {
  it.each(optionCases)('where body-parser says so: %s(%j)', (parser, options) => {
    expect(attempt(() => ours[parser](options))).toBe(attempt(() => peers[parser](options)))
  })

  it.each(refusedOptions)(
    'where body-parser takes them for others: %s(%j)',
    (parser, options, error) => {
      expect(attempt(() => peers[parser](options))).toBe('function')
      expect(attempt(() => ours[parser](options))).toBe(error)
    },
  )
})

/** Drops fields of an error that the peer's has not. */
function withoutExtras(received: Outcome, expected: Outcome): Outcome {
  if (!('error' in received) || !('error' in expected)) return received
  const { limit: _limit, ...error } = received.error
  return 'limit' in expected.error ? received : { error }
}

function attempt(make: () => unknown): string {
  try {
    return typeof make()
  } catch (error) {
    return String(error)
  }
}
