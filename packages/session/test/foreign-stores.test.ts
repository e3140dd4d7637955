/* oxlint-disable consistent-return, promise/no-promise-in-callback, no-useless-default-assignment -- handlers end early, and the shapes are those of stores in the wild */
import type { ServerResponse } from 'node:http'
import expressSession from 'express-session'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import session, { MemoryStore } from '@tokkyu/session'
import type { SessionRequest, SessionStore, StoredSession } from '@tokkyu/session'
import { secret } from './all-stores.ts'
import { Client } from '../src/testing/client.ts'
import { serve } from './client.ts'
import { SHAPES, ignore, table } from './foreign-shapes.ts'
import type { Answer } from './foreign-shapes.ts'

describe.each(SHAPES)('a store %s', (_shape, create) => {
  it('keeps 4 of 4 concurrent writes', async () => {
    const sessions = session<Record<string, unknown>>({ secret, store: create(), resave: false })
    const client = await serve((req, res) =>
      sessions(req, res, (error) => {
        if (error) return res.writeHead(503).end()
        const mine = sessions.of(req)
        if (req.url === '/') return res.end(JSON.stringify(mine))
        mine[(req.url as string).slice(1)] = true
        setTimeout(() => res.end(), 20)
      }),
    )
    await client.get('/first')
    await Promise.all(['a', 'b', 'c', 'd'].map((key) => client.get(`/${key}`)))
    expect(JSON.parse((await client.get('/')).text)).toMatchObject({
      a: true,
      b: true,
      c: true,
      d: true,
    })
  })

  it('keeps a session dead that was destroyed while another request wrote it', async () => {
    const sessions = session<{ user: string }>({ secret, store: create(), resave: false })
    let release = ignore
    let arrive = ignore
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    const client = await serve((req, res) =>
      sessions(req, res, (error) => {
        if (error) return res.writeHead(503).end()
        if (req.url === '/who') return res.end(String(sessions.of(req).user))
        if (req.url === '/out')
          return void sessions
            .of(req)
            .destroy()
            .then(() => res.end())
        sessions.of(req).user = req.url as string
        if (req.url === '/in') return res.end()
        release = () => res.end('written')
        arrive()
      }),
    )
    await client.get('/in')
    const copy = client.other(client.cookies)
    const slow = client.get('/slow')
    await arrived
    await copy.get('/out')
    release()
    expect((await slow).text).toBe('written')
    expect((await copy.get('/who')).text).toBe('undefined')
  })
})

