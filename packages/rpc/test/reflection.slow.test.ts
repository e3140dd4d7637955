import { execFile, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

import { describe, expect, it } from 'vitest'

import { createRpcServer, loadService } from '../src/index.ts'
import { afterwards } from './numbers.ts'

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
