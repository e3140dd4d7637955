import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { encodeParts } from '../src/stores/json-and-bytes.ts'
import { decodeValue, encodeValue } from '../src/stores/redis-value.ts'

const bytes = fc.uint8Array({ maxLength: 200 }).map((each) => Buffer.from(each))

describe('a value in Redis', () => {
  it('comes back as it was, whatever it is, compressed or not', async () => {
    const anything = fc.anything({ withDate: true, withMap: true, withSet: true, withBigInt: true })
    const json = fc.jsonValue()
    const answer = fc.record(
      { body: bytes, rest: fc.oneof(anything, json) },
      { noNullPrototype: true },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(anything, json, answer, bytes),
        fc.constantFrom(0, 100, Infinity),
        async (value, above) => {
          expect(await decodeValue(await encodeValue(value, above))).toStrictEqual(value)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('is JSON and bytes where that can say it', () => {
    const answer = {
      status: 200,
      headers: [['ETag', ['"a"', '\ud800']]],
      body: Buffer.from([0, 255]),
    }
    const encoded = encodeParts(answer)
    expect(encoded?.[0]).toBe(1)
    expect(encoded?.subarray(-2)).toEqual(Buffer.from([0, 255]))
    expect(decodeValue(encoded!)).toStrictEqual(answer)
  })

  const body = Buffer.from('x')
  it.each([
    ['no buffer', { a: 1 }],
    ['two buffers', { a: body, b: body }],
    ['a buffer deeper', { body, more: { body } }],
    ['a number that JSON does not know', { body, fresh: Infinity }],
    ['a zero that is negative', { body, zero: -0 }],
    ['undefined', { body, none: undefined }],
    ['a list with a hole', { body, list: [1, , 3] }], // oxlint-disable-line no-sparse-arrays
    ['a date', { body, made: new Date(0) }],
    ['an object that is its own JSON', { body, money: { toJSON: () => 1 } }],
    ['a name that is the prototype', { body, ['__proto__']: 1 }],
    ['a buffer under that name', { ['__proto__']: body }],
    ['no prototype', Object.assign(Object.create(null) as object, { body })],
    ['a list', [body]],
  ])('is not with %s', (_what, value) => {
    expect(encodeParts(value)).toBeUndefined()
  })
})
