import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import express from 'express'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expectTypeOf, test } from 'vitest'
import tokkyu from '@tokkyu/core'
import cache, {
  type AdaptiveOptions,
  CacheKeyError,
  CacheOptionError,
  type CacheStore,
  CallTimeoutError,
  type Lease,
  limit,
  limitConcurrency,
  memoize,
  type MemoizeOptions,
  type MemoryStore,
  memoryStore,
  type Middleware,
  NobodyWaitsError,
  OverloadedError,
  redisStore,
  type RefusalReason,
  responseCache,
  type ResponseCache,
  singleFlight,
  type SingleFlightOptions,
  StoreTimeoutError,
  TooManyWaitingError,
} from '@tokkyu/cache'

interface User {
  readonly id: number
  readonly name: string
}

/** Types alone are looked at: nothing of it runs. */
const typesOf = (_program: () => unknown): void => {}

const find = async (id: number): Promise<User> => ({ id, name: 'Zoë' })

describe('singleFlight', () => {
  const user = singleFlight(find, { key: String })

  test('takes what the function takes, and gives what it gives', () => {
    expectTypeOf(user).parameter(0).toEqualTypeOf<number>()
    expectTypeOf(user).returns.toEqualTypeOf<Promise<User>>()
    expectTypeOf(singleFlight((name: string) => name.length)).returns.toEqualTypeOf<
      Promise<number>
    >()
  })

  test('hands a signal to the function, and takes one from a caller', () => {
    singleFlight((_id: string, context) => {
      expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>()
    })
    expectTypeOf(user).parameter(1).toExtend<{ signal?: AbortSignal | undefined } | undefined>()
  })

  test('knows its options and the types in them', () => {
    expectTypeOf<SingleFlightOptions<number>>().not.toHaveProperty('ttl')
    typesOf(() => {
      // @ts-expect-error a number is no user's id here
      void user('7')
      // @ts-expect-error a key is a text
      singleFlight(find, { key: (id: number) => id })
      // @ts-expect-error there is no such option
      singleFlight(find, { ttl: 1 })
    })
  })
})

describe('memoize', () => {
  const user = memoize(find, { key: String, ttl: 1000 })

  test('gives a function of the same input and result, which forgets by input', () => {
    expectTypeOf(user).parameter(0).toEqualTypeOf<number>()
    expectTypeOf(user).returns.toEqualTypeOf<Promise<User>>()
    expectTypeOf<(typeof user)['delete']>().toEqualTypeOf<(input: number) => Promise<void>>()
  })

  test('tells results and inputs to the functions among its options', () => {
    memoize(find, {
      key: String,
      ttl: (result, input) => {
        expectTypeOf(result).toEqualTypeOf<User>()
        expectTypeOf(input).toEqualTypeOf<number>()
        return 1
      },
      tags: (result) => [result.name],
      store: memoryStore(),
    })
  })

  test('wants to know how long, and knows its options', () => {
    expectTypeOf<MemoizeOptions<number, User>>().toHaveProperty('ttl')
    typesOf(() => {
      // @ts-expect-error for how long is not said
      memoize(find, { key: String })
      // @ts-expect-error a time is a number
      memoize(find, { key: String, ttl: '1s' })
      // @ts-expect-error a store has more than this
      memoize(find, { key: String, ttl: 1, store: { get: () => undefined } })
    })
  })
})

describe('limit', () => {
  test('keeps the arguments and the result of the function', () => {
    const query = limit((sql: string, values: readonly number[]) => sql.length + values.length, {
      max: 1,
      priority: (sql, values) => sql.length + values.length,
      key: (sql) => sql,
    })
    expectTypeOf(query).toEqualTypeOf<(sql: string, values: readonly number[]) => Promise<number>>()
  })

  test('wants a most, and adapts by known goals', () => {
    expectTypeOf<AdaptiveOptions>().toEqualTypeOf<{
      readonly min?: number | undefined
      readonly delay?: number | undefined
      readonly latency?: number | undefined
    }>()
    typesOf(() => {
      limit(find, { max: 1, adaptive: true })
      limit(find, { max: 1, adaptive: { latency: 100 } })
      // @ts-expect-error how many is not said
      limit(find, { queue: 1 })
      // @ts-expect-error there is no such goal
      limit(find, { max: 1, adaptive: { cpu: 1 } })
    })
  })
})