describe('a store without versions', () => {
  it('gets the arguments of express-session and no more', async () => {
    const calls: [string, number][] = []
    const rows = table()
    const store = {
      get(...args: [string, Answer]) {
        calls.push(['get', args.length])
        args[1](null, rows.get(args[0]))
      },
      set(...args: [string, StoredSession, Answer]) {
        calls.push(['set', args.length])
        rows.set(args[0], args[1])
        args[2]()
      },
      touch(...args: [string, StoredSession, Answer]) {
        calls.push(['touch', args.length])
        args[2]()
      },
      destroy(...args: [string, Answer]) {
        calls.push(['destroy', args.length])
        args[1]()
      },
    } as unknown as SessionStore
    const sessions = session({ secret, store, resave: false })
    const client = await serve((req, res) =>
      sessions(req, res, () => {
        if (req.url === '/out')
          void sessions
            .of(req)
            .destroy()
            .then(() => res.end())
        else res.end()
      }),
    )
    await client.get('/')
    await client.get('/')
    await client.get('/out')
    expect(new Set(calls.map(String))).toEqual(new Set(['set,3', 'get,2', 'touch,3', 'destroy,2']))
  })

  it('that fails to touch does not cost the answer, and is reported', async () => {
    const rows = table()
    const store = {
      get: (id: string, done: Answer) => done(null, rows.get(id)),
      set: (id: string, data: StoredSession, done: Answer) => {
        rows.set(id, data)
        done()
      },
      touch: (_id: string, _data: StoredSession, done: Answer) => done(new Error('no touch')),
      destroy: (_id: string, done: Answer) => done(),
    } as SessionStore
    const errors: unknown[] = []
    const sessions = session({ secret, store, resave: false })
    const client = await serve((req, res) => {
      Object.assign(req, { next: () => {} }) // as routers do
      sessions(req, res, (error) =>
        error ? errors.push((error as Error).message) : res.end('fine'),
      )
    })
    await client.get('/')
    expect((await client.get('/')).text).toBe('fine')
    await expect.poll(() => errors).toEqual(['no touch'])
  })

  it('that is silent holds ten requests of one session no longer than one', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const rows = table()
    let isSilent = false
    const store = {
      get: (id: string, done: Answer) => isSilent || done(null, rows.get(id)),
      set: (id: string, data: StoredSession, done: Answer) =>
        isSilent || done(null, rows.set(id, data)),
      destroy: (id: string, done: Answer) => isSilent || done(null, rows.destroy(id)),
    } as SessionStore
    const client = new Client(store, { storeTimeout: 1_000 })
    await (await client.request()).end()
    const visits = await Promise.all(Array.from({ length: 10 }, () => client.request()))
    isSilent = true
    for (const [n, { session: mine }] of visits.entries()) mine['n'] = n
    const answers = Promise.allSettled(visits.map(({ end }) => end()))
    await vi.advanceTimersByTimeAsync(1_000)
    const reasons = (await answers).map((answer) => 'reason' in answer && answer.reason.code)
    expect(new Set(reasons)).toEqual(new Set(['SESSION_STORE_UNAVAILABLE']))
  })

  it('is asked as often as by express-session for a request that changes nothing', async () => {
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- it is this test's measure
    async function calls(make: typeof session): Promise<string[]> {
      const asked: string[] = []
      const rows = table()
      class Counting extends expressSession.Store {
        get(id: string, done: Answer): void {
          asked.push('get')
          done(null, rows.get(id))
        }
        set(id: string, data: object, done: Answer): void {
          asked.push('set')
          done(null, rows.set(id, data as StoredSession))
        }
        touch(_id: string, _data: object, done: Answer): void {
          asked.push('touch')
          done(null)
        }
        destroy(id: string, done: Answer): void {
          done(null, rows.destroy(id))
        }
      }
      const store = new Counting() as unknown as SessionStore
      const sessions = make({ secret, store, resave: false, saveUninitialized: true })
      const client = await serve((req, res) => sessions(req, res, () => res.end()))
      await client.get('/')
      asked.length = 0
      await Promise.all([client.get('/'), client.get('/'), client.get('/')])
      return asked.toSorted()
    }
    const asked = await calls(session)
    expect(asked).toEqual(['get', 'get', 'get', 'touch', 'touch', 'touch'])
    expect(asked).toEqual(await calls(expressSession as unknown as typeof session))
  })

  it('is asked once more before a touch when the session changed since it was read', async () => {
    const rows = table()
    const touched: unknown[] = []
    const client = new Client({
      get: async (id) => rows.get(id),
      set: async (id, data) => rows.set(id, data),
      touch: async (_id, data) => touched.push(data['user']),
      destroy: async (id) => rows.destroy(id),
    })
    await (await client.request()).end()
    const [reader, writer] = [await client.request(), await client.request()]
    writer.session['user'] = 'ada'
    await writer.end()
    await reader.end()
    expect(touched).toEqual(['ada'])
  })
})

describe('a record that is a missing file (ENOENT)', () => {
  const missing = Object.assign(new Error('no such file'), { code: 'ENOENT' })
  /** A store that fails with it for what is not there. */
  function fileStore() {
    const rows = table()
    const there = (id: string) => {
      if (!rows.rows.has(id)) throw missing
    }
    const store: SessionStore = {
      get: async (id) => {
        there(id)
        return rows.get(id)
      },
      set: async (id, data) => rows.set(id, data),
      touch: async (id, data) => {
        there(id)
        rows.set(id, data)
      },
      destroy: async (id) => {
        there(id)
        rows.destroy(id)
      },
    }
    return { rows, store }
  }

  it.each([
    ['merging', { user: 'ada' }],
    ['touching', {}],
  ])('leaves the answer whole and the session dead when %s', async (_what, changes) => {
    const { rows, store } = fileStore()
    const client = new Client(store)
    await (await client.request()).end()
    const request = await client.request()
    rows.rows.clear() // by another process
    Object.assign(request.session, changes)
    await request.end()
    await new Promise(setImmediate) // an error of touch is reported behind the answer
    expect(client.errors).toEqual([])
    expect(rows.rows.size).toBe(0)
  })

  it('is destroyed already', async () => {
    const { rows, store } = fileStore()
    const client = new Client(store)
    await (await client.request()).end()
    const request = await client.request()
    rows.rows.clear()
    await expect(request.session.destroy()).resolves.toBeUndefined()
  })
})

