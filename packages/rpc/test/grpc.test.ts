import { execFile, spawnSync } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

import * as grpc from '@grpc/grpc-js'
import { describe, expect, it } from 'vitest'

import { connect, createRpcServer, healthService, RpcError } from '../src/index.ts'
import { abortOf, afterwards, deferred, numbers, upTo } from './numbers.ts'

/** A Python that has gRPC's C core; Debian's is not always the first on the path. */
const python = ['python3', '/usr/bin/python3'].find(
  (each) => spawnSync(each, ['-c', 'import grpc']).status === 0,
)
if (!python && !process.env['CI']) {
  console.warn('No Python with grpcio here: what a foreign gRPC client sees is NOT tested')
}

const asIs = (bytes: Buffer): Buffer => bytes
const stopped = deferred<unknown>()
const late = deferred<unknown>()

/** Whether this machine has IPv6. */
const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.address === '::1')

async function listening(host = '127.0.0.1'): Promise<{
  grpcPort: number
  port: number
  close: () => Promise<void>
}> {
  const server = createRpcServer().add(numbers, {
    async double({ value, data }, call) {
      if (value === 0) throw new RpcError('NOT_FOUND', 'no 0', { metadata: { hint: 'try 1' } })
      if (value === 99) {
        late.resolve(await abortOf(call.signal))
      }
      if (call.metadata.has('tag')) {
        call.headers.set('echo', call.metadata.get('tag')!)
        call.trailers.set('back-bin', call.metadata.getBytes('token-bin')!)
      }
      return { value: value * 2, ...(data && { data }) }
    },
    async sum(requests) {
      let value = 0
      for await (const each of requests) value += each.value
      return { value }
    },
    async *count({ value }, call) {
      const aborted = value === 100 && abortOf(call.signal)
      if (aborted) void aborted.then(stopped.resolve)
      yield* upTo(value)
      // Else it may have ended by itself before the client goes.
      await aborted
    },
    async *each(requests) {
      for await (const { value } of requests) yield { value: value * 10 }
    },
  })
  const { port: grpcPort } = await server.listenGrpc({ port: 0, host })
  const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as { port: number }
  afterwards(() => server.close(0))
  return { grpcPort, port, close: () => server.close(1000) }
}

describe('a foreign gRPC client', { timeout: 60_000 }, () => {
  it.skipIf(!python && !process.env['CI'])(
    'calls every kind of method, with metadata, deadlines, failures and cancelling',
    async () => {
      const { grpcPort } = await listening()
      const script = path.join(import.meta.dirname, 'grpc.fixture.py')
      const { stdout } = await promisify(execFile)(python!, [script, String(grpcPort)])
      expect(JSON.parse(stdout)).toEqual({
        unary: [8, 42],
        headers: 'zoe',
        trailers: [0, 255],
        sum: [8, 6],
        count: [
          [8, 1],
          [8, 2],
          [8, 3],
        ],
        each: [
          [8, 50],
          [8, 60],
        ],
        empty: [],
        large: 1_048_582,
        failed: ['NOT_FOUND', 'no 0', 'try 1'],
        late: 'DEADLINE_EXCEEDED',
        nobody: 'UNIMPLEMENTED',
        health: [8, 1],
        unhealthy: 'NOT_FOUND',
      })
      expect(await stopped.promise).toMatchObject({ code: 'CANCELLED' })
      expect(await late.promise).toBeInstanceOf(RpcError)
    },
  )
})

describe('a gRPC client of grpc-js', { timeout: 60_000 }, () => {
  it('gets the answer that a client of the channel gets', async () => {
    const { grpcPort, port } = await listening()
    const bare = new grpc.Client(`127.0.0.1:${grpcPort}`, grpc.credentials.createInsecure())
    afterwards(() => bare.close())
    const answer = await new Promise<Buffer | undefined>((resolve, reject) => {
      bare.makeUnaryRequest('/test.Numbers/Double', asIs, asIs, Buffer.of(8, 4), (error, bytes) =>
        error ? reject(error) : resolve(bytes),
      )
    })
    const client = connect(numbers, { host: '127.0.0.1', port })
    afterwards(() => client.$channel.destroy())
    const { response } = numbers.methods.get('double')!
    expect(await client.double({ value: 4 })).toEqual(response.protobuf.decode(answer!))
  })
})

describe('a gRPC server at an address of IPv6', { timeout: 60_000 }, () => {
  it.runIf(hasIpv6).each(['::1', '[::1]'])('is reached when it is told "%s"', async (host) => {
    const { grpcPort } = await listening(host)
    const bare = new grpc.Client(`[::1]:${grpcPort}`, grpc.credentials.createInsecure())
    afterwards(() => bare.close())
    const answer = await new Promise<Buffer | undefined>((resolve, reject) => {
      bare.makeUnaryRequest('/test.Numbers/Double', asIs, asIs, Buffer.of(8, 4), (error, bytes) =>
        error ? reject(error) : resolve(bytes),
      )
    })
    expect(answer).toEqual(Buffer.of(8, 8))
  })
})

describe('the health of a server', () => {
  it('is known by the channel too, and changes when it is told to stop', async () => {
    const { port, close } = await listening()
    const client = connect(healthService, { host: '127.0.0.1', port })
    afterwards(() => client.$channel.destroy())
    expect(await client.check({ service: 'test.Numbers' })).toMatchObject({ status: 'SERVING' })
    const watched = client.watch({ service: '' })
    expect(await watched.next()).toMatchObject({ value: { status: 'SERVING' } })
    const closing = close()
    expect(await watched.next()).toMatchObject({ value: { status: 'NOT_SERVING' } })
    expect(await watched.next()).toMatchObject({ done: true })
    await closing
  })
})
