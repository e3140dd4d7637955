import express from 'express'
import { core } from './our-core.ts'
import { RedisStore } from 'connect-redis'
import { describe, expect, it, vi } from 'vitest'
import session, { MemoryStore } from '@tokkyu/session'
import type { SessionOptions, SessionStore } from '@tokkyu/session'
import { secret } from './all-stores.ts'
import { serve } from './client.ts'
import type { Client } from './client.ts'
import { FakeRedis } from './fake-redis.ts'

type Respond = (
  of: (req: never) => Record<string, unknown>,
  req: never,
  res: { statusCode: number; end(text?: string): unknown; write(text: string): unknown },
) => void

const options: SessionOptions = { secret, resave: false, saveUninitialized: false }

/** Under each kind of host, an error handler that tells status and code. */
const hosts: [
  name: string,
  start: (options: SessionOptions, respond: Respond) => Promise<Client>,
][] = [
  [
    'node:http',
    (given, respond) => {
      const sessions = session<Record<string, unknown>>({ ...options, ...given })
      return serve((req, res) =>
        sessions(req, res, (error) => {
          if (!error) return respond(sessions.of, req as never, res)
          const { status = 500, code } = error as { status?: number; code?: string }
          res.statusCode = status
          res.end(code)
        }),
      )
    },
  ],
  ...(
    [
      ['Express', express],
      ['our core', core],
    ] as const
  ).map(([name, create]): (typeof hosts)[number] => [
    name,
    (given, respond) => {
      const sessions = session<Record<string, unknown>>({ ...options, ...given })
      const app = create()
      app.use(sessions)
      app.use((req, res) => respond(sessions.of, req as never, res))
      app.use(((error, _req, res, _next) => {
        res.status(error.status ?? 500).send(error.code)
      }) as express.ErrorRequestHandler)
      return serve(app as never)
    },
  ]),
]

describe.each(hosts)('a store that is away, under %s', (_host, start) => {
  const away = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })

  async function startWithRedis(): Promise<{ client: Client; redis: FakeRedis }> {
    const redis = new FakeRedis()
    const client = await start(
      { store: new RedisStore({ client: redis }) as SessionStore, storeTimeout: 300 },
      (of, req, res) => {
        const mine = of(req)
        if ((req as { method: string }).method === 'POST') mine['n'] = Number(mine['n'] ?? 0) + 1
        res.end(`n is ${String(mine['n'])}`)
      },
    )
    return { client, redis }
  }

  it('when reading: 503, and the session is neither adopted nor replaced', async () => {
    const { client, redis } = await startWithRedis()
    await client.send('POST', '/')
    const before = new Map(client.cookies)
    redis.error = away
    const answer = await client.get('/')
    expect(answer).toMatchObject({ status: 503, text: 'SESSION_STORE_UNAVAILABLE' })
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(client.cookies).toEqual(before)
    redis.error = undefined
    expect((await client.get('/')).text).toBe('n is 1')
  })

  it('when writing: 503 in place of the answer that was prepared', async () => {
    const { client, redis } = await startWithRedis()
    await client.send('POST', '/')
    const set = redis.set.bind(redis)
    redis.set = () => Promise.reject(away)
    const answer = await client.send('POST', '/')
    expect(answer.status).toBe(503)
    expect(answer.text).toMatch(/SESSION_STORE_UNAVAILABLE|its store cannot be reached/)
    redis.set = set
    expect((await client.get('/')).text).toBe('n is 1')
  })

  it('when writing the first time: no cookie for a session that was not stored', async () => {
    const { client, redis } = await startWithRedis()
    redis.set = () => Promise.reject(away)
    const answer = await client.send('POST', '/')
    expect(answer.status).toBe(503)
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it('when it does not answer: 503 after the time limit, and no hang', async () => {
    const { client, redis } = await startWithRedis()
    await client.send('POST', '/')
    redis.delay = 3_600_000
    expect(await client.get('/')).toMatchObject({ status: 503, text: 'SESSION_STORE_UNAVAILABLE' })
  })

  it('drops headers that described the answer, and keeps those that guard the page', async () => {
    const store = new MemoryStore()
    const client = await start({ store }, (of, req, res) => {
      of(req)['n'] = 1
      const { setHeader } = res as never as { setHeader: (name: string, value: string) => void }
      setHeader.call(res, 'Content-Type', 'application/pdf')
      setHeader.call(res, 'ETag', '"secret"')
      setHeader.call(res, 'Refresh', '0; url=/document')
      setHeader.call(res, 'Trailer', 'X-Sum')
      setHeader.call(res, 'Transfer-Encoding', 'chunked')
      setHeader.call(res, 'Content-Security-Policy', "default-src 'none'")
      res.statusCode = 201
      res.end('the document')
    })
    store.set = ((_id: string, _data: object, callback: (error: Error) => void) => {
      setImmediate(callback, away)
    }) as never
    const answer = await client.get('/')
    expect(answer.status).toBe(503)
    expect(answer.text).not.toContain('document')
    expect(answer.headers['etag']).not.toBe('"secret"')
    expect(answer.headers['content-type']).not.toBe('application/pdf')
    expect(answer.headers).not.toHaveProperty('refresh')
    expect(answer.headers).not.toHaveProperty('trailer')
    expect(answer.headers).not.toHaveProperty('transfer-encoding')
    expect(answer.headers['content-security-policy']).toBe("default-src 'none'")
  })

  it('does not mix the answer with an error when the handler is still writing', async () => {
    const store = new MemoryStore()
    const client = await start({ store }, (of, req, res) => {
      of(req)['n'] = 1
      res.write('first ')
      setTimeout(() => {
        res.write('second ')
        res.end('third')
      }, 30)
    })
    store.set = ((_id: string, _data: object, callback: (error: Error) => void) => {
      setTimeout(callback, 10, away)
    }) as never
    const answer = await client.get('/')
    expect(answer.status).toBe(503)
    expect(answer.text).not.toMatch(/first|second|third/)
  })
})

