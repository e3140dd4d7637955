import { once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'

import * as grpc from '@grpc/grpc-js'
import { describe, expect, it } from 'vitest'

import {
  type Carrier,
  connect,
  createRpcServer,
  grpcReverseTunnel,
  grpcTunnel,
  portCarrier,
  RpcError,
  type RpcServer,
} from '../src/index.ts'
import { abortOf, afterwards, all, deferred, numbers, upTo } from './numbers.ts'
import { clientToServer, serverToClient } from './tunnel-proto.ts'

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

/** Clients behind a firewall, and whoever calls them. */
async function gateway(): Promise<{
  address: string
  carried: Promise<Carrier>
  gate: RpcServer
}> {
  const carried = deferred<Carrier>()
  const gate = createRpcServer()
  const { port } = await gate.listenGrpc({
    port: 0,
    host: '127.0.0.1',
    reverseTunnel: carried.resolve,
  })
  afterwards(() => gate.close(0))
  return { address: `127.0.0.1:${port}`, carried: carried.promise, gate }
}

describe('a reverse tunnel in a gRPC stream', { timeout: 30_000 }, () => {
  it('lets the server call the client that has opened it', async () => {
    const { address, carried } = await gateway()
    const behind = createRpcServer().add(numbers, {
      double: ({ value, data }) => ({ value: value * 2, ...(data && { data }) }),
      async *each(requests) {
        for await (const { value } of requests) yield { value: -value }
      },
    })
    behind.accept(grpcReverseTunnel(address))
    afterwards(() => behind.close(0))
    const client = clientOver(await carried)
    const data = Buffer.alloc(200_000, 7)
    expect(data.equals((await client.double({ value: 4, data })).data!)).toBe(true)
    expect(await all(client.each(upTo(2)))).toMatchObject([{ value: -1 }, { value: -2 }])
  })

  it('fails calls when its client is gone, and those after them: only the client could open it', async () => {
    const { address, carried } = await gateway()
    const begun = deferred()
    const behind = createRpcServer().add(numbers, {
      double() {
        begun.resolve()
        return new Promise(() => {})
      },
    })
    behind.accept(grpcReverseTunnel(address))
    const client = clientOver(await carried)
    const call = client.double({ value: 1 })
    void begun.promise.then(() => behind.close(0))
    await expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await expect(client.double({ value: 1 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      reached: false,
    })
  })

  it('is spoken as grpctunnel publishes it', async () => {
    const { address, carried } = await gateway()
    const client = new grpc.Client(address, grpc.credentials.createInsecure())
    const metadata = new grpc.Metadata()
    metadata.set('grpctunnel-negotiate', 'on')
    const stream = client.makeBidiStreamRequest(
      '/grpctunnel.v1.TunnelService/OpenReverseTunnel',
      (message: object) =>
        Buffer.from(serverToClient.encode(serverToClient.fromObject(message)).finish()),
      (bytes) => clientToServer.toObject(clientToServer.decode(bytes), { longs: Number }),
      metadata,
    )
    afterwards(() => {
      stream.on('error', () => {})
      stream.cancel()
      client.close()
    })
    const settings = { supportedProtocolRevisions: [1], initialWindowSize: 65_536 }
    stream.write({ streamId: -1, settings })
    const frames: Record<string, unknown>[] = []
    stream.on('data', (frame: Record<string, unknown>) => {
      frames.push(frame)
      if (!('halfClose' in frame)) return
      stream.write({ streamId: 1, responseMessage: { size: 2, data: Buffer.of(8, 10) } })
      stream.write({ streamId: 1, closeStream: {} })
    })
    const called = clientOver(await carried).double({ value: 5 })
    expect(await called).toMatchObject({ value: 10 })
    expect(frames.map((frame) => Object.keys(frame)[1])).toEqual([
      'newStream',
      'requestMessage',
      'halfClose',
    ])
  })
})

/** A client by hand: the published messages, one by one. */
class PublishedClient {
  readonly #stream: grpc.ClientDuplexStream<object, Record<string, unknown>>
  readonly #heard: Record<string, unknown>[] = []
  readonly headers: Promise<grpc.Metadata>
  readonly failed: Promise<grpc.ServiceError>

  constructor(port: number, negotiates: boolean) {
    const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure())
    const metadata = new grpc.Metadata()
    if (negotiates) metadata.set('grpctunnel-negotiate', 'on')
    this.#stream = client.makeBidiStreamRequest(
      '/grpctunnel.v1.TunnelService/OpenTunnel',
      (message: object) =>
        Buffer.from(clientToServer.encode(clientToServer.fromObject(message)).finish()),
      (bytes) => serverToClient.toObject(serverToClient.decode(bytes), { longs: Number }),
      metadata,
    )
    this.#stream.on('data', (message: Record<string, unknown>) => this.#heard.push(message))
    this.headers = new Promise((resolve) => void this.#stream.on('metadata', resolve))
    this.failed = new Promise((resolve) => void this.#stream.on('error', resolve))
    afterwards(() => {
      this.#stream.cancel()
      client.close()
    })
  }

  send(...messages: object[]): void {
    for (const message of messages) this.#stream.write(message)
  }

  async heard(count: number): Promise<Record<string, unknown>[]> {
    while (this.#heard.length < count) await new Promise((resolve) => setTimeout(resolve, 5))
    return this.#heard
  }
}

const call = (streamId: number): object[] => [
  {
    streamId,
    newStream: {
      methodName: 'test.Numbers/Double',
      initialWindowSize: 65_536,
      protocolRevision: 1,
    },
  },
  { streamId, requestMessage: { size: 2, data: Buffer.of(8, 5) } },
  { streamId, halfClose: {} },
]

async function opened(
  negotiates = true,
): Promise<{ server: RpcServer; client: PublishedClient; go: () => void }> {
  const waiting = deferred()
  const server = createRpcServer().add(numbers, {
    double: ({ value }) => ({ value: value * 2 }),
    async sum() {
      await waiting.promise
      return { value: 1 }
    },
  })
  const { port } = await server.listenGrpc({ port: 0, host: '127.0.0.1', tunnel: true })
  afterwards(() => server.close(0))
  return { server, client: new PublishedClient(port, negotiates), go: () => waiting.resolve() }
}

describe(
  'the tunnel, to a client that speaks what grpctunnel publishes',
  { timeout: 30_000 },
  () => {
    it('says that it has flow control, then its settings, and answers', async () => {
      const { client } = await opened()
      expect((await client.headers).get('grpctunnel-negotiate')).toEqual(['on'])
      client.send(...call(1))
      expect(await client.heard(3)).toEqual([
        { streamId: -1, settings: { supportedProtocolRevisions: [1], initialWindowSize: 65_536 } },
        { streamId: 1, responseMessage: { size: 2, data: Buffer.of(8, 10) } },
        expect.objectContaining({ streamId: 1, closeStream: expect.anything() }),
      ])
    })

    it('refuses one that does not know of flow control', async () => {
      const { client } = await opened(false)
      expect(await client.failed).toMatchObject({ code: grpc.status.UNIMPLEMENTED })
    })

    it('refuses calls, one by one, while it drains: the tunnel has no frame that says so', async () => {
      const { server, client, go } = await opened()
      const [begin] = call(1) as [{ newStream: { methodName: string } }]
      begin.newStream.methodName = 'test.Numbers/Sum'
      client.send(begin)
      await client.heard(1)
      // Its handler has begun when the next call is answered.
      client.send(...call(2))
      await client.heard(3)
      const closed = server.close()
      client.send(...call(3))
      expect((await client.heard(4))[3]).toMatchObject({
        streamId: 3,
        closeStream: { status: { code: grpc.status.UNAVAILABLE } },
      })
      go()
      await closed
    })
  },
)

describe('a port whose other side does not read', () => {
  it('takes no more than is allowed on the way, and the rest when that was read', async () => {
    const { port1, port2 } = new MessageChannel()
    afterwards(() => port1.close())
    const [writer, reader] = [portCarrier(port1).open(), portCarrier(port2).open()]
    afterwards(() => [writer, reader].map((each) => each.destroy()))
    let written = 0
    for (let piece = 0; piece < 16; piece++) writer.write(Buffer.alloc(65_536), () => written++)
    // It has gone as far as it can when what is asked of the other side comes back.
    reader.write('?')
    await once(writer, 'data')
    await new Promise((resolve) => setImmediate(resolve))
    expect(written).toBeLessThan(8)
    let read = 0
    reader.on('data', (bytes: Buffer) => (read += bytes.length))
    await expect.poll(() => read, { timeout: 10_000, interval: 5 }).toBe(16 * 65_536)
    expect(written).toBe(16)
  })
})

describe('bytes that are part of a larger piece of memory', () => {
  it('reach another thread without the rest of it', async () => {
    const { port1, port2 } = new MessageChannel()
    afterwards(() => port1.close())
    const heard: { data?: Uint8Array }[] = []
    port2.on('message', (message: { data?: Uint8Array }) => heard.push(message))
    const [writer, reader] = [portCarrier(port1).open(), portCarrier(port2).open()]
    afterwards(() => [writer, reader].map((each) => each.destroy()))
    writer.write(Buffer.from('not for you: for you').subarray(13))
    await once(reader, 'data')
    const { data } = heard.find((message) => message.data)!
    expect(Buffer.from(data!.buffer).toString()).toBe('for you')
  })
})
