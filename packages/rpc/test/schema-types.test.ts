import { describe, expect, it } from 'vitest'

import { connect, createRpcServer, listServices, reflect, schemaTypes } from '../src/index.ts'
import { afterwards, numbers } from './numbers.ts'

const source = `
  syntax = "proto3";
  package shop;
  message Book {
    int64 id = 1; repeated string tags = 2; map<string, Price> prices = 3; optional int32 year = 4;
    oneof cover { string file = 5; bytes data = 6; }
    Kind kind = 7; Price price = 8;
    message Price { double amount = 1; bool taxed = 2; }
  }
  enum Kind { UNKNOWN = 0; NOVEL = 1; }
  message Nothing {}
  service Catalog {
    rpc GetBook(Book) returns (Book);
    rpc Add(stream Book) returns (Nothing);
    rpc Watch(Nothing) returns (stream Book);
    rpc Talk(stream Book) returns (stream Book);
  }
`

describe('the types of a schema', () => {
  it('are interfaces of its messages and services', async () => {
    expect(await schemaTypes({ source }))
      .toBe(`import type { BidiStream, ClientStream, ServerStream, Unary } from '@tokkyu/rpc'

export interface Book {
  id: bigint
  tags: string[]
  prices: Record<string, Book_Price>
  year?: number
  file?: string
  data?: Uint8Array
  kind: Kind
  price?: Book_Price | null
  cover?: 'file' | 'data'
}

export interface Book_Price {
  amount: number
  taxed: boolean
}

export type Kind = 'UNKNOWN' | 'NOVEL'

export type Nothing = Record<string, never>

export interface Catalog {
  getBook: Unary<Book, Book>
  add: ClientStream<Book, Nothing>
  watch: ServerStream<Nothing, Book>
  talk: BidiStream<Book, Book>
}
`)
  })

  it('have 64-bit numbers as they are asked for', async () => {
    expect(await schemaTypes({ source }, { longs: 'string' })).toContain('  id: string\n')
  })

  it('have a name each, also where packages and services share one', async () => {
    const types = await schemaTypes({
      source: `
        syntax = "proto3";
        package a.b;
        message Book { Outer.Book book = 1; }
        message Outer { message Book {} }
        service Book { rpc Get(Book) returns (Book); }
      `.replace('service Book', 'service Shelf'),
    })
    expect([...types.matchAll(/export \w+ (\w+)/g)].map(([, name]) => name)).toEqual([
      'Book',
      'Outer',
      'Outer_Book',
      'Shelf',
    ])
  })

  it('cannot be written for a schema that is none', async () => {
    await expect(schemaTypes({ source: 'message {' })).rejects.toMatchObject({
      code: 'RPC_BAD_SCHEMA',
    })
  })
})

describe('the services of a schema', () => {
  it('are listed with their packages', async () =>
    expect(await listServices({ source })).toEqual(['shop.Catalog']))
})

async function listening(reflection: boolean): Promise<string> {
  const server = createRpcServer({ reflection }).add(numbers, {
    double: ({ value }) => ({ value: value * 2 }),
  })
  const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as { port: number }
  afterwards(() => server.close(0))
  return `127.0.0.1:${port}`
}

describe('a server that tells its schemas', () => {
  it('can be called without a schema of one’s own', async () => {
    const address = await listening(true)
    const server = await reflect(address)
    afterwards(server.close)
    expect(server.services).toContain('test.Numbers')
    const client = connect(await server.service('test.Numbers'), address)
    afterwards(() => client.$channel.destroy())
    expect(await client['double']!({ value: 4 })).toMatchObject({ value: 8 })
  })

  it('tells the kinds of its methods, and which may be called twice', async () => {
    const server = await reflect(await listening(true))
    afterwards(server.close)
    const { methods } = await server.service('test.Numbers')
    expect([...methods.values()].map(({ kind, idempotent }) => [kind, idempotent])).toEqual([
      ['unary', true],
      ['clientStream', false],
      ['serverStream', false],
      ['bidiStream', false],
    ])
  })

  it('says that there is no service of another name', async () => {
    const server = await reflect(await listening(true))
    afterwards(server.close)
    await expect(server.service('test.None')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('is not one that was not told to', async () => {
    await expect(reflect(await listening(false))).rejects.toMatchObject({ code: 'UNIMPLEMENTED' })
  })
})