describe('an error a store makes itself', () => {
  const broken = new Error('boom')

  it.each(hosts.slice(1))('takes the answer back under %s', async (_host, start) => {
    const store = new MemoryStore()
    const client = await start({ store }, (of, req, res) => {
      of(req)['n'] = 1
      res.end('done')
    })
    store.set = ((_id: string, _data: object, callback: (error: Error) => void) => {
      callback(broken)
    }) as never
    const answer = await client.get('/')
    expect(answer.status).toBe(500)
    expect(answer.text).not.toContain('done')
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it('is reported behind the answer on bare node:http, where nobody else could answer', async () => {
    const store = new MemoryStore()
    const sessions = session({ secret, store, saveUninitialized: true })
    const errors: unknown[] = []
    const client = await serve((req, res) =>
      sessions(req, res, (error) => {
        if (error) errors.push(error)
        else res.end('done')
      }),
    )
    store.set = ((_id: string, _data: object, callback: (error: Error) => void) => {
      callback(broken)
    }) as never
    expect(await client.get('/')).toMatchObject({ status: 200, text: 'done' })
    await new Promise((resolve) => setImmediate(resolve))
    expect(errors).toEqual([broken])
  })
})

describe('an error after the headers have left', () => {
  it('is reported, and the answer ends all the same', async () => {
    const store = new MemoryStore()
    const sessions = session<Record<string, unknown>>({ ...options, store })
    const errors: unknown[] = []
    const client = await serve((req, res) =>
      sessions(req, res, (error) => {
        if (error) return void errors.push(error)
        sessions.of(req)['early'] = 1
        res.write('begun, ')
        sessions.of(req)['late'] = 2
        store.set = ((_id: string, _data: object, callback: (error: Error) => void) => {
          setImmediate(callback, new Error('boom'))
        }) as never
        return void res.end('ended')
      }),
    )
    expect(await client.get('/')).toMatchObject({ status: 200, text: 'begun, ended' })
    await vi.waitFor(() => expect(errors).toEqual([new Error('boom')]))
  })

  it('cuts the connection when it is the mistake of a handler whose call had to wait', async () => {
    const store = new MemoryStore()
    const set = store.set.bind(store)
    store.set = (id: string, data: never, callback?: () => void) =>
      set(id, data, () => setImmediate(() => callback?.()))
    const sessions = session<Record<string, unknown>>({ ...options, store })
    const errors: { code: string }[] = []
    const client = await serve((req, res) =>
      sessions(req, res, (error) => {
        if (error) return void errors.push(error as { code: string })
        sessions.of(req)['n'] = 1
        res.on('error', () => {})
        return void res.end(123 as never)
      }),
    )
    await expect(client.get('/')).rejects.toThrow('socket hang up')
    expect(errors.map(({ code }) => code)).toEqual(['ERR_INVALID_ARG_TYPE'])
  })
})

describe('a store that says it is disconnected', () => {
  it('gives requests no session, as with express-session', async () => {
    const store = new MemoryStore()
    const sessions = session({ secret, store })
    const client = await serve((req, res) =>
      sessions(req, res, () => res.end(typeof (req as { session?: unknown }).session)),
    )
    store.emit('disconnect')
    expect((await client.get('/')).text).toBe('undefined')
    store.emit('connect')
    expect((await client.get('/')).text).toBe('object')
  })

  it('gives 503 when hardened', async () => {
    const store = new MemoryStore()
    const client = await (hosts[0] as (typeof hosts)[number])[1](
      { store, hardened: true },
      (_of, _req, res) => res.end('never'),
    )
    store.emit('disconnect')
    expect(await client.get('/')).toMatchObject({ status: 503, text: 'SESSION_STORE_UNAVAILABLE' })
  })
})
