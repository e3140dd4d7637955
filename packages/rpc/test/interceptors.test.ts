import { AsyncLocalStorage } from 'node:async_hooks'

import { describe, expect, it } from 'vitest'

import { RpcError } from '../src/index.ts'
import { all, clientOf, pair, serve, upTo } from './numbers.ts'

describe('an interceptor of a server', () => {
  it('stands around the call, the first outermost', async () => {
    const order: string[] = []
    const client = await pair(
      {
        double({ value }) {
          order.push('handler')
          return { value: value * 2 }
        },
      },
      {
        server: {
          interceptors: ['outer', 'inner'].map((name) => async (_, next) => {
            order.push(`${name} before`)
            const response = await next()
            order.push(`${name} after`)
            return response
          }),
        },
      },
    )
    expect(await client.double({ value: 2 })).toMatchObject({ value: 4 })
    expect(order).toEqual(['outer before', 'inner before', 'handler', 'inner after', 'outer after'])
  })

  it('can refuse a call before its handler sees it', async () => {
    let seen = 0
    const client = await pair(
      { double: ({ value }) => ({ value: value + ++seen }) },
      {
        server: {
          interceptors: [
            (call, next) => {
              if (!call.metadata.has('authorization')) throw new RpcError('UNAUTHENTICATED')
              return next()
            },
          ],
        },
      },
    )
    await expect(client.double({ value: 1 })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    const metadata = { authorization: 'Bearer x' }
    expect(await client.double({ value: 1 }, { metadata })).toMatchObject({ value: 2 })
  })

  it('sees a stream end when it has ended', async () => {
    let sent = 0
    const ends: number[] = []
    const client = await pair(
      {
        *count({ value }) {
          for (const each of upTo(value)) {
            sent++
            yield each
          }
        },
      },
      {
        server: {
          interceptors: [
            async (_, next) => {
              await next()
              ends.push(sent)
            },
          ],
        },
      },
    )
    await all(client.count({ value: 5 }))
    expect(ends).toEqual([5])
  })

  it('hands its AsyncLocalStorage to the handler, also while it streams', async () => {
    const store = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const client = await pair(
      {
        async *each(requests) {
          for await (const request of requests) {
            seen.push(store.getStore())
            yield request
          }
        },
      },
      { server: { interceptors: [(_, next) => store.run('mine', next)] } },
    )
    await all(client.each(upTo(3)))
    expect(seen).toEqual(['mine', 'mine', 'mine'])
  })
})

describe('an interceptor of a client', () => {
  it('adds to what is sent along, and may answer in place of the server', async () => {
    const { port } = await serve({
      double: (_, call) => ({ value: Number(call.metadata.get('add')) }),
    })
    const client = clientOf(port, {
      interceptors: [
        async (call, next) => {
          call.metadata.set('add', '5')
          const response = await next()
          return { value: (response as { value: number }).value + 1 }
        },
      ],
    })
    expect(await client.double({ value: 1 })).toMatchObject({ value: 6 })
  })

  it('sees what the call failed with, and may turn it into an answer', async () => {
    const { port } = await serve({
      double() {
        throw new RpcError('NOT_FOUND')
      },
    })
    const client = clientOf(port, {
      interceptors: [
        async (_, next) => {
          try {
            return await next()
          } catch {
            return { value: -1 }
          }
        },
      ],
    })
    expect(await client.double({ value: 1 })).toEqual({ value: -1 })
  })

  it('sees the end of a stream, and its failure reaches whoever reads', async () => {
    const { port } = await serve({ count: ({ value }) => upTo(value) })
    const client = clientOf(port, {
      interceptors: [
        async (_, next) => {
          await next()
          throw new RpcError('DATA_LOSS', 'not what was asked')
        },
      ],
    })
    await expect(all(client.count({ value: 2 }))).rejects.toMatchObject({ code: 'DATA_LOSS' })
  })
})

describe('a call made while another is answered', () => {
  it('belongs to no call once the handler has ended', async () => {
    const inner = await serve({
      double: (_, call) => ({ value: call.deadline === undefined ? 1 : 0 }),
    })
    const backend = clientOf(inner.port)
    let later!: Promise<{ value: number }>
    const client = await pair({
      double({ value }) {
        later = new Promise((resolve) => setTimeout(resolve, 10)).then(() =>
          backend.double({ value }),
        )
        return { value }
      },
    })
    await client.double({ value: 1 }, { deadline: 5000 })
    expect(await later).toMatchObject({ value: 1 })
  })

  it('carries the trace of the outer one', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    let seen: string | undefined
    const inner = await serve({
      double({ value }, call) {
        seen = call.metadata.get('traceparent')
        return { value }
      },
    })
    const backend = clientOf(inner.port)
    const client = await pair({
      async double(request) {
        await Promise.resolve()
        return backend.double(request)
      },
    })
    await client.double({ value: 1 }, { metadata: { traceparent } })
    expect(seen).toBe(traceparent)
  })
})
