import { MessageChannel } from 'node:worker_threads'

import { describe, expect, it } from 'vitest'

import {
  type Carrier,
  connect,
  createRpcServer,
  grpcTunnel,
  portCarrier,
  RpcError,
} from '../src/index.ts'
import { abortOf, afterwards, all, deferred, numbers, upTo } from './numbers.ts'

function clientOver(carrier: Carrier): ReturnType<typeof connect<import('./numbers.ts').Numbers>> {
  const serve = createRpcServer().add(numbers, { double: ({ value }) => ({ value: value + 1 }) })
  const client = connect(numbers, carrier, { serve })
  afterwards(() => client.$channel.destroy())
  return client
}

describe('a port between threads', () => {
  it('carries calls both ways, and messages larger than a window', async () => {
    const { port1, port2 } = new MessageChannel()
    afterwards(() => port1.close())
    const server = createRpcServer().add(numbers, {
      double: ({ data }, call) => call.client(numbers).double({ value: 1, ...(data && { data }) }),
    })
    server.accept(portCarrier(port2))
    afterwards(() => server.close(0))
    const data = Buffer.alloc(1_000_000, 7)
    const serve = createRpcServer().add(numbers, { double: (request) => request })
    const client = connect(numbers, portCarrier(port1), { serve })
    afterwards(() => client.$channel.destroy())
    expect(data.equals((await client.double({ value: 0, data })).data!)).toBe(true)
  })

  it('fails its calls when it is closed', async () => {
    const { port1, port2 } = new MessageChannel()
    const begun = deferred()
    const server = createRpcServer().add(numbers, {
      async sum() {
        begun.resolve()
        return new Promise(() => {})
      },
    })
    server.accept(portCarrier(port2))
    const client = connect(numbers, portCarrier(port1))
    afterwards(() => client.$channel.destroy())
    void begun.promise.then(() => port2.close())
    await expect(client.sum([])).rejects.toMatchObject({ code: 'UNAVAILABLE', reached: true })
  })

  it('stays open for messages of the application', async () => {
    const { port1, port2 } = new MessageChannel()
    afterwards(() => port1.close())
    const heard: unknown[] = []
    port2.on('message', (message) => heard.push(message))
    const server = createRpcServer().add(numbers, { double: ({ value }) => ({ value }) })
    server.accept(portCarrier(port2))
    const client = connect(numbers, portCarrier(port1))
    port1.postMessage('hello')
    expect(await client.double({ value: 3 })).toMatchObject({ value: 3 })
    client.$channel.close()
    await server.close()
    port1.postMessage('again')
    await expect
      .poll(() => heard.filter((each) => typeof each === 'string'))
      .toEqual(['hello', 'again'])
  })

  it('carries two connections that have names of their own', async () => {
    const { port1, port2 } = new MessageChannel()
    afterwards(() => port1.close())
    for (const [name, factor] of [
      ['one', 1],
      ['ten', 10],
    ] as const) {
      const server = createRpcServer().add(numbers, {
        double: ({ value }) => ({ value: value * factor }),
      })
      server.accept(portCarrier(port2, name))
      afterwards(() => server.close(0))
    }
    const [one, ten] = ['one', 'ten'].map((name) => connect(numbers, portCarrier(port1, name)))
    afterwards(() => [one, ten].map((client) => client!.$channel.destroy()))
    expect(await one!.double({ value: 3 })).toMatchObject({ value: 3 })
    expect(await ten!.double({ value: 3 })).toMatchObject({ value: 30 })
  })

  it('closes its server when what runs has been answered', async () => {
    const { port1, port2 } = new MessageChannel()
    afterwards(() => port1.close())
    const [begun, go] = [deferred(), deferred()]
    const server = createRpcServer().add(numbers, {
      async double({ value }) {
        begun.resolve()
        await go.promise
        return { value }
      },
    })
    server.accept(portCarrier(port2))
    const call = connect(numbers, portCarrier(port1)).double({ value: 5 })
    await begun.promise
    const closed = server.close()
    go.resolve()
    expect(await call).toMatchObject({ value: 5 })
    await closed
  })
})

describe('a tunnel in a gRPC stream', { timeout: 30_000 }, () => {
  const begun = deferred()
  const cancelled = deferred<unknown>()

  async function tunnelled(): Promise<{ carrier: Carrier; close: () => Promise<void> }> {
    const server = createRpcServer().add(numbers, {
      async double({ value, data }, call) {
        if (value === 404)
          throw new RpcError('NOT_FOUND', 'no 404', { metadata: { hint: 'try 1' } })
        if (value === 21) return call.client(numbers).double({ value: 100 })
        if (value === 99) {
          begun.resolve()
          cancelled.resolve(await abortOf(call.signal))
        }
        return { value: value * 2, ...(data && { data }) }
      },
      async sum(requests) {
        let value = 0
        for await (const each of requests) value += each.value
        return { value }
      },
      count: ({ value }) => upTo(value),
      async *each(requests) {
        for await (const { value } of requests) yield { value: -value }
      },
    })
    const { port } = await server.listenGrpc({ port: 0, host: '127.0.0.1', tunnel: true })
    afterwards(() => server.close(0))
    return { carrier: grpcTunnel(`127.0.0.1:${port}`), close: () => server.close() }
  }

  it('carries calls of every kind', async () => {
    const client = clientOver((await tunnelled()).carrier)
    expect(await client.double({ value: 4 })).toMatchObject({ value: 8 })
    expect(await client.sum(upTo(4))).toMatchObject({ value: 10 })
    expect(await all(client.count({ value: 3000 }))).toHaveLength(3000)
    expect(await all(client.each(upTo(2)))).toMatchObject([{ value: -1 }, { value: -2 }])
  })

  it('carries messages larger than a window, byte for byte', async () => {
    const data = Buffer.from(Array.from({ length: 1_000_000 }, (_, index) => index % 251))
    const client = clientOver((await tunnelled()).carrier)
    expect(data.equals((await client.double({ value: 1, data })).data!)).toBe(true)
  })

  it('carries failures with their metadata', async () => {
    const client = clientOver((await tunnelled()).carrier)
    const failed: unknown = await client.double({ value: 404 }).catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'NOT_FOUND', details: 'no 404' })
    expect((failed as RpcError).metadata.get('hint')).toBe('try 1')
  })

  it('carries cancelling, and goes on', async () => {
    const client = clientOver((await tunnelled()).carrier)
    const abort = new AbortController()
    const call = client.double({ value: 99 }, { signal: abort.signal })
    void begun.promise.then(() => abort.abort())
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await cancelled.promise).toBeInstanceOf(RpcError)
    expect(await client.double({ value: 1 })).toMatchObject({ value: 2 })
  })

  it('lets nobody call its client', async () => {
    const client = clientOver((await tunnelled()).carrier)
    await expect(client.double({ value: 21 })).rejects.toMatchObject({ code: 'UNIMPLEMENTED' })
  })

  it('ends when the server closes and nothing runs', async () => {
    const { carrier, close } = await tunnelled()
    const client = clientOver(carrier)
    await client.double({ value: 1 })
    await close()
    await expect(client.double({ value: 1 }, { deadline: 5000 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    })
  })

  it('to a server without one fails the call', async () => {
    const server = createRpcServer()
    const { port } = await server.listenGrpc({ port: 0, host: '127.0.0.1' })
    afterwards(() => server.close(0))
    const client = clientOver(grpcTunnel(`127.0.0.1:${port}`))
    await expect(client.double({ value: 1 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      reached: false,
    })
  })
})
