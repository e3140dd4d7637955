import { AsyncLocalStorage } from 'node:async_hooks'
import { RedisStore } from 'connect-redis'
import express from 'express'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import session, { Cookie, MemoryStore, Session, Store, signCookie } from '@tokkyu/session'
import type { SessionOptions, SessionStore } from '@tokkyu/session'
import { secret } from './all-stores.ts'
import { serve } from './client.ts'
import type { Client } from './client.ts'
import { FakeRedis } from './fake-redis.ts'
import { core } from './our-core.ts'

type Mine = Session & Record<string, unknown>
type Handler = (mine: Mine, req: express.Request) => unknown

const modern: SessionOptions = { secret, resave: false, saveUninitialized: false }

/** An app whose every path runs `handler` and sends what it gives. */
function appWith(handler: Handler, options: SessionOptions = modern): Promise<Client> {
  const app = express()
  app.use(session(options))
  app.use(async (req, res) => {
    res.send(JSON.stringify((await handler(req.session as unknown as Mine, req)) ?? null))
  })
  return serve(app)
}

const read: Handler = (mine) => mine.id
const count: Handler = (mine) => (mine['n'] = Number(mine['n'] ?? 0) + 1)

describe.each([
  ['Express', express],
  ['our core', core],
])('session() under %s', (_host, create) => {
  it('remembers what handlers assigned, over a redirect followed at once', async () => {
    const app = create()
    app.use(session(modern))
    app.get('/in', (req, res) => {
      Object.assign(req.session, { user: 'ada' })
      res.redirect('/who')
    })
    app.get('/who', (req, res) => res.json((req.session as unknown as Mine)['user'] ?? null))
    const client = await serve(app as never)
    expect((await client.get('/who')).headers['set-cookie']).toBeUndefined()
    await client.headersOf('/in')
    expect((await client.get('/who')).text).toBe('"ada"')
  })

  it('stores what is done after the first bytes, as express-session does', async () => {
    const app = create()
    app.use(session(modern))
    app.get('/late', (req, res) => {
      Object.assign(req.session, { early: 1 })
      res.write('a')
      setImmediate(() => {
        Object.assign(req.session, { late: 2 })
        res.end('b')
      })
    })
    app.get('/', (req, res) => res.json(Object.keys(req.session)))
    const client = await serve(app as never)
    expect((await client.get('/late')).text).toBe('ab')
    expect(JSON.parse((await client.get('/')).text)).toEqual(
      expect.arrayContaining(['early', 'late']),
    )
  })

  it('keeps an AsyncLocalStorage store over its own waiting', async () => {
    const storage = new AsyncLocalStorage<string>()
    const app = create()
    app.use((req, _res, next) => storage.run(req.path, next))
    app.use(
      session({ ...modern, store: new RedisStore({ client: new FakeRedis() }) as SessionStore }),
    )
    app.use((req, res) => {
      Object.assign(req.session, { n: 1 })
      res.send(storage.getStore())
    })
    const client = await serve(app as never)
    await client.get('/first')
    expect((await client.get('/second')).text).toBe('/second')
  })
})

