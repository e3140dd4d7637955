import { expect, it } from 'vitest'

import { all, pair, upTo } from './numbers.ts'

/** Each of the four kinds in turn; says whether the answer is the right one. */
const CALLS = 1_000_000
const AT_ONCE = 500

it('a million calls of mixed kinds over one connection are each answered once and rightly', async () => {
  let answered = 0
  const client = await pair({
    double: ({ value }) => ({ value: value * 2 }),
    count: ({ value }) => upTo(value % 4),
    async sum(requests) {
      let value = 0
      for await (const each of requests) value += each.value
      return { value }
    },
    async *each(requests) {
      for await (const { value } of requests) yield { value: -value }
    },
  })
  const kinds = [
    async (value: number) => (await client.double({ value })).value === value * 2,
    async (value: number) => (await all(client.count({ value }))).length === value % 4,
    async (value: number) => (await client.sum([{ value }, { value: 1 }])).value === value + 1,
    async (value: number) => (await all(client.each([{ value }])))[0]?.value === -value,
  ]
  let next = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < CALLS) {
        const value = ++next
        const right = await kinds[value % 10 === 0 ? value % 4 : 0]!(value)
        if (right) answered++
      }
    }),
  )
  expect(answered).toBe(CALLS)
}, 600_000)
