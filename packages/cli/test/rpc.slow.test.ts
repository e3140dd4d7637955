import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { createRpcServer, loadService, RpcError, type RpcServer } from '@tokkyu/rpc'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { bin, tokkyu } from './tokkyu.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'tokkyu-cli-rpc-'))
const proto = path.join(folder, 'shop.proto')
const address = `unix:${path.join(folder, 'socket')}`
const silent = `unix:${path.join(folder, 'silent')}`

writeFileSync(
  proto,
  `
  syntax = "proto3";
  package shop;
  message Book { int64 id = 1; string title = 2; bytes cover = 3; }
  service Catalog {
    rpc GetBook(Book) returns (Book);
    rpc Count(Book) returns (stream Book);
    rpc Sum(stream Book) returns (Book);
  }
`,
)

const servers: RpcServer[] = []
let grpcAddress: string

beforeAll(async () => {
  const catalog = await loadService(proto, 'shop.Catalog')
  for (const [where, reflection] of [
    [address, true],
    [silent, false],
  ] as const) {
    const server = createRpcServer({ reflection }).add(catalog, {
      getBook({ id }, call) {
        if (id === 404n) throw new RpcError('NOT_FOUND', 'no such book')
        return { id, title: call.metadata.get('reader') ?? 'Emma', cover: Buffer.from('cover') }
      },
      *count({ id }) {
        for (let each = 1n; each <= (id as bigint); each++) yield { id: each }
      },
      async sum(requests) {
        let id = 0n
        for await (const each of requests) id += each['id'] as bigint
        return { id }
      },
    })
    await server.listen({ path: where.slice('unix:'.length) })
    if (reflection) {
      const { port } = await server.listenGrpc({ port: 0, host: '127.0.0.1' })
      grpcAddress = `grpc://127.0.0.1:${port}`
    }
    servers.push(server)
  }
})

afterAll(() => Promise.all(servers.map((server) => server.close(0))))

/** Runs the command with something on its standard input. */
function fed(input: string, ...args: string[]): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [bin, ...args], (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, text: stdout + stderr }),
    )
    child.stdin!.end(input)
  })
}

describe('tokkyu rpc', { timeout: 120_000 }, () => {
  it('tells its help', async () => {
    expect(await tokkyu('rpc', '--help')).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^Usage: tokkyu rpc types/),
    })
  })

  it.each([
    [[]],
    [['shout']],
    [['types']],
    [['types', proto, '--longs', 'float']],
    [['list']],
    [['call', address]],
    [['call', address, 'shop.Catalog']],
    [['call', address, 'shop.Catalog/Burn']],
    [['call', address, 'shop.Catalog/GetBook', '{']],
    [['call', address, 'shop.Catalog/GetBook', '1']],
    [['call', address, 'shop.Catalog/GetBook', '--deadline', 'soon']],
    [['call', address, 'shop.Catalog/GetBook', '--metadata', 'none']],
  ])('ends with 2 when it does not understand %j', async (args) => {
    expect((await tokkyu('rpc', ...args)).code).toBe(2)
  })
})

describe('tokkyu rpc types', { timeout: 120_000 }, () => {
  it('writes the types of a schema to standard output', async () => {
    const { code, text } = await tokkyu('rpc', 'types', proto)
    expect(code).toBe(0)
    expect(text).toContain('export interface Book {\n  id: bigint\n')
    expect(text).toContain('  getBook: Unary<Book, Book>\n')
  })

  it('writes them to a file', async () => {
    const file = path.join(folder, 'shop.d.ts')
    expect(await tokkyu('rpc', 'types', proto, '--out', file, '--longs', 'string')).toEqual({
      code: 0,
      text: '',
    })
    expect(readFileSync(file, 'utf8')).toContain('  id: string\n')
  })

  it('ends with 1 when there is no schema', async () => {
    expect(await tokkyu('rpc', 'types', 'none.proto')).toMatchObject({
      code: 1,
      text: expect.stringContaining('none.proto'),
    })
  })
})

const methods = [
  '  GetBook  (one request, one response)',
  '  Count  (one request, many responses)',
  '  Sum  (many requests, one response)',
]