describe('the methods of a session', () => {
  it('return promises', async () => {
    const store = new MemoryStore()
    const client = await appWith(
      async (mine, req) => {
        const { id } = mine
        mine['n'] = 1
        await mine.save()
        const saved = store.sessions[id]?.['n']
        mine['n'] = 2
        await mine.reload()
        const reloaded = (req.session as unknown as Mine)['n']
        await mine.regenerate()
        const fresh = req.session as unknown as Mine
        const regenerated = [fresh.id !== id, id in store.sessions, Object.keys(fresh)]
        await fresh.destroy()
        return [saved, reloaded, regenerated, typeof req.session]
      },
      { ...modern, store },
    )
    expect(JSON.parse((await client.get('/')).text)).toEqual([
      1,
      1,
      [true, false, ['cookie']],
      'undefined',
    ])
  })

  it('take callbacks and return the session, as in express-session', async () => {
    const client = await appWith(
      (mine, req) =>
        new Promise((resolve) => {
          const returned = mine.save((error) => {
            expect(error).toBeUndefined()
            req.session.regenerate((failure) => resolve([failure ?? null, returned === mine]))
          })
        }),
    )
    expect(JSON.parse((await client.get('/')).text)).toEqual([null, true])
  })

  it('may be called without looking at the promise, even when they fail', async () => {
    const store = new MemoryStore()
    const client = await appWith(
      (mine) => {
        void mine.reload() // not stored yet: fails
        return 'alive'
      },
      { ...modern, store },
    )
    expect((await client.get('/')).text).toBe('"alive"')
  })

  it('fail with what a caller can act on', async () => {
    const client = await appWith((mine) => mine.reload().catch((error: unknown) => error))
    expect(JSON.parse((await client.get('/')).text)).toMatchObject({
      code: 'SESSION_NOT_FOUND',
      status: 500,
    })
  })

  it('leave only data and cookie enumerable', async () => {
    const client = await appWith((mine) => {
      mine['a'] = 1
      const seen: string[] = []
      for (const key in mine) seen.push(key)
      return seen
    })
    expect(JSON.parse((await client.get('/')).text)).toEqual(['cookie', 'a'])
  })
})

describe('unchanged sessions', () => {
  it('are not rewritten with `resave: false`, only touched', async () => {
    const store = new MemoryStore()
    const calls: string[] = []
    for (const name of ['set', 'touch'] as const) {
      const original = store[name].bind(store) as (...args: unknown[]) => unknown
      store[name] = (...args: unknown[]) => {
        calls.push(name)
        return original(...args)
      }
    }
    const client = await appWith((mine, req) => req.path === '/set' && count(mine, req), {
      ...modern,
      store,
    })
    await client.get('/set')
    await client.get('/read')
    await client.get('/read')
    await client.get('/set')
    expect(calls).toEqual(['set', 'touch', 'touch', 'set'])
  })
})

