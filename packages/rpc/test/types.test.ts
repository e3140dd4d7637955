import type { parentPort, Worker } from 'node:worker_threads'

import type { Redis } from 'ioredis'
import type { createClient } from 'redis'
import { describe, expectTypeOf, test } from 'vitest'

import {
  type AnyService,
  type Client,
  connect,
  createRpcServer,
  grpcTunnel,
  type Handlers,
  ipcCarrier,
  type Message,
  portCarrier,
  type RedisClient,
  type ServerCall,
} from '../src/index.ts'
import { type Numbers, numbers } from './numbers.ts'

interface Num {
  value: number
  data?: Uint8Array
}

describe('the types of a client', () => {
  test('have a function for each method, by its kind', () => {
    type Calls = Client<Numbers>
    expectTypeOf<ReturnType<Calls['double']>>().toEqualTypeOf<Promise<Num>>()
    expectTypeOf<ReturnType<Calls['sum']>>().toEqualTypeOf<Promise<Num>>()
    expectTypeOf<ReturnType<Calls['count']>>().toEqualTypeOf<AsyncIterableIterator<Num>>()
    expectTypeOf<ReturnType<Calls['each']>>().toEqualTypeOf<AsyncIterableIterator<Num>>()
    expectTypeOf<Parameters<Calls['sum']>[0]>().toEqualTypeOf<AsyncIterable<Num> | Iterable<Num>>()
  })

  test('refuse a method that there is not, and a request that is none', () => {
    const client = connect(numbers, 'localhost:1')
    // @ts-expect-error `triple` is not in the service
    expectTypeOf(client.triple)
    // @ts-expect-error `value` is a number
    const wrong = (): unknown => client.double({ value: '1' })
    expectTypeOf(wrong).toBeFunction()
  })

  test('of a service without written types take and give plain messages', () => {
    type Calls = Client<AnyService>
    expectTypeOf<Awaited<ReturnType<Calls['getBook']>>>().toEqualTypeOf<Message>()
    expectTypeOf<ReturnType<Calls['watch']>>().toExtend<AsyncIterable<Message>>()
    expectTypeOf<Message>().toExtend<Parameters<Calls['getBook']>[0]>()
  })
})

describe('the types of handlers', () => {
  test('give a handler its request and its call', () => {
    const handlers: Handlers<Numbers> = {
      double(request, call) {
        expectTypeOf(request).toEqualTypeOf<Num>()
        expectTypeOf(call).toEqualTypeOf<ServerCall>()
        return { value: request.value }
      },
      async *each(requests) {
        expectTypeOf(requests).toEqualTypeOf<AsyncIterable<Num>>()
        yield* requests
      },
    }
    expectTypeOf(handlers).not.toBeAny()
  })

  test('refuse a response of the wrong shape', () => {
    // @ts-expect-error `value` is missing
    const incomplete: Handlers<Numbers> = { double: () => ({}) }
    // @ts-expect-error a stream of responses is an iterable
    const single: Handlers<Numbers> = { count: () => ({ value: 1 }) }
    expectTypeOf([incomplete, single]).not.toBeAny()
  })

  test('of a service without written types take plain messages', () => {
    createRpcServer().add({ name: 'a.B', methods: new Map() }, {})
    const handlers: Handlers<AnyService> = {
      getBook: ({ id }) => ({ id }),
      async *each(requests) {
        for await (const request of requests) yield request
      },
    }
    expectTypeOf(handlers).not.toBeAny()
  })
})

describe('the types of addresses', () => {
  test('take a carrier where they take an address', () => {
    expectTypeOf(portCarrier).returns.toExtend<Parameters<typeof connect>[1]>()
    expectTypeOf(ipcCarrier).returns.toExtend<Parameters<typeof connect>[1]>()
    expectTypeOf(grpcTunnel).returns.toExtend<Parameters<typeof connect>[1]>()
    expectTypeOf<Worker>().toExtend<Parameters<typeof portCarrier>[0]>()
    expectTypeOf<NonNullable<typeof parentPort>>().toExtend<Parameters<typeof portCarrier>[0]>()
    expectTypeOf(process).toExtend<Parameters<typeof ipcCarrier>[0]>()
  })

  test('take clients of Redis by their shape', () => {
    expectTypeOf<Redis>().toExtend<RedisClient>()
    expectTypeOf<ReturnType<typeof createClient>>().toExtend<RedisClient>()
    // @ts-expect-error a name is no client
    expectTypeOf<string>().toExtend<RedisClient>()
  })

  test('refuse options of a call that there are not', () => {
    const client = connect(numbers, 'localhost:1')
    // @ts-expect-error it is `hedge`
    const wrong = (): unknown => client.double({ value: 1 }, { hedging: 20 })
    expectTypeOf(wrong).toBeFunction()
  })
})