describe('a middleware', () => {
  test('is one of Express, Tokkyu and node:http', () => {
    typesOf(() => {
      express().use(responseCache(), limitConcurrency({ max: 1 }), cache())
      tokkyu().use(responseCache(), limitConcurrency({ max: 1 }), cache())
      createServer((req, res) => responseCache()(req, res, () => {}))
    })
    expectTypeOf(limitConcurrency({ max: 1 })).toEqualTypeOf<Middleware<IncomingMessage>>()
    expectTypeOf(responseCache()).toEqualTypeOf<ResponseCache>()
    expectTypeOf(cache).returns.toEqualTypeOf<ResponseCache>()
    expectTypeOf<Middleware<IncomingMessage>>().returns.toEqualTypeOf<void>()
  })

  test('shows the request of its framework to the functions among its options', () => {
    typesOf(() => {
      express().use(
        responseCache<express.Request>({
          skip: (req) => req.path === '/live',
          tags: (req, res) => {
            expectTypeOf(res).toEqualTypeOf<ServerResponse>()
            return [req.path]
          },
        }),
      )
      express().use(
        limitConcurrency<express.Request>({
          max: 1,
          key: (req) => req.path,
          refuse: (error, _req, res, next) => {
            expectTypeOf(error).toEqualTypeOf<OverloadedError>()
            expectTypeOf(res).toEqualTypeOf<ServerResponse>()
            next(error)
          },
        }),
      )
    })
  })

  test('knows its options, and purges by text', () => {
    expectTypeOf<ResponseCache['purge']>().toEqualTypeOf<(url: string) => Promise<void>>()
    expectTypeOf<ResponseCache['purgeTag']>().toEqualTypeOf<(tag: string) => Promise<void>>()
    expectTypeOf<ResponseCache['purgePrefix']>().toEqualTypeOf<(url: string) => Promise<void>>()
    typesOf(() => {
      responseCache({ targets: ['CDN-Cache-Control'], lease: 1000, cacheStatus: false })
      // @ts-expect-error there is no such option
      responseCache({ maxAge: 1 })
      // @ts-expect-error true is no name
      responseCache({ cacheStatus: true })
      // @ts-expect-error how many is not said
      limitConcurrency({})
    })
  })
})

describe('a store', () => {
  test('gives what nobody knows the type of, and leases', () => {
    expectTypeOf<CacheStore['get']>().returns.toEqualTypeOf<unknown>()
    expectTypeOf<Lease['extend']>().toEqualTypeOf<(ttl: number) => Promise<boolean>>()
    expectTypeOf(memoryStore()).toEqualTypeOf<MemoryStore>()
    expectTypeOf<MemoryStore>().toExtend<CacheStore>()
    expectTypeOf<MemoryStore['acquire']>().returns.toEqualTypeOf<Lease | undefined>()
  })

  test('is made of a client of node-redis or ioredis', () => {
    typesOf(() => {
      expectTypeOf(redisStore(createClient())).toEqualTypeOf<CacheStore>()
      redisStore(new Redis(), { prefix: '{a}:', compress: { above: 1024 } })
      // @ts-expect-error that is no client
      redisStore({ get: () => 1 })
      // @ts-expect-error above what is not said
      redisStore(new Redis(), { compress: {} })
    })
  })
})

describe('an error', () => {
  test('has a code that tells it from the others', () => {
    expectTypeOf<CacheKeyError['code']>().toEqualTypeOf<'CACHE_BAD_KEY'>()
    expectTypeOf<CacheOptionError['code']>().toEqualTypeOf<'CACHE_BAD_OPTION'>()
    expectTypeOf<CallTimeoutError['code']>().toEqualTypeOf<'CACHE_CALL_TIMEOUT'>()
    expectTypeOf<NobodyWaitsError['code']>().toEqualTypeOf<'CACHE_NOBODY_WAITS'>()
    expectTypeOf<StoreTimeoutError['code']>().toEqualTypeOf<'CACHE_STORE_TIMEOUT'>()
    expectTypeOf<TooManyWaitingError['code']>().toEqualTypeOf<'CACHE_TOO_MANY_WAITING'>()
    expectTypeOf<OverloadedError['code']>().toEqualTypeOf<'OVERLOADED'>()
    expectTypeOf<OverloadedError['status']>().toEqualTypeOf<503>()
    expectTypeOf<OverloadedError['reason']>().toEqualTypeOf<RefusalReason>()
    expectTypeOf<RefusalReason>().toEqualTypeOf<'displaced' | 'full' | 'timeout'>()
  })
})
