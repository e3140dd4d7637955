import { AsyncLocalStorage } from 'node:async_hooks'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { type Metadata, RpcError } from '../src/index.ts'
import { abortOf, all, clientOf, deferred, pair, serve, upTo } from './numbers.ts'

describe('a call', () => {
  it('of one request has one response', async () => {
    const client = await pair({ double: ({ value }) => ({ value: value * 2 }) })
    expect(await client.double({ value: 21 })).toMatchObject({ value: 42 })
  })

  it('of many requests has one response', async () => {
    const client = await pair({
      async sum(requests) {
        let value = 0
        for await (const each of requests) value += each.value
        return { value }
      },
    })
    expect(await client.sum(upTo(1000))).toMatchObject({ value: 500_500 })
  })

  it('of one request has many responses', async () => {
    const client = await pair({ count: ({ value }) => upTo(value) })
    const values = await all(client.count({ value: 3 }))
    expect(values.map(({ value }) => value)).toEqual([1, 2, 3])
  })

  it('of many requests has many responses, each as it comes', async () => {
    const client = await pair({
      async *each(requests) {
        for await (const { value } of requests) yield { value: value * 10 }
      },
    })
    const asked = [deferred<number>(), deferred<number>()]
    const responses = client.each(
      (async function* requests() {
        for (const { promise } of asked) yield { value: await promise }
      })(),
    )
    asked[0]!.resolve(1)
    expect(await responses.next()).toMatchObject({ value: { value: 10 } })
    asked[1]!.resolve(2)
    expect(await responses.next()).toMatchObject({ value: { value: 20 } })
    expect(await responses.next()).toMatchObject({ done: true })
  })

  it('may be answered before one that was made earlier', async () => {
    const late = deferred()
    const client = await pair({
      async double({ value }) {
        if (value === 1) await late.promise
        return { value: value * 2 }
      },
    })
    const order: number[] = []
    const first = client.double({ value: 1 }).then(({ value }) => order.push(value))
    await client.double({ value: 2 }).then(({ value }) => order.push(value))
    late.resolve()
    await first
    expect(order).toEqual([4, 2])
  })

  it('is one of thousands at once, none lost or mixed up', { timeout: 60_000 }, async () => {
    const client = await pair(
      {
        async double({ value }) {
          if (value % 7 === 0) await sleep(value % 5)
          return { value: value * 2 }
        },
        count: ({ value }) => upTo(value % 50),
        async sum(requests) {
          let value = 0
          for await (const each of requests) value += each.value
          return { value }
        },
      },
      { server: { limits: { streams: 5000 } } },
    )
    const answers = await Promise.all(
      Array.from({ length: 1500 }, async (_, index) => {
        if (index % 3 === 0) return (await client.double({ value: index })).value === index * 2
        if (index % 3 === 1)
          return (await all(client.count({ value: index }))).length === index % 50
        return (
          (await client.sum(upTo(index % 40))).value === ((index % 40) * ((index % 40) + 1)) / 2
        )
      }),
    )
    expect(answers.filter((right) => !right)).toEqual([])
  })

  it(
    'carries a message larger than the window, beside small ones',
    { timeout: 60_000 },
    async () => {
      const client = await pair({ double: ({ value, data }) => ({ value, data: data! }) })
      const data = Buffer.alloc(3_000_000, 'tokkyu')
      const large = client.double({ value: 1, data })
      expect(await client.double({ value: 2 })).toMatchObject({ value: 2 })
      expect(Buffer.compare((await large).data!, data)).toBe(0)
    },
  )

  it('waits while other large messages are put together', { timeout: 60_000 }, async () => {
    const sizes: number[] = []
    const client = await pair(
      {
        double: ({ value, data }) => {
          sizes.push(data!.length)
          return { value }
        },
      },
      { server: { limits: { messageBytes: 400_000, assembledBytes: 400_000 } } },
    )
    const calls = Array.from({ length: 10 }, (_, value) =>
      client.double({ value, data: Buffer.alloc(300_000, value) }),
    )
    expect((await Promise.all(calls)).map(({ value }) => value)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ])
    expect(sizes).toEqual(Array<number>(10).fill(300_000))
  })

  it('carries metadata both ways', async () => {
    const client = await pair({
      double({ value }, call) {
        call.headers.set('echo', call.metadata.get('tag')!)
        call.trailers.set('cost-bin', Buffer.of(1, 2))
        return { value }
      },
    })
    const heard: Record<string, Metadata> = {}
    await client.double(
      { value: 1 },
      {
        metadata: { Tag: 'zoe' },
        onHeaders: (headers) => (heard['headers'] = headers),
        onTrailers: (trailers) => (heard['trailers'] = trailers),
      },
    )
    expect(heard['headers']!.get('echo')).toBe('zoe')
    expect(heard['trailers']!.getBytes('cost-bin')).toEqual(Buffer.of(1, 2))
  })

  it('keeps the AsyncLocalStorage of the caller for its requests, also while it connects', async () => {
    const store = new AsyncLocalStorage<string>()
    const client = await pair({
      sum: async (requests) => ({ value: (await all(requests)).length }),
    })
    const seen: unknown[] = []
    function* one(): Generator<{ value: number }> {
      seen.push(store.getStore())
      yield { value: 1 }
    }
    await Promise.all(['mine', 'yours'].map((name) => store.run(name, () => client.sum(one()))))
    expect(seen).toEqual(['mine', 'yours'])
  })

  it('keeps the AsyncLocalStorage of the caller, message by message', async () => {
    const store = new AsyncLocalStorage<string>()
    const client = await pair({ count: ({ value }) => upTo(value) })
    const seen = await store.run('mine', async () => {
      const stores: unknown[] = []
      for await (const _ of client.count({ value: 3 })) stores.push(store.getStore())
      return stores
    })
    expect(seen).toEqual(['mine', 'mine', 'mine'])
  })
})

