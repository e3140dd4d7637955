import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { loadService } from '../src/schema/load-service.ts'
import type { Method } from '../src/schema/service.ts'
import { unknownFields } from '../src/schema/unknown-fields.ts'

const source = `
  syntax = "proto3";
  package shop;
  message Book {
    int64 id = 1; string title = 2; repeated string tags = 3; Kind kind = 4;
    map<string, int64> stock = 5; oneof price { int32 cents = 6; string note = 7; }
    Book sequel = 8; bytes cover = 9; repeated Book parts = 10; map<string, Book> shelf = 11;
    uint64 page_count = 12;
  }
  enum Kind { UNKNOWN = 0; NOVEL = 1; }
  message Slim { int64 id = 1; Slim sequel = 8; repeated Slim parts = 10; map<string, Slim> shelf = 11; }
  service Catalog {
    rpc GetBook(Book) returns (Book) { option idempotency_level = NO_SIDE_EFFECTS; }
    rpc AddBooks(stream Book) returns (Book);
    rpc Watch(Book) returns (stream Book);
    rpc Chat(stream Book) returns (stream Book);
    rpc Slim(Slim) returns (Slim);
  }
`

async function methodOf(name: string, longs?: 'bigint' | 'string' | 'number'): Promise<Method> {
  const service = await loadService({ source }, 'shop.Catalog', longs ? { longs } : {})
  return service.methods.get(name)!
}

describe('a service of a schema', () => {
  it('has its methods with their kinds, paths and promises', async () => {
    const { name, methods } = await loadService({ source }, 'shop.Catalog')
    expect(name).toBe('shop.Catalog')
    expect(
      [...methods.values()].map(({ name: called, path: on, kind, idempotent }) => [
        called,
        on,
        kind,
        idempotent,
      ]),
    ).toEqual([
      ['getBook', 'shop.Catalog/GetBook', 'unary', true],
      ['addBooks', 'shop.Catalog/AddBooks', 'clientStream', false],
      ['watch', 'shop.Catalog/Watch', 'serverStream', false],
      ['chat', 'shop.Catalog/Chat', 'bidiStream', false],
      ['slim', 'shop.Catalog/Slim', 'unary', false],
    ])
  })

  it('that is not in the schema is an error that says so', async () => {
    await expect(loadService({ source }, 'shop.Nothing')).rejects.toMatchObject({
      code: 'RPC_BAD_SCHEMA',
      message: expect.stringContaining('"shop.Nothing"'),
    })
  })

  it('in a schema that does not parse is an error that says where', async () => {
    await expect(loadService({ source: 'message {' }, 'shop.Catalog')).rejects.toMatchObject({
      code: 'RPC_BAD_SCHEMA',
      message: expect.stringContaining('line 1'),
    })
  })
})

describe('a schema in files', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rpc-schema-'))
    await mkdir(path.join(folder, 'include'))
    await writeFile(
      path.join(folder, 'shop.proto'),
      `syntax = "proto3"; package shop; import "book.proto"; import "google/protobuf/empty.proto";
       service Catalog { rpc First(google.protobuf.Empty) returns (Book); }`,
    )
    await writeFile(
      path.join(folder, 'book.proto'),
      `syntax = "proto3"; package shop; import "author.proto"; message Book { Author author = 1; }`,
    )
    await writeFile(
      path.join(folder, 'include/author.proto'),
      `syntax = "proto3"; package shop; import "book.proto"; message Author { repeated Book books = 1; string name = 2; }`,
    )
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is read with what it imports, also in a circle', async () => {
    const service = await loadService(path.join(folder, 'shop.proto'), 'shop.Catalog', {
      includeFolders: [path.join(folder, 'include'), folder],
    })
    const { response } = service.methods.get('first')!
    expect(response.protobuf.decode(response.protobuf.encode({ author: { name: 'Zoë' } }))).toEqual(
      {
        author: { name: 'Zoë', books: [] },
      },
    )
  })

  it('that lacks an import is an error that names it', async () => {
    await expect(loadService(path.join(folder, 'shop.proto'), 'shop.Catalog')).rejects.toThrow(
      /Cannot find "author.proto"/,
    )
  })

  it('is found by a URL, also with a blank and a percent sign in its path', async () => {
    const file = path.join(folder, 'one %20 book.proto')
    await writeFile(
      file,
      `syntax = "proto3"; package shop; message Book {} service Catalog { rpc First(Book) returns (Book); }`,
    )
    const { name } = await loadService(pathToFileURL(file), 'shop.Catalog')
    expect(name).toBe('shop.Catalog')
  })

  it('by a URL that names no file is an error', async () => {
    const url = new URL('https://example.com/shop.proto')
    await expect(loadService(url, 'shop.Catalog')).rejects.toMatchObject({
      code: 'RPC_BAD_SCHEMA',
      message: expect.stringContaining('https://example.com/shop.proto'),
    })
  })

  it('that is not there is an error', async () => {
    await expect(loadService(path.join(folder, 'none.proto'), 'a.B')).rejects.toMatchObject({
      code: 'RPC_BAD_SCHEMA',
    })
  })
})

