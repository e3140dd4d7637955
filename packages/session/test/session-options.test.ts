import { createSecretKey, randomBytes } from 'node:crypto'
import express from 'express'
import { describe, expect, it, vi } from 'vitest'
import session, { CookieStore, MemoryStore, cookies } from '@tokkyu/session'
import type { SessionOptions } from '@tokkyu/session'
import { secret } from './all-stores.ts'
import { serve } from './client.ts'
import type { Client } from './client.ts'

// What express-session's documentation says of its options.

async function appWith(
  options: SessionOptions,
  before: express.RequestHandler[] = [],
): Promise<Client> {
  const app = express()
  app.set('trust proxy', true)
  app.use(...before, session({ secret, resave: false, saveUninitialized: false, ...options }))
  app.get('/unset', (req, res) => {
    delete (req as { session?: unknown }).session
    res.end()
  })
  app.use((req, res) => {
    if (!req.session) return void res.send('no session')
    const mine = req.session as unknown as { n?: number }
    mine.n = (mine.n ?? 0) + 1
    return void res.send(String(mine.n))
  })
  return serve(app)
}

const cookieOf = async (client: Client, path = '/', headers = {}): Promise<string> =>
  String((await client.get(path, headers)).headers['set-cookie'] ?? '')

describe('unset', () => {
  it('keeps the stored session by default, and destroys it when told', async () => {
    for (const unset of ['keep', 'destroy'] as const) {
      const store = new MemoryStore()
      const client = await appWith({ store, unset })
      await client.get('/')
      await client.get('/unset')
      expect(Object.keys(store.sessions)).toHaveLength(unset === 'keep' ? 1 : 0)
    }
  })

  it('destroys nothing when the session could not be read', async () => {
    const store = new MemoryStore()
    const client = await appWith({ store, unset: 'destroy' })
    await client.get('/')
    const get = store.get.bind(store)
    store.get = ((_id: string, callback: (error: Error) => void) =>
      callback(new Error('boom'))) as never
    expect((await client.get('/')).status).toBe(500)
    store.get = get
    expect((await client.get('/')).text).toBe('2')
  })
})

describe('cookie', () => {
  const https = { 'x-forwarded-proto': 'https' }

  it('follows the connection with `auto`', async () => {
    const client = await appWith({ cookie: { secure: 'auto', sameSite: 'auto' } })
    expect(await cookieOf(client.other(), '/', https)).toMatch(/; Secure; SameSite=None$/)
    expect(await cookieOf(client.other())).toMatch(/; HttpOnly; SameSite=Lax$/)
  })

  it('that is Secure does not go out in the clear', async () => {
    const client = await appWith({ cookie: { secure: true } })
    expect(await cookieOf(client)).toBe('')
    expect(await cookieOf(client, '/', https)).toContain('Secure')
  })

  it('may be made for each request', async () => {
    const client = await appWith({
      cookie: (req) => ({ path: req.url === '/a' ? '/a' : '/', secure: 'auto' }),
    })
    expect(await cookieOf(client, '/a')).toContain('Path=/a')
  })

  it('limits sessions to its path', async () => {
    const client = await appWith({ cookie: { path: '/app' } })
    expect((await client.get('/other')).text).toBe('no session')
    expect((await client.get('/app/x?y')).text).toBe('1')
  })

  it('is sent with each answer when rolling', async () => {
    const client = await appWith({ rolling: true, cookie: { maxAge: 60_000 } })
    expect(await cookieOf(client)).toContain('Expires=')
    expect(await cookieOf(client)).toContain('Expires=')
  })
})

describe('proxy', () => {
  it('believes X-Forwarded-Proto when true, nothing but the socket when false', async () => {
    for (const proxy of [true, false]) {
      const client = await appWith({ proxy, cookie: { secure: true } })
      const cookie = await cookieOf(client, '/', { 'x-forwarded-proto': 'https, http' })
      expect(cookie !== '').toBe(proxy)
    }
  })
})

describe('secret', () => {
  it('may be text, bytes or a key, also for sessions in cookies', async () => {
    for (const one of [secret, randomBytes(32), createSecretKey(randomBytes(32))]) {
      for (const store of [new MemoryStore(), new CookieStore({ secret: one })]) {
        const client = await appWith({ secret: one, store })
        await client.get('/')
        expect((await client.get('/')).text).toBe('2')
      }
    }
  })

  it('is taken from cookies() when none is given', async () => {
    const client = await appWith({ secret: undefined }, [
      cookies('theirs') as express.RequestHandler,
    ])
    await client.get('/')
    expect((await client.get('/')).text).toBe('2')
  })

  it('is missed where the middleware is made, in a warning that names the place', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    for (let time = 0; time < 2; time++) session()
    expect(warn.mock.calls).toEqual([
      [
        expect.stringMatching(/^session\(\) has no secret \(.*session-options\.test\.ts:\d+:\d+\)/),
        { type: 'DeprecationWarning', code: 'SESSION_WITHOUT_SECRET' },
      ],
    ])
    warn.mockRestore()
  })

  it('is asked for at the first request otherwise', async () => {
    expect((await (await appWith({ secret: undefined })).get('/')).status).toBe(500)
  })
})

describe('a cookie that an earlier middleware took away', () => {
  it('is found where it put it', async () => {
    for (const parser of [cookies(), cookies(secret)]) {
      const client = await appWith({}, [parser as express.RequestHandler, take])
      await client.get('/')
      expect((await client.get('/')).text).toBe('2')
    }
  })
})

describe('genid', () => {
  it('makes the ids, with the request at hand', async () => {
    const store = new MemoryStore()
    const client = await appWith({ store, genid: (req) => `${req.method}-id` })
    await client.get('/')
    expect(Object.keys(store.sessions)).toEqual(['GET-id'])
  })

  it('that fails goes to the error handlers', async () => {
    const client = await appWith({
      genid: () => {
        throw new Error('no randomness')
      },
    })
    expect((await client.get('/')).status).toBe(500)
  })
})

describe('ENOENT', () => {
  it('from a store means that there is no such session, as in express-session', async () => {
    const store = new MemoryStore()
    const client = await appWith({ store })
    await client.get('/')
    store.get = ((_id: string, callback: (error: Error) => void) =>
      callback(Object.assign(new Error('no file'), { code: 'ENOENT' }))) as never
    expect((await client.get('/')).text).toBe('1')
  })
})

function take(req: express.Request, _res: express.Response, next: () => void): void {
  delete req.headers.cookie
  next()
}