describe('tokkyu rpc list', { timeout: 120_000 }, () => {
  it('shows what a schema has', async () => {
    expect((await tokkyu('rpc', 'list', proto)).text).toBe(
      `${['shop.Catalog', ...methods].join('\n')}\n`,
    )
  })

  it('shows what a server has', async () => {
    const { text } = await tokkyu('rpc', 'list', address)
    expect(text).toContain(['shop.Catalog', ...methods].join('\n'))
    expect(text).toContain('grpc.health.v1.Health\n')
  })

  it('shows one service of a server', async () => {
    expect((await tokkyu('rpc', 'list', address, 'shop.Catalog')).text).toBe(
      `${['shop.Catalog', ...methods].join('\n')}\n`,
    )
  })

  it('ends with 1 when nobody is there, or when the server does not tell', async () => {
    const nobody = `unix:${path.join(folder, 'nobody')}`
    expect((await tokkyu('rpc', 'list', nobody)).code).toBe(1)
    expect((await tokkyu('rpc', 'list', silent)).code).toBe(1)
  })
})

describe('tokkyu rpc call', { timeout: 120_000 }, () => {
  const book = '{"id":"7","title":"Emma","cover":"Y292ZXI="}\n'

  it('calls a method with JSON and prints JSON', async () => {
    expect(await tokkyu('rpc', 'call', address, 'shop.Catalog/GetBook', '{"id":7}')).toEqual({
      code: 0,
      text: book,
    })
  })

  it('takes the schema from a file where the server does not tell it', async () => {
    const args = ['call', silent, 'shop.Catalog/getBook', '{"id":7}']
    expect((await tokkyu('rpc', ...args)).code).toBe(1)
    expect(await tokkyu('rpc', ...args, '--proto', proto)).toEqual({ code: 0, text: book })
  })

  it('sends metadata', async () => {
    const args = ['shop.Catalog/GetBook', '{}', '--metadata', 'reader=zoe', '--metadata', 'a=b']
    expect((await tokkyu('rpc', 'call', address, ...args)).text).toContain('"title":"zoe"')
  })

  it('prints many responses, a line each', async () => {
    const { text } = await tokkyu('rpc', 'call', address, 'shop.Catalog/Count', '{"id":2}')
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: string }).id),
    ).toEqual(['1', '2'])
  })

  it('reads many requests, a line each', async () => {
    const { text } = await fed('{"id":1}\n\n{"id":2}\n', 'rpc', 'call', address, 'shop.Catalog/Sum')
    expect(JSON.parse(text)).toMatchObject({ id: '3' })
  })

  it('reads one request from standard input', async () => {
    const { text } = await fed('{\n"id": 7\n}', 'rpc', 'call', address, 'shop.Catalog/GetBook', '-')
    expect(text).toBe(book)
  })

  it('ends with 2 when a line cannot be read', async () => {
    expect((await fed('{"id":1}\n{\n', 'rpc', 'call', address, 'shop.Catalog/Sum')).code).toBe(2)
  })

  it('ends with 1 and the status when the call fails', async () => {
    expect(await tokkyu('rpc', 'call', address, 'shop.Catalog/GetBook', '{"id":404}')).toEqual({
      code: 1,
      text: 'NOT_FOUND: no such book\n',
    })
  })
})

describe('tokkyu rpc, at a gRPC server', { timeout: 120_000 }, () => {
  it('lists its services by its reflection', async () => {
    const { code, text } = await tokkyu('rpc', 'list', grpcAddress, 'shop.Catalog')
    expect(code).toBe(0)
    expect(text).toContain('GetBook  (one request, one response)')
  })

  it('calls its methods, of one response and of many', async () => {
    const one = await tokkyu('rpc', 'call', grpcAddress, 'shop.Catalog/GetBook', '{"id": 7}')
    expect(JSON.parse(one.text)).toMatchObject({ id: '7', title: 'Emma' })
    const many = await tokkyu('rpc', 'call', grpcAddress, 'shop.Catalog/Count', '{"id": 2}')
    expect(many.text.trim().split('\n')).toHaveLength(2)
  })

  it('ends with 1 when the call fails', async () => {
    const failed = await tokkyu('rpc', 'call', grpcAddress, 'shop.Catalog/GetBook', '{"id": 404}')
    expect(failed).toMatchObject({ code: 1, text: expect.stringContaining('NOT_FOUND') })
  })
})
