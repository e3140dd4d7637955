/* oxlint-disable consistent-return, promise/no-promise-in-callback, no-useless-default-assignment -- handlers end early, and the shapes are those of stores in the wild */
import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import session, { MemoryStore } from '@tokkyu/session'
import type { SessionRequest, SessionStore, StoredSession } from '@tokkyu/session'
import { secret } from './all-stores.ts'
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
    const rows = table()
    let isSilent = false
    const store = {
      get: (id: string, done: Answer) => {
        if (!isSilent) setImmediate(done, null, rows.get(id))
      },
      set: (id: string, data: StoredSession, done: Answer) => {
        rows.set(id, data)
        if (!isSilent) setImmediate(done)
      },
      destroy: (_id: string, done: Answer) => done(),
    } as SessionStore
    const storeTimeout = 1_000
    const sessions = session<{ n: number }>({ secret, store, storeTimeout, resave: false })
    const waiting: (() => void)[] = []
    const client = await serve((req, res) =>
      sessions(req, res, (error) => {
        if (error) {
          res.statusCode = (error as { status: number }).status
          return res.end()
        }
        sessions.of(req).n = req.url === '/' ? 0 : waiting.length + 1
        if (req.url === '/') return res.end()
        waiting.push(() => res.end())
        if (waiting.length < 10) return
        isSilent = true
        for (const end of waiting) end()
      }),
    )
    await client.get('/')
    const began = Date.now()
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.get('/wait')))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(503))
    expect(Date.now() - began).toBeLessThan(5 * storeTimeout) // one after the other: ten times
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
