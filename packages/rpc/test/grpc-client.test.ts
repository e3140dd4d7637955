import net from 'node:net'

import { describe, expect, it } from 'vitest'

import {
  connect,
  type ConnectOptions,
  createRpcServer,
  type Handlers,
  reflect,
  type RpcServer,
  type RpcServerOptions,
  staticRegistry,
} from '../src/index.ts'
import { abortOf, afterwards, all, deferred, type Numbers, numbers, upTo } from './numbers.ts'

/** A server of gRPC with some handlers. */
async function serve(
  handlers: Handlers<Numbers>,
  options: RpcServerOptions = {},
): Promise<{ address: string; server: RpcServer }> {
  const server = createRpcServer(options).add(numbers, handlers)
  const { port } = await server.listenGrpc({ port: 0, host: '127.0.0.1' })
  afterwards(() => server.close(0))
  return { address: `grpc://127.0.0.1:${port}`, server }
}

function clientAt(
  address: Parameters<typeof connect>[1],
  options: ConnectOptions = {},
): ReturnType<typeof connect<Numbers>> {
  const client = connect(numbers, address, options)
  afterwards(() => client.$channel.destroy())
  return client
}

/** A port where nobody listens. */
async function nobody(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('a client of a gRPC server', { timeout: 30_000 }, () => {
  it('is told of it by an object as well as by text', async () => {
    const { address } = await serve({ double: ({ value }) => ({ value: value * 2 }) })
    const port = Number(address.split(':').at(-1))
    const client = clientAt({ host: '127.0.0.1', port, grpc: true })
    expect(await client.double({ value: 2 })).toMatchObject({ value: 4 })
  })

  it('cancels at the server what it leaves', async () => {
    const stopped = deferred<unknown>()
    const { address } = await serve({
      async *count({ value }, { signal }) {
        yield* upTo(value)
        stopped.resolve(await abortOf(signal))
      },
    })
    for await (const { value } of clientAt(address).count({ value: 3 })) if (value === 2) break
    expect(await stopped.promise).toMatchObject({ code: 'CANCELLED' })
  })

  it('cancels at the server what its signal aborts', async () => {
    const [begun, stopped] = [deferred(), deferred<unknown>()]
    const { address } = await serve({
      async double({ value }, { signal }) {
        begun.resolve()
        stopped.resolve(await abortOf(signal))
        return { value }
      },
    })
    const controller = new AbortController()
    const call = clientAt(address).double({ value: 1 }, { signal: controller.signal })
    void begun.promise.then(() => controller.abort())
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await stopped.promise).toMatchObject({ code: 'CANCELLED' })
  })

  it('reads slowly without the server running ahead for ever', async () => {
    let made = 0
    const { address } = await serve({
      *count() {
        for (; made < 10_000; made++) yield { value: made, data: Buffer.alloc(10_000) }
      },
    })
    const responses = clientAt(address).count({ value: 1 })
    for (let taken = 0; taken < 3; taken++) await responses.next()
    await new Promise((resolve) => setImmediate(resolve))
    expect(made).toBeLessThan(10_000)
    await responses.return!()
  })

  it('has deadlines, traces and cancelling of the call that it is made in', async () => {
    const { address } = await serve({
      double: (_, call) => ({ value: call.metadata.get('traceparent') === 'tp' ? 1 : 0 }),
    })
    const inner = clientAt(address)
    const outer = await serve({ double: () => inner.double({ value: 1 }) })
    const call = clientAt(outer.address).double({ value: 1 }, { metadata: { traceparent: 'tp' } })
    expect(await call).toMatchObject({ value: 1 })
  })

  it('is closed when what runs has been answered', async () => {
    const [begun, go] = [deferred(), deferred()]
    const { address } = await serve({
      async double({ value }) {
        begun.resolve()
        await go.promise
        return { value }
      },
    })
    const client = clientAt(address)
    const call = client.double({ value: 5 })
    await begun.promise
    client.$channel.close()
    await expect(client.double({ value: 6 })).rejects.toMatchObject({ reached: false })
    go.resolve()
    expect(await call).toMatchObject({ value: 5 })
  })

  it('gives up at once what runs when it is destroyed', async () => {
    const begun = deferred()
    const { address } = await serve({
      double: () => {
        begun.resolve()
        return new Promise(() => {})
      },
    })
    const client = clientAt(address)
    const call = client.double({ value: 5 })
    void begun.promise.then(() => client.$channel.destroy())
    await expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  it('cannot write JSON, and says so before anything is sent', async () => {
    const { address } = await serve({ double: ({ value }) => ({ value }) })
    const call = clientAt(address, { encoding: 'json' }).double({ value: 1 })
    await expect(call).rejects.toMatchObject({ code: 'UNIMPLEMENTED', reached: false })
  })

  it('hears that a message is larger than its limit', async () => {
    const { address } = await serve({ double: () => ({ value: 1, data: Buffer.alloc(5000) }) })
    const client = clientAt(address, { limits: { messageBytes: 1000 } })
    await expect(client.double({ value: 1 })).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED' })
  })

  it('fails at once, and with certainty, where nobody listens', async () => {
    const client = clientAt(`grpc://127.0.0.1:${await nobody()}`, { retry: { attempts: 1 } })
    await expect(client.double({ value: 1 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      reached: false,
    })
  })

  it('goes on at another server of its name, of either kind', async () => {
    const one = await serve({ double: () => ({ value: 1 }) })
    const other = createRpcServer().add(numbers, { double: () => ({ value: 2 }) })
    const { port } = (await other.listen({ port: 0, host: '127.0.0.1' })) as { port: number }
    afterwards(() => other.close(0))
    const registry = staticRegistry({ numbers: [one.address, `127.0.0.1:${port}`] })
    const client = clientAt('numbers', { registry, balance: 'round-robin' })
    const answers = new Set<number>()
    for (let call = 0; call < 4; call++) answers.add((await client.double({ value: 0 })).value)
    expect(answers).toEqual(new Set([1, 2]))
    await one.server.close()
    for (let call = 0; call < 4; call++) {
      expect(await client.double({ value: 0 })).toMatchObject({ value: 2 })
    }
  })

  it('asks the server for its services', async () => {
    const { address } = await serve({}, { reflection: true })
    const server = await reflect(address)
    afterwards(() => server.close())
    expect(server.services).toContain('test.Numbers')
    expect((await server.service('test.Numbers')).methods.size).toBe(4)
  })

  it('gets all of a stream in order', async () => {
    const { address } = await serve({
      async *each(requests) {
        for await (const { value } of requests) yield { value: value * 10 }
      },
    })
    const values = (await all(clientAt(address).each(upTo(500)))).map(({ value }) => value)
    expect(values).toEqual(Array.from({ length: 500 }, (_, at) => 10 * (at + 1)))
  })
})

describe('an address of gRPC', () => {
  it.each(['grpc://', 'grpc://localhost', 'grpc://a:0', 'grpc://unix:/x', 'grpcs://a:1'])(
    'is not "%s"',
    async (address) => {
      await expect(clientAt(address).double({ value: 1 })).rejects.toMatchObject({
        code: 'RPC_BAD_OPTION',
      })
    },
  )
})