describe('an id', () => {
  it('that the store does not know is not adopted (session fixation)', async () => {
    const client = await appWith(count)
    const chosen = `s:${signCookie('chosen-by-somebody', secret)}`
    const answer = await client.get('/', { cookie: `connect.sid=${encodeURIComponent(chosen)}` })
    expect(answer.text).toBe('1')
    expect(decodeURIComponent(String(answer.headers['set-cookie']))).not.toContain(
      'chosen-by-somebody',
    )
  })

  it('cannot be used again after its session was destroyed', async () => {
    const client = await appWith(async (mine, req) =>
      req.path === '/out' ? mine.destroy() : count(mine, req),
    )
    await client.get('/')
    const thief = client.other(client.cookies)
    await client.get('/out')
    expect((await thief.get('/')).text).toBe('1')
    expect([...thief.cookies.values()]).not.toEqual([...client.cookies.values()])
  })

  it('in the query, the path or a body is not looked at: URLs are logged and shared', async () => {
    const client = await appWith(read, { ...modern, saveUninitialized: true })
    const { text } = await client.get('/')
    const cookie = [...client.cookies.values()][0] as string
    const stranger = client.other()
    expect((await stranger.get(`/?connect.sid=${cookie}&sid=${cookie}`)).text).not.toBe(text)
    expect((await client.get('/')).text).toBe(text)
  })

  it.each([
    ['without a signature', (id: string) => id],
    ['with `s:` and no signature', (id: string) => `s:${id}`],
    ['with an empty signature', (id: string) => `s:${id}.`],
    ['with a cut signature', (id: string) => `s:${signCookie(id, secret).slice(0, -1)}`],
    ['signed with another key', (id: string) => `s:${signCookie(id, 'another')}`],
    ['as JSON', (id: string) => `j:${JSON.stringify(id)}`],
  ])('%s proves nothing', async (_what, forge) => {
    const client = await appWith(read, { ...modern, saveUninitialized: true })
    const id = JSON.parse((await client.get('/')).text) as string
    const answer = await client
      .other()
      .get('/', { cookie: `connect.sid=${encodeURIComponent(forge(id))}` })
    expect(JSON.parse(answer.text)).not.toBe(id)
  })

  it('signed with an old key of the list is still good', async () => {
    const store = new MemoryStore()
    const before = await appWith(count, { ...modern, store, secret: 'old key' })
    await before.get('/')
    const after = await appWith(count, { ...modern, store, secret: ['new key', 'old key'] })
    expect((await after.other(before.cookies).get('/')).text).toBe('2')
    const later = await appWith(count, { ...modern, store, secret: 'new key' })
    expect((await later.other(before.cookies).get('/')).text).toBe('1')
  })

  it('is found behind a cookie of the same name that a sibling subdomain tossed in front', async () => {
    const client = await appWith(count)
    await client.get('/')
    const [[name, value]] = [...client.cookies] as [[string, string]]
    const tossed = `${name}=s%3Aevil.forged; ${name}=%E0%A4%A; ${name}=${value}`
    expect((await client.get('/', { cookie: tossed })).text).toBe('2')
  })

  it('of another letter case or after a no-break space is another name', async () => {
    const client = await appWith(count)
    await client.get('/')
    const value = [...client.cookies.values()][0] as string
    expect((await client.other().get('/', { cookie: `CONNECT.SID=${value}` })).text).toBe('1')
    const spaced = Buffer.from(`\u00a0connect.sid=${value}`, 'latin1').toString('latin1')
    expect((await client.other().get('/', { cookie: spaced })).text).toBe('1')
  })

  it('is found among a thousand cookies', async () => {
    const client = await appWith(count)
    await client.get('/')
    const own = [...client.cookies][0]?.join('=')
    const others = Array.from({ length: 1000 }, (_, n) => `c${n}=1`).join('; ')
    expect((await client.get('/', { cookie: `${others}; ${own}` })).text).toBe('2')
  })

  it('is 192 random bits', async () => {
    const client = await appWith(read)
    const ids = await Promise.all(Array.from({ length: 50 }, () => client.other().get('/')))
    expect(new Set(ids.map(({ text }) => text)).size).toBe(50)
    expect(ids[0]?.text).toMatch(/^"[\w-]{32}"$/)
  })
})

describe('hardened sessions', () => {
  const hardened: SessionOptions = { secret, hardened: true }

  it('come in a `__Host-` cookie with every guard', async () => {
    const client = await appWith(count, hardened)
    const [cookie] = (await client.get('/')).headers['set-cookie'] as [string]
    expect(cookie).toMatch(/^__Host-sid=s%3A[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    expect((await client.get('/')).text).toBe('2')
  })

  it('are not made for who only looks', async () => {
    const store = new MemoryStore()
    const client = await appWith((mine) => mine['n'], { ...hardened, store })
    expect((await client.get('/')).headers['set-cookie']).toBeUndefined()
    expect(store.sessions).toEqual({})
  })

  it('do not take a value that was signed for another cookie with the same secret', async () => {
    const store = new MemoryStore()
    const client = await appWith((mine) => [count(mine, null as never), mine.id], {
      ...hardened,
      store,
    })
    const [, id] = JSON.parse((await client.get('/')).text) as [number, string]
    const signedElsewhere = `s:${signCookie(id, secret)}`
    const answer = await client
      .other()
      .get('/', { cookie: `__Host-sid=${encodeURIComponent(signedElsewhere)}` })
    expect(JSON.parse(answer.text)[0]).toBe(1)
  })

  it('do not leave over a plain connection when the app says whom it trusts, and warn once', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    onTestFinished(() => warn.mockRestore())
    const client = await appWith(count, { ...hardened, proxy: true })
    expect((await client.get('/')).headers['set-cookie']).toBeUndefined()
    await client.get('/')
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('__Host-sid'), {
      code: 'SESSION_COOKIE_WITHHELD',
    })
    expect(
      (await client.get('/', { 'x-forwarded-proto': 'https' })).headers['set-cookie'],
    ).toHaveLength(1)
  })

  it.each<[string, SessionOptions]>([
    ['no secret', { hardened: true }],
    ['a short secret', { hardened: true, secret: 'too short' }],
    ['a short old secret', { hardened: true, secret: [secret, 'too short'] }],
    ['another prefix', { ...hardened, name: 'sid' }],
    ['a domain', { ...hardened, cookie: { domain: 'example.com' } }],
    ['a path', { ...hardened, cookie: { path: '/app' } }],
    ['no Secure', { ...hardened, cookie: { secure: false } }],
  ])('refuse %s, at once', (_what, options) => {
    expect(() => session(options)).toThrow(expect.objectContaining({ code: 'SESSION_BAD_OPTION' }))
  })
})