describe('a call that fails', () => {
  it('says what its handler says, without cause or stack', async () => {
    const client = await pair({
      double() {
        throw new RpcError('NOT_FOUND', 'There is no 7', {
          metadata: { hint: 'try 8' },
          cause: new Error('secret'),
        })
      },
    })
    const error = await client.double({ value: 7 }).catch((reason: unknown) => reason as RpcError)
    expect(error).toMatchObject({ code: 'NOT_FOUND', details: 'There is no 7', status: 404 })
    expect((error as RpcError).cause).toBeUndefined()
    expect((error as RpcError).stack).not.toContain('secret')
    expect((error as RpcError).metadata.get('hint')).toBe('try 8')
  })

  it('tells nothing of an error that was not made for callers, but the server hears of it', async () => {
    const heard: unknown[] = []
    const fault = new Error('password is hunter2')
    const client = await pair(
      {
        double() {
          throw fault
        },
      },
      { server: { onError: (error) => heard.push(error) } },
    )
    await expect(client.double({ value: 1 })).rejects.toMatchObject({
      code: 'UNKNOWN',
      details: 'The handler failed',
    })
    expect(heard).toEqual([fault])
  })

  it('still gives the messages that came before', async () => {
    const client = await pair({
      *count() {
        yield { value: 1 }
        throw new RpcError('ABORTED', 'enough')
      },
    })
    const responses = client.count({ value: 1 })
    expect(await responses.next()).toMatchObject({ value: { value: 1 } })
    await expect(responses.next()).rejects.toMatchObject({ code: 'ABORTED', details: 'enough' })
  })

  it('because its request does not fit its schema is not sent', async () => {
    const client = await pair({ double: ({ value }) => ({ value }) })
    await expect(client.double({ value: 'x' } as never)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: expect.stringContaining('test.Num.value'),
      reached: false,
    })
  })

  it('because one of many requests does not fit its schema says which field', async () => {
    const client = await pair({
      async sum(requests) {
        for await (const _ of requests);
        return { value: 0 }
      },
      async *each(requests) {
        yield* requests
      },
    })
    const requests = [{ value: 1 }, { value: 'x' }] as never
    const misfit = {
      code: 'INVALID_ARGUMENT',
      details: expect.stringContaining('test.Num.value'),
    }
    await expect(client.sum(requests)).rejects.toMatchObject(misfit)
    await expect(
      (async () => {
        for await (const _ of client.each(requests));
      })(),
    ).rejects.toMatchObject(misfit)
  })

  it('because nobody answers the method is UNIMPLEMENTED', async () => {
    const client = await pair({})
    await expect(client.double({ value: 1 })).rejects.toMatchObject({ code: 'UNIMPLEMENTED' })
  })

  it('because its request breaks off is CANCELLED, with the reason', async () => {
    const stopped = deferred<unknown>()
    const client = await pair({
      async sum(requests) {
        try {
          for await (const _ of requests);
        } catch (error) {
          stopped.resolve(error)
          throw error
        }
        return { value: 0 }
      },
    })
    const reason = new Error('no more')
    const call = client.sum(
      (async function* requests() {
        yield { value: 1 }
        throw reason
      })(),
    )
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED', cause: reason })
    expect(await stopped.promise).toMatchObject({ code: 'CANCELLED' })
  })

  it('whose responses nobody reads disturbs nobody', async () => {
    const client = await pair({
      // eslint-disable-next-line require-yield
      *count() {
        throw new RpcError('ABORTED')
      },
      double: ({ value }) => ({ value }),
    })
    client.count({ value: 1 })
    expect(await client.double({ value: 1 })).toMatchObject({ value: 1 })
  })

  it('because its message is too large leaves the others alone', async () => {
    const client = await pair(
      { double: ({ value }) => ({ value }) },
      { server: { limits: { messageBytes: 1000 } } },
    )
    const [large, small] = await Promise.allSettled([
      client.double({ value: 1, data: Buffer.alloc(2000) }),
      client.double({ value: 2 }),
    ])
    expect(large).toMatchObject({ reason: { code: 'RESOURCE_EXHAUSTED' } })
    expect(small).toMatchObject({ value: { value: 2 } })
  })
})

