import { execFile, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

import { describe, expect, it } from 'vitest'

import { connect, createRpcServer, loadService } from '../src/index.ts'
import { reflectionServices } from '../src/schema/reflection-service.ts'
import { afterwards, all, numbers } from './numbers.ts'

const python = ['python3', '/usr/bin/python3'].find(
  (each) => spawnSync(each, ['-c', 'import grpc']).status === 0,
)

const shop = `
  syntax = "proto3";
  package shop.v1;
  import "google/protobuf/timestamp.proto";
  import "common/kind.proto";
  message Book {
    optional int32 book_id = 1;
    map<string, int64> price_by_shop = 2;
    oneof name { string title = 3; bytes code = 4; }
    common.Kind kind = 5;
    google.protobuf.Timestamp printed = 6;
    message Inner { sint32 deep = 1; }
    repeated Inner inner = 7;
    repeated int32 pages = 8;
    optional string note = 9;
  }
  service Catalog {
    rpc GetBook(Book) returns (Book) { option idempotency_level = NO_SIDE_EFFECTS; }
    rpc Watch(Book) returns (stream Book);
  }
`
const kind = `
  syntax = "proto3";
  package common;
  enum Kind { UNKNOWN = 0; NOVEL = 1; }
`

async function listening(): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rpc-'))
  afterwards(() => rm(folder, { recursive: true }))
  await writeFile(`${folder}/shop.proto`, shop)
  await mkdir(`${folder}/common`)
  await writeFile(`${folder}/common/kind.proto`, kind)
  const catalog = await loadService(`${folder}/shop.proto`, 'shop.v1.Catalog')
  const server = createRpcServer({ reflection: true }).add(catalog, { getBook: (book) => book })
  const { port } = await server.listenGrpc({ port: 0, host: '127.0.0.1' })
  afterwards(() => server.close(0))
  return port
}

describe('a foreign client that asks by reflection', { timeout: 60_000 }, () => {
  it.skipIf(!python && !process.env['CI']).each(['v1', 'v1alpha'])(
    'of %s finds services, builds messages out of their descriptors, and calls',
    async (version) => {
      const script = path.join(import.meta.dirname, 'reflection.fixture.py')
      const port = await listening()
      const { stdout } = await promisify(execFile)(python!, [script, String(port), version])
      expect(JSON.parse(stdout)).toEqual({
        services: [
          'grpc.health.v1.Health',
          'grpc.reflection.v1.ServerReflection',
          'grpc.reflection.v1alpha.ServerReflection',
          'shop.v1.Catalog',
        ],
        files: ['common/kind.proto', 'google/protobuf/timestamp.proto', 'shop.proto'],
        byName: 3,
        nothing: [0, 0],
        presence: ['book_id', 'title', 'code', 'printed', 'note'],
        answer: [7, 1, { here: 3 }, 'Emma', 5, [-1]],
      })
    },
  )
})

async function asked(
  requests: object[],
  reflection = true,
): Promise<readonly Record<string, unknown>[]> {
  const server = createRpcServer({ reflection }).add(numbers, {})
  const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as { port: number }
  afterwards(() => server.close(0))
  const client = connect(reflectionServices[0]!, `127.0.0.1:${port}`)
  afterwards(() => client.$channel.destroy())
  return (await all(client.serverReflectionInfo(requests))) as never
}

describe('reflection', () => {
  it('is answered at the channel as well', async () => {
    const [list] = await asked([{ listServices: '' }])
    expect(list!['listServicesResponse']).toMatchObject({
      service: expect.arrayContaining([{ name: 'test.Numbers' }]),
    })
  })

  it('answers each request of a stream, with the request', async () => {
    const answers = await asked([
      { fileContainingSymbol: 'test.Numbers.Double' },
      { fileContainingSymbol: 'test.Num.value' },
      { fileContainingSymbol: 'test.None' },
      { allExtensionNumbersOfType: 'test.Num' },
      { fileContainingExtension: { containingType: 'test.Num', extensionNumber: 1 } },
    ])
    expect(answers.map(({ messageResponse }) => messageResponse)).toEqual([
      'fileDescriptorResponse',
      'fileDescriptorResponse',
      'errorResponse',
      'allExtensionNumbersResponse',
      'errorResponse',
    ])
    expect(answers[2]!['originalRequest']).toMatchObject({ fileContainingSymbol: 'test.None' })
  })

  it('shows nothing when it was not asked for', async () => {
    await expect(asked([{ listServices: '' }], false)).rejects.toMatchObject({
      code: 'UNIMPLEMENTED',
    })
  })
})