describe('options', () => {
  it.each<[SessionOptions, string]>([
    [{ secret: [] }, 'secret'],
    [{ secret: [''] }, 'secret'],
    [{ secret, genid: 'x' as never }, 'genid'],
    [{ secret, unset: 'x' as never }, 'unset'],
    [{ secret, storeTimeout: 0 }, 'storeTimeout'],
    [{ secret, idleLifetime: -1 }, 'idleLifetime'],
    [{ secret, absoluteLifetime: Number.NaN }, 'absoluteLifetime'],
    [{ secret, rotationGrace: -5 }, 'rotationGrace'],
  ])('that cannot work are refused at once: %j', (options, option) => {
    expect(() => session(options)).toThrow(
      expect.objectContaining({ name: 'SessionOptionError', code: 'SESSION_BAD_OPTION', option }),
    )
  })
})

describe('the constructors', () => {
  it('are on the function, as in express-session', () => {
    expect([session.Session, session.Store, session.MemoryStore, session.Cookie]).toEqual([
      Session,
      Store,
      MemoryStore,
      Cookie,
    ])
    expect(new MemoryStore()).toBeInstanceOf(Store)
  })

  it('let stores inherit in the old way', () => {
    const store = new (OldStore as unknown as new () => Store)()
    let heard = 0
    store.on('connect', () => heard++)
    store.emit('connect')
    expect(heard).toBe(1)
  })

  it('regenerate through the store, as older middleware does', async () => {
    const store = new MemoryStore()
    const client = await appWith(
      (mine, req) => {
        const { id } = mine
        return new Promise((resolve) => {
          store.regenerate(req as never, () =>
            resolve([req.session.id !== id, count(req.session as never, req)]),
          )
        })
      },
      { ...modern, store },
    )
    expect(JSON.parse((await client.get('/')).text)).toEqual([true, 1])
    expect(Object.values(store.sessions).map(({ n }) => n)).toEqual([1])
  })

  it('load a session outside a request, whose methods then go to the store', async () => {
    const store = new MemoryStore()
    const cookie = new Cookie({ maxAge: 60_000 })
    await store.set('a', { n: 1, cookie })
    const loaded = await new Promise<Mine>((resolve) => {
      store.load('a', (_error, found) => resolve(found as Mine))
    })
    expect([loaded.id, loaded['n'], loaded.cookie.originalMaxAge]).toEqual(['a', 1, 60_000])
    loaded['n'] = 2
    await loaded.save()
    expect(store.sessions['a']?.['n']).toBe(2)
    await store.set('a', { n: 3, cookie })
    await loaded.reload()
    expect((loaded.req.session as unknown as Mine)['n']).toBe(3)
    await loaded.destroy()
    expect(store.sessions['a']).toBeUndefined()
    await expect(loaded.rotate()).rejects.toThrow('outside its request')
  })
})

function OldStore(this: unknown): void {
  Store.call(this)
}
Object.setPrototypeOf(OldStore.prototype, Store.prototype)