describe('a message', () => {
  const empty = {
    id: 0n,
    title: '',
    tags: [],
    kind: 'UNKNOWN',
    stock: {},
    sequel: null,
    cover: Buffer.alloc(0),
    parts: [],
    shelf: {},
    pageCount: 0n,
  }

  it('is a plain object with every field, 64-bit numbers as bigint', async () => {
    const { request } = await methodOf('getBook')
    const book = { id: 2n ** 60n, title: 'Zoë', kind: 'NOVEL', cents: 5, stock: { Basel: 3n } }
    expect(request.protobuf.decode(request.protobuf.encode(book))).toEqual({
      ...empty,
      ...book,
      price: 'cents',
    })
  })

  it.each([
    ['number', 7],
    ['string', '7'],
    ['bigint', 7n],
  ] as const)('has 64-bit numbers as %s when asked', async (longs, seven) => {
    const { request } = await methodOf('slim', longs)
    expect(request.protobuf.decode(request.protobuf.encode({ id: 7 }))).toMatchObject({ id: seven })
  })

  it('keeps fields that its schema does not know, at every depth', async () => {
    const full = (await methodOf('getBook')).request.protobuf
    const slim = (await methodOf('slim')).request.protobuf
    const inner = { ...empty, title: 'inner', pageCount: 3n }
    const book = {
      ...empty,
      id: 1n,
      title: 'outer',
      sequel: inner,
      parts: [inner, inner],
      shelf: { a: inner },
    }
    const passedOn = slim.encode({ ...slim.decode(full.encode(book)) })
    expect(full.decode(passedOn)).toEqual(book)
    expect(unknownFields in full.decode(passedOn)).toBe(false)
  })

  it('does not reach a prototype by its keys', async () => {
    const { request } = await methodOf('getBook')
    const stock = Object.defineProperty({}, '__proto__', { value: 1n, enumerable: true })
    const read = request.protobuf.decode(request.protobuf.encode({ stock })) as {
      stock: Record<string, unknown>
    }
    expect(Object.keys(read.stock)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(read.stock)).toBe(Object.prototype)
    const json = Buffer.from('{"__proto__":{"polluted":1},"stock":{"__proto__":"2"}}')
    request.json.decode(json)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it.each([
    ['a text for a number', { id: 'seven' }, 'shop.Book.id', 'a whole number, a bigint or decimal'],
    ['half a number', { cents: 1.5 }, 'shop.Book.cents', 'a whole number'],
    ['a number for a text', { title: 5 }, 'shop.Book.title', 'a text'],
    ['a name that an enumeration has not', { kind: 'POEM' }, 'shop.Book.kind', 'UNKNOWN, NOVEL'],
    ['one for a list', { tags: 'a' }, 'shop.Book.tags', 'a list'],
    ['a wrong value in a map', { stock: { a: true } }, 'shop.Book.stock', 'a whole number'],
    ['a wrong value inside', { parts: [{ sequel: { title: {} } }] }, 'shop.Book.title', 'a text'],
  ])('with %s is not sent', async (_, message, field, expected) => {
    const { request } = await methodOf('getBook')
    for (const codec of [request.protobuf, request.json]) {
      const error = expect.objectContaining({ code: 'RPC_BAD_OPTION' })
      expect(() => codec.encode(message)).toThrow(error)
      expect(() => codec.encode(message)).toThrow(field)
      expect(() => codec.encode(message)).toThrow(expected)
    }
  })

  it('that lies too deep in itself is refused', async () => {
    const { request } = await methodOf('slim')
    let bytes = Buffer.alloc(0)
    for (let depth = 0; depth < 500; depth++) {
      const length =
        bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7]
      bytes = Buffer.concat([Buffer.from([0x42, ...length]), bytes])
    }
    expect(() => request.protobuf.decode(bytes)).toThrow(/depth/)
  })

  it('is the same by way of JSON', async () => {
    const { request } = await methodOf('getBook')
    fc.assert(
      fc.property(
        fc.record({
          id: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
          title: fc.string({ unit: 'grapheme' }),
          tags: fc.array(fc.string()),
          cover: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
        }),
        (book) => {
          const binary = request.protobuf.decode(request.protobuf.encode(book))
          expect(binary).toMatchObject(book)
          expect(request.json.decode(request.json.encode(book))).toEqual(binary)
        },
      ),
    )
  })
})