describe('a handler that holds an object of its session', () => {
  it('stores what it does to it after a save that merged', async () => {
    const sessions = session<{ cart: string[]; other: number }>({ secret, resave: false })
    const client = await serve(async (req, res) => {
      await new Promise((resolve) => sessions(req, res, resolve))
      const mine = sessions.of(req)
      if (req.url === '/see') return res.end(JSON.stringify(mine.cart))
      if (req.url === '/other') mine.other = 1
      else {
        mine.cart ??= ['one']
        const { cart } = mine
        if (req.url === '/push') {
          await copy?.get('/other')
          await mine.save()
          cart.push('two')
        }
      }
      res.end()
    })
    let copy: typeof client | undefined
    await client.get('/start')
    copy = client.other(client.cookies)
    await client.get('/push')
    expect((await client.get('/see')).text).toBe('["one","two"]')
  })
})

describe('a response that only collects headers for a handshake', () => {
  it('has the cookie when writeHead() returns, and the session is stored', async () => {
    const headers: Record<string, unknown> = {}
    const res = {
      setHeader: (name: string, value: unknown) => void (headers[name.toLowerCase()] = value),
      getHeader: (name: string) => headers[name.toLowerCase()],
      writeHead: () => {},
      end: () => {},
    } as unknown as ServerResponse
    const store = new MemoryStore()
    const sessions = session<{ user: string }>({ secret, store, resave: false })
    const req = { url: '/', headers: {}, socket: {} } as unknown as SessionRequest
    sessions(req, res, () => {})
    sessions.of(req).user = 'ada'
    ;(res.writeHead as unknown as () => void)()
    expect(String(headers['set-cookie'])).toMatch(/^connect\.sid=s%3A/)
    await expect
      .poll(
        () =>
          new Promise(
            (resolve) =>
              void store.get(sessions.of(req).id, (_, found) => resolve(found?.['user'])),
          ),
      )
      .toBe('ada')
  })
})

describe('a cookie name that cannot work', () => {
  it.each([
    ['holds a space', { name: 'my sid' }],
    ['is __Host- without secure', { name: '__Host-x' }],
    ['is __Secure- without secure', { name: '__Secure-x' }],
    [
      'is __Host- with a domain',
      { name: '__Host-x', cookie: { secure: true, domain: 'example.com' } },
    ],
  ])('fails when the middleware is made: it %s', (_why, options) => {
    expect(() => session({ secret, ...options })).toThrowError(
      expect.objectContaining({ code: 'SESSION_BAD_OPTION', option: 'name' }),
    )
  })
})

describe('a hardened session behind a cookie parser', () => {
  it('does not take the id of a session from a signature that may be of another cookie', async () => {
    const store = new MemoryStore()
    const stored = { user: 'ada', cookie: { originalMaxAge: null, path: '/' } }
    store.set('known', stored)
    const req = {
      url: '/',
      headers: {},
      socket: {},
      signedCookies: { '__Host-sid': 'known' },
    } as unknown as SessionRequest
    const res = { setHeader: () => {}, getHeader: () => undefined } as unknown as ServerResponse
    session({ secret, hardened: true, store })(req, res, () => {})
    expect(req.sessionID).not.toBe('known')
  })
})

describe('rotating a session that another request destroyed', () => {
  it.each(SHAPES)('leaves it dead in a store %s, and the answer leaves', async (_shape, create) => {
    const sessions = session<{ user: string }>({ secret, store: create(), resave: false })
    const client = await serve(async (req, res) => {
      await new Promise((resolve) => sessions(req, res, resolve))
      const mine = sessions.of(req)
      if (req.url === '/out') await mine.destroy()
      else if (req.url === '/rotate') {
        await copy?.get('/out')
        await mine.rotate()
        mine.user = 'eve'
      } else if (req.url === '/in') mine.user = 'ada'
      res.end(req.url === '/out' ? '' : String(mine.user))
    })
    let copy: typeof client | undefined
    await client.get('/in')
    copy = client.other(client.cookies)
    const rotated = await client.get('/rotate')
    expect(rotated.status).toBe(200)
    expect(rotated.headers['set-cookie']).toBeUndefined()
    expect((await client.get('/who')).text).toBe('undefined')
  })
})
