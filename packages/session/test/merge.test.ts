import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeInto } from '../src/session/merge.ts'
import type { Data } from '../src/session/merge.ts'

/** What our side holds after the merge. */
function merge(base: Data, ours: Data, theirs: Data): Data {
  const live = structuredClone(ours)
  mergeInto(live, base, theirs)
  return live
}

describe('what two requests did to one session', () => {
  // The table of docs/sessions.md, row by row.
  it.each<[what: string, base: Data, ours: Data, theirs: Data, result: Data]>([
    ['different keys: both', {}, { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    ['same key, same value', {}, { a: 1 }, { a: 1 }, { a: 1 }],
    [
      'same key, different values: ours, the last to commit',
      { a: 0 },
      { a: 1 },
      { a: 2 },
      { a: 1 },
    ],
    ['a key we did not touch: theirs', { a: 0 }, { a: 0, b: 1 }, { a: 2 }, { a: 2, b: 1 }],
    ['a key we did not touch and they deleted: gone', { a: 0 }, { a: 0, b: 1 }, {}, { b: 1 }],
    ['a key we deleted: gone', { a: 0 }, {}, { a: 0, b: 2 }, { b: 2 }],
    ['a key we deleted and they changed: gone', { a: 0 }, {}, { a: 2 }, {}],
    ['a key they deleted and we changed: ours', { a: 0 }, { a: 1 }, {}, { a: 1 }],
    [
      'plain objects: by the same rules inside',
      { cart: { x: 1, y: 1 } },
      { cart: { x: 2, y: 1 } },
      { cart: { x: 1, z: 3 } },
      { cart: { x: 2, z: 3 } },
    ],
    [
      'an object both have made: joined',
      {},
      { cart: { x: 1 } },
      { cart: { y: 2 } },
      { cart: { x: 1, y: 2 } },
    ],
    ['arrays: ours whole', { list: [1] }, { list: [1, 2] }, { list: [1, 3] }, { list: [1, 2] }],
    [
      'an array we did not touch: theirs whole',
      { list: [1] },
      { list: [1] },
      { list: [1, 3] },
      { list: [1, 3] },
    ],
    ['an object against a value: ours', { a: 0 }, { a: { x: 1 } }, { a: 2 }, { a: { x: 1 } }],
    ['null is a value', { a: 0 }, { a: null }, { a: 0 }, { a: null }],
  ])('%s', (_what, base, ours, theirs, result) => {
    expect(merge(base, ours, theirs)).toEqual(result)
  })

  it('treats `__proto__` as a key like any other', () => {
    const evil = JSON.parse('{"__proto__": {"polluted": true}}') as Data
    const merged = merge({}, {}, evil)
    expect(Object.keys(merged)).toEqual(['__proto__'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    expect(Object.getPrototypeOf(merge({}, {}, evil))).toBe(Object.prototype)
  })

  it('happens in the objects that the handler holds', () => {
    const ours: Data = { cart: { x: 1 }, list: ['one'] }
    const { cart, list } = ours
    mergeInto(
      ours,
      { cart: { x: 1 }, list: ['one'] },
      { cart: { x: 1, y: 2 }, list: ['one', 'two'] },
    )
    expect(ours).toEqual({ cart: { x: 1, y: 2 }, list: ['one', 'two'] })
    expect(ours['cart']).toBe(cart)
    expect(ours['list']).toBe(list)
  })

  it('leaves a Date a Date, ours as well as theirs', () => {
    const date = new Date(0)
    const ours: Data = { mine: date }
    mergeInto(ours, {}, { theirs: new Date(1) })
    expect(ours).toEqual({ mine: date, theirs: new Date(1) })
  })

  const data = fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.oneof(
      fc.integer({ min: 0, max: 2 }),
      fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 2 }),
    ),
    { noNullPrototype: true },
  )

  it('is theirs when we did nothing, and ours when they did nothing', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(data, data, (base, other) => {
        expect(merge(base, base, other)).toEqual(other)
        expect(merge(base, other, base)).toEqual(other)
      }),
    )
  })

  it(
    'holds every key that only one side changed, as that side left it',
    { timeout: 60_000 },
    () => {
      fc.assert(
        fc.property(data, data, data, (base, ours, theirs) => {
          const merged = merge(base, ours, theirs)
          for (const key of ['a', 'b', 'c']) {
            const [was, mine, other] = [base[key], ours[key], theirs[key]].map((value) =>
              JSON.stringify(value),
            )
            const expected = mine === was ? other : mine
            expect(JSON.stringify(merged[key])).toBe(expected)
          }
        }),
      )
    },
  )
})