describe('a deadline', { timeout: 30_000 }, () => {
  it('fails the call when it has passed, and aborts its handler', async () => {
    const aborted = deferred<unknown>()
    const client = await pair({
      async double({ value }, call) {
        if (value === 1) aborted.resolve(await abortOf(call.signal))
        return { value: 1 }
      },
    })
    await client.double({ value: 0 }) // connects
    await expect(client.double({ value: 1 }, { deadline: 1000 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    })
    expect(await aborted.promise).toBeInstanceOf(RpcError)
  })

  it('goes over the wire as what is left of it', async () => {
    const client = await pair({
      double: (_, call) => ({ value: Math.round(call.deadline! - performance.now()) }),
    })
    const { value } = await client.double({ value: 1 }, { deadline: 60_000 })
    expect(value).toBeGreaterThan(0)
    expect(value).toBeLessThanOrEqual(60_000)
  })

  it('that has passed when the call comes runs no handler', async () => {
    let seen = 0
    const client = await pair({ double: ({ value }) => ({ value: value + seen++ }) })
    await client.double({ value: 0 })
    await expect(client.double({ value: 1 }, { deadline: 0 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    })
    expect(await client.double({ value: 0 })).toMatchObject({ value: 1 })
  })

  it('fails a call whose server is not reached in time', async () => {
    const silent = createServer()
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    await expect(clientOf(port).double({ value: 1 }, { deadline: 30 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      reached: false,
    })
    silent.close()
  })

  it('of the outer call holds for the calls that its handler makes', async () => {
    const inner = await serve({
      double: (_, call) => ({ value: Math.round(call.deadline! - performance.now()) }),
    })
    const backend = clientOf(inner.port)
    const client = await pair({ double: ({ value }) => backend.double({ value }) })
    const { value } = await client.double({ value: 1 }, { deadline: 5000 })
    expect(value).toBeGreaterThan(0)
    expect(value).toBeLessThanOrEqual(5000)
  })
})

describe('cancelling', { timeout: 30_000 }, () => {
  it('by a signal reaches the handler, also through a call that it makes', async () => {
    const [begun, aborted] = [deferred(), deferred<unknown>()]
    const inner = await serve({
      async double(_, call) {
        begun.resolve()
        aborted.resolve(await abortOf(call.signal))
        return { value: 1 }
      },
    })
    const backend = clientOf(inner.port)
    const client = await pair({ double: (request) => backend.double(request) })
    const controller = new AbortController()
    const call = client.double({ value: 1 }, { signal: controller.signal })
    await begun.promise
    controller.abort()
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await aborted.promise).toMatchObject({ code: 'CANCELLED' })
  })

  it('is what leaving a loop over responses does', async () => {
    const stopped = deferred()
    const client = await pair({
      async *count(_, call) {
        call.signal.addEventListener('abort', () => stopped.resolve())
        for (let value = 1; ; value++) {
          yield { value }
          await sleep(1)
        }
      },
    })
    const seen: number[] = []
    for await (const { value } of client.count({ value: 1 })) if (seen.push(value) === 3) break
    await stopped.promise
    expect(seen).toEqual([1, 2, 3])
  })

  it('ten thousand times in a row harms no other call', { timeout: 60_000 }, async () => {
    const client = await pair({
      async double({ value }, call) {
        if (value === 0) {
          await abortOf(call.signal)
        }
        return { value: value * 2 }
      },
    })
    for (let round = 0; round < 100; round++) {
      const controller = new AbortController()
      const { signal } = controller
      const cancelled = Array.from({ length: 100 }, () => client.double({ value: 0 }, { signal }))
      const honest = client.double({ value: 4 })
      await new Promise(setImmediate)
      controller.abort()
      const ends = await Promise.allSettled(cancelled)
      expect(ends.every(({ status }) => status === 'rejected')).toBe(true)
      expect(await honest).toMatchObject({ value: 8 })
    }
  })

  it('of a call before it began sends nothing', async () => {
    let seen = 0
    const client = await pair({ double: ({ value }) => ({ value: value + seen++ }) })
    const signal = AbortSignal.abort()
    await expect(client.double({ value: 1 }, { signal })).rejects.toMatchObject({
      code: 'CANCELLED',
      reached: false,
    })
    expect(await client.double({ value: 1 })).toMatchObject({ value: 1 })
  })
})

describe('a call with many responses that cannot be made', () => {
  const made = deferred<never>()
  const client = (): ReturnType<typeof pair> => pair({ count: () => made.promise as never })

  it.each([
    ['a request that its schema does not take', { value: 'x' as never }, {}, 'INVALID_ARGUMENT'],
    [
      'metadata that gRPC does not carry',
      { value: 1 },
      { metadata: { tag: 'zoë' } },
      'RPC_BAD_OPTION',
    ],
    ['a deadline that is none', { value: 1 }, { deadline: Number.NaN }, 'RPC_BAD_OPTION'],
  ])('fails when its responses are asked for: %s', async (_, request, options, code) => {
    const responses = (await client()).count(request, options)
    await expect(responses.next()).rejects.toMatchObject({ code })
    expect(await responses.next()).toEqual({ done: true, value: undefined })
  })

  it('costs nothing when nobody asks', async () => {
    const responses = (await client()).count({ value: 'x' as never })
    expect(await responses.return!()).toEqual({ done: true, value: undefined })
  })
})
