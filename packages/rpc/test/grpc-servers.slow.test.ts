import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

import { describe, expect, it } from 'vitest'

import { connect, type ConnectOptions, type Metadata, reflect } from '../src/index.ts'
import { afterwards, all, numbers, type Numbers, upTo } from './numbers.ts'

/** A Python that has gRPC's C core; Debian's is not always the first on the path. */
const python = ['python3', '/usr/bin/python3'].find(
  (each) => spawnSync(each, ['-c', 'import grpc, google.protobuf']).status === 0,
)
if (!python && !process.env['CI']) {
  console.warn('No Python with grpcio here: how a foreign gRPC server is called is NOT tested')
}

async function foreignServer(): Promise<{ address: string; kill: () => void }> {
  const script = path.join(import.meta.dirname, 'grpc-server.fixture.py')
  const server = spawn(python!, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  afterwards(() => server.kill('SIGKILL'))
  const [port] = (await once(server.stdout, 'data')) as [Buffer]
  return { address: `grpc://127.0.0.1:${Number(port)}`, kill: () => server.kill('SIGKILL') }
}

function clientAt(
  address: string,
  options: ConnectOptions = {},
): ReturnType<typeof connect<Numbers>> {
  const client = connect(numbers, address, options)
  afterwards(() => client.$channel.destroy())
  return client
}

describe.skipIf(!python && !process.env['CI'])('a foreign gRPC server', { timeout: 60_000 }, () => {
  it('answers calls of every kind', async () => {
    const client = clientAt((await foreignServer()).address)
    expect(await client.double({ value: 21 })).toMatchObject({ value: 42 })
    expect(await client.sum(upTo(4))).toMatchObject({ value: 10 })
    expect((await all(client.count({ value: 3 }))).map(({ value }) => value)).toEqual([1, 2, 3])
    expect((await all(client.each(upTo(3)))).map(({ value }) => value)).toEqual([10, 20, 30])
    expect(await all(client.each([]))).toEqual([])
  })

  it('gets metadata and deadlines, and its own come back', async () => {
    const client = clientAt((await foreignServer()).address)
    const heard: Metadata[] = []
    await client.double(
      { value: 1 },
      {
        metadata: { tag: 'zoe', 'token-bin': Buffer.of(0, 255) },
        deadline: 30_000,
        onHeaders: (headers) => heard.push(headers),
        onTrailers: (trailers) => heard.push(trailers),
      },
    )
    expect(heard.map((each) => each.get('echo'))).toEqual(['zoe', undefined])
    expect(heard[1]!.getBytes('back-bin')).toEqual(Buffer.of(0, 255))
    expect(heard[1]!.get('left')).toBe('True')
  })

  it('fails calls with its code, its words and its trailers', async () => {
    const client = clientAt((await foreignServer()).address)
    const error = await client.double({ value: 0 }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'NOT_FOUND', details: 'no 0', reached: true })
    expect((error as { metadata: Metadata }).metadata.get('hint')).toBe('try 1')
  })

  it('is waited for until the deadline', async () => {
    const client = clientAt((await foreignServer()).address)
    await expect(client.double({ value: 99 }, { deadline: 200 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    })
  })

  it('sends and takes messages of a mebibyte', async () => {
    const client = clientAt((await foreignServer()).address)
    const data = Buffer.alloc(2 ** 20, 7)
    const answer = await client.double({ value: 1, data })
    expect(data.equals(answer.data!)).toBe(true)
  })

  it('that is killed fails its calls, and those after them before they leave', async () => {
    const { address, kill } = await foreignServer()
    const client = clientAt(address, { retry: { attempts: 1 } })
    const call = client.double({ value: 99 })
    await client.double({ value: 1 })
    kill()
    await expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE', reached: true })
    await expect
      .poll(() => client.double({ value: 1 }).catch((error: unknown) => error), {
        interval: 20,
        timeout: 10_000,
      })
      .toMatchObject({ code: 'UNAVAILABLE', reached: false })
  })

  it('tells of its services by the older reflection, one file at a time', async () => {
    const { address } = await foreignServer()
    const server = await reflect(address)
    afterwards(() => server.close())
    expect(server.services).toEqual(['test.Numbers'])
    const service = await server.service('test.Numbers')
    expect([...service.methods.values()].map(({ kind }) => kind)).toEqual([
      'unary',
      'clientStream',
      'serverStream',
      'bidiStream',
    ])
    const client = connect(service, address)
    afterwards(() => client.$channel.destroy())
    expect(await client['double']!({ value: 4 })).toMatchObject({ value: 8 })
    await expect(server.service('test.None')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
