import { describe, expect, it } from 'vitest'

import { createRpcServer } from '../src/index.ts'
import { all, clientOf, numbers, serve, upTo } from './numbers.ts'

describe('a server that calls its caller', () => {
  it('does so over the connection that the call came by, in both directions at once', async () => {
    const { port } = await serve({
      async double({ value }, call) {
        const caller = call.client(numbers)
        const [one, many] = await Promise.all([
          caller.double({ value }),
          all(caller.count({ value: 3 })),
        ])
        return { value: one.value + many.length }
      },
    })
    const client = clientOf(port, {
      serve: createRpcServer().add(numbers, {
        double: ({ value }) => ({ value: value * 100 }),
        count: ({ value }) => upTo(value),
      }),
    })
    const answers = await Promise.all([...upTo(50)].map((request) => client.double(request)))
    expect(answers.map(({ value }) => value)).toEqual([...upTo(50)].map((r) => r.value * 100 + 3))
  })

  it('is told when that answers nothing', async () => {
    const { port } = await serve({
      double: (request, call) => call.client(numbers).double(request),
    })
    await expect(clientOf(port).double({ value: 1 })).rejects.toMatchObject({
      code: 'UNIMPLEMENTED',
    })
  })
})
