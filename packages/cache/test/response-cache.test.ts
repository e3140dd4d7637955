import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import http, { type ServerResponse } from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterEach, describe, expect, it, vi } from 'vitest'
import tokkyu from '@tokkyu/core'
import session from '@tokkyu/session'
import { memoryStore, responseCache } from '@tokkyu/cache'

import { ask, serve } from './serve.ts'
import { type Handler, type Headers, later, says, type Site, site } from './site.ts'

afterEach(() => void vi.useRealTimers())

const byLanguage: Handler = (req, res) =>
  void res
    .writeHead(200, { 'cache-control': 'max-age=60', vary: 'Accept-Language' })
    .end(`in ${req.headers['accept-language']}`)

/** A careless handler: it believes every header, and calls all of it public. */
const careless: Handler = (req, res) => {
  const { host, cookie, authorization } = req.headers
  const base = req.headers['x-forwarded-host'] ?? host
  res.writeHead(200, { 'cache-control': 'max-age=60' })
  const path = req.headers['x-original-url'] ?? req.url
  res.end([req.method, base, path, cookie ?? 'undefined', authorization ?? 'undefined'].join(' '))
}
const clean = 'GET example.com / undefined undefined'

const slow: Handler = (req, res, n) =>
  void setTimeout(() => says({ 'cache-control': 'max-age=60' })(req, res, n), 50)

describe('what may be kept', () => {
  it.each<[Headers]>([
    [{ 'cache-control': 'max-age=60' }],
    [{ 'cache-control': 'public, s-maxage="60"' }],
    [{ 'cache-control': 'MAX-AGE=60, max-age=0' }],
    [{ 'cache-control': 's-maxage=60, max-age=0' }],
    [{ expires: 'Fri, 01 Jan 2100 00:00:00 GMT' }],
    [{ 'cache-control': 'max-age=90', age: '30' }],
  ])('is an answer with %o, for as long as it says', async (headers) => {
    const { get, count } = await site(says(headers))
    const first = await get('/')
    later(59)
    expect((await get('/')).body).toBe(first.body)
    expect(count()).toBe(1)
  })

  it.each<[Headers]>([
    [{}],
    [{ 'cache-control': 'public' }],
    [{ 'cache-control': 'max-age=60, private' }],
    [{ 'cache-control': 'private="x-user", max-age=60' }],
    [{ 'cache-control': 'no-store, max-age=60' }],
    [{ 'cache-control': 'no-cache, max-age=60' }],
    [{ 'cache-control': 'max-age=60, extension="no-store\\"", no-store' }],
    [{ 'cache-control': 'max-age=60s' }],
    [{ 'cache-control': 'max-age=0' }],
    [{ 'cache-control': 's-maxage=0, max-age=60' }],
    [{ 'cache-control': 'max-age=60', 'set-cookie': 'id=7' }],
    [{ 'cache-control': 'max-age=60', vary: 'Accept, *' }],
    [{ 'cache-control': 'max-age=60', age: '60' }],
    [{ expires: '0' }],
  ])('is no answer with %o', async (headers) => {
    const { get, count } = await site(says(headers))
    await get('/')
    await get('/')
    expect(count()).toBe(2)
  })

  it.each([206, 302, 400, 403, 404, 405, 414, 431, 500, 501, 503])(
    'is no answer %i for the ttl of the cache alone',
    async (status) => {
      const { get, count } = await site(says({}, status), { ttl: 60_000 })
      await get('/')
      await get('/')
      expect(count()).toBe(2)
    },
  )

  it.each([400, 405, 414, 431, 500, 501, 503])(
    'is no error page %i, although it says so',
    async (status) => {
      const { get, count } = await site(says({ 'cache-control': 'max-age=60' }, status))
      await get('/')
      await get('/')
      expect(count()).toBe(2)
    },
  )

  it('is named so where routes, timings and errors tell of it', () => {
    expect(responseCache().name).toBe('responseCacheMiddleware')
  })

  it('is a 404 that says how long it is one', async () => {
    const { get, count } = await site(says({ 'cache-control': 'max-age=60' }, 404))
    await get('/')
    expect((await get('/')).status).toBe(404)
    expect(count()).toBe(1)
  })

  it('ends where the body is larger than the limit, which passes through whole', async () => {
    const body = 'x'.repeat(3000)
    const { get, count } = await site(
      (_req, res) => {
        res.setHeader('cache-control', 'max-age=60')
        res.write(body)
        res.end(body)
      },
      { maxBytes: 5000 },
    )
    expect((await get('/')).body).toBe(body + body)
    expect((await get('/')).body).toBe(body + body)
    expect(count()).toBe(2)
  })

  it('takes no more memory than its body has bytes: it is no part of a pool', async () => {
    const store = memoryStore()
    const { get } = await site(says({ 'cache-control': 'max-age=60' }), { store })
    await get('/')
    const { body } = store.get('page:http://example.com/') as { body: Buffer }
    expect([body.toString(), body.buffer.byteLength]).toEqual(['answer 1', 8])
  })

  it('is nothing that broke off', async () => {
    const { get, count } = await site((_req, res, n) => {
      res.writeHead(200, { 'cache-control': 'max-age=60', 'content-length': '8' })
      if (n > 1) res.end('complete')
      else res.write('half', () => res.destroy())
    })
    await expect(get('/')).rejects.toThrow(/aborted|hang up/)
    expect((await get('/')).body).toBe('complete')
    expect(count()).toBe(2)
  })
})

describe('an answer from the cache', () => {
  const headers = {
    'cache-control': 'max-age=60',
    'content-type': 'text/plain',
    'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
    etag: '"v1"',
    link: ['</a>', '</b>'],
    connection: 'close, x-hop',
    'x-hop': '1',
  }

  it('has the headers of the first, its age, and says where it comes from', async () => {
    const { get } = await site(says(headers))
    const first = await get('/')
    later(10)
    const second = await get('/')
    expect(first.headers['cache-status']).toBe('tokkyu; fwd=uri-miss')
    expect(second).toMatchObject({ status: 200, body: 'answer 1' })
    expect(second.headers).toMatchObject({
      'cache-status': 'tokkyu; hit; ttl=50',
      age: '10',
      date: first.headers.date,
      etag: '"v1"',
      link: '</a>, </b>',
      'content-length': '8',
    })
    expect(second.headers).not.toHaveProperty('x-hop')
  })

  it('has no body for HEAD, and HEAD fills nothing', async () => {
    const { get, count } = await site(says(headers))
    await get('/', {}, 'HEAD')
    await get('/')
    expect(await get('/', {}, 'HEAD')).toMatchObject({
      body: '',
      headers: { 'content-length': '8', 'cache-status': 'tokkyu; hit; ttl=60' },
    })
    expect(count()).toBe(2)
  })

  it.each([
    ['if-none-match', '"v0", W/"v1"', 304],
    ['if-none-match', '*', 304],
    ['if-none-match', '"v2"', 200],
    ['if-modified-since', 'Thu, 01 Jan 2026 00:00:00 GMT', 304],
    ['if-modified-since', 'Wed, 31 Dec 2025 23:59:59 GMT', 200],
    ['if-modified-since', 'yesterday', 200],
  ])('to "%s: %s" is %i', async (name, value, status) => {
    const { get, count } = await site(says(headers))
    await get('/')
    const answer = await get('/', { [name]: value })
    expect(answer.status).toBe(status)
    expect(answer.headers.etag).toBe('"v1"')
    expect(answer.body).toBe(status === 304 ? '' : 'answer 1')
    expect(count()).toBe(1)
  })

  it.each([
    ['bytes=0-2', {}, 206, 'ans', 'bytes 0-2/8'],
    ['bytes=6-', {}, 206, ' 1', 'bytes 6-7/8'],
    ['bytes=-3', {}, 206, 'r 1', 'bytes 5-7/8'],
    ['bytes=2-900', {}, 206, 'swer 1', 'bytes 2-7/8'],
    ['bytes=8-', {}, 416, '', 'bytes */8'],
    ['bytes=-0', {}, 416, '', 'bytes */8'],
    ['bytes=5-2', {}, 200, 'answer 1', undefined],
    ['bytes=0-1,3-4', {}, 200, 'answer 1', undefined],
    ['lines=0-1', {}, 200, 'answer 1', undefined],
    ['bytes=0-2', { 'if-range': '"v1"' }, 206, 'ans', 'bytes 0-2/8'],
    ['bytes=0-2', { 'if-range': 'W/"v1"' }, 200, 'answer 1', undefined],
    ['bytes=0-2', { 'if-range': '"v0"' }, 200, 'answer 1', undefined],
  ])('to "%s" with %o is %i', async (range, more, status, body, contentRange) => {
    const { get, count } = await site(says(headers))
    await get('/')
    const answer = await get('/', { range, ...more })
    expect(answer).toMatchObject({ status, body })
    expect(answer.headers['content-range']).toBe(contentRange)
    expect(count()).toBe(1)
  })

  it('is whole although the first who asked wanted a part, or had a copy', async () => {
    for (const asked of [{ range: 'bytes=0-2' }, { 'if-none-match': '"v1"' }]) {
      let count = 0
      const app = express().use(responseCache({ ttl: 60_000 }))
      app.get('/', (_req, res) => void res.set('etag', '"v1"').send(`answer ${++count}`))
      const port = await serve(app)
      await ask(port, { headers: asked })
      expect(await ask(port)).toMatchObject({ status: 200, body: 'answer 1' })
    }
  })

  it('is nothing to only-if-cached when there is none', async () => {
    const { get, count } = await site(says(headers))
    expect((await get('/', { 'cache-control': 'only-if-cached' })).status).toBe(504)
    expect(count()).toBe(0)
  })
})

describe('answers that vary', () => {
  it('are kept one for each value', async () => {
    const { get, count } = await site(byLanguage)
    for (const language of ['de', 'en', 'de', 'en', 'ja'])
      expect((await get('/', { 'accept-language': language })).body).toBe(`in ${language}`)
    expect(count()).toBe(3)
  })

  it('are not mixed up by those who asked at once', async () => {
    const { get, count } = await site(
      (req, res, n) => void setTimeout(() => byLanguage(req, res, n), 30),
    )
    const languages = ['de', 'en', 'de', 'en']
    const answers = await Promise.all(
      languages.map((each) => get('/', { 'accept-language': each })),
    )
    expect(answers.map(({ body }) => body)).toEqual(languages.map((each) => `in ${each}`))
    expect(count()).toBe(2)
  })
})

describe('many who ask the same at once', () => {
  it('are one to the handler', async () => {
    const { get, count } = await site(
      (_req, res, n) =>
        void setTimeout(() => says({ 'cache-control': 'max-age=60' })(_req, res, n), 50),
    )
    const answers = await Promise.all(Array.from({ length: 50 }, () => get('/')))
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['answer 1']))
    expect(count()).toBe(1)
  })

  it('do not wait for an answer that is not for them: as soon as its head is out, all go', async () => {
    const open: ServerResponse[] = []
    const { get, count } = await site((_req, res) => {
      res.writeHead(200, { 'cache-control': 'private' }).write('begun ')
      open.push(res)
    })
    const answers = Promise.all(Array.from({ length: 5 }, () => get('/')))
    await vi.waitUntil(() => count() === 5, { timeout: 30_000 })
    for (const res of open) res.end('done')
    expect((await answers).map(({ body }) => body)).toEqual(Array(5).fill('begun done'))
  })

  it('go on when the one who asked first goes away', async () => {
    const open: ServerResponse[] = []
    const { get, port, count } = await site((_req, res) => void open.push(res))
    const leaving = http.get({
      host: '127.0.0.1',
      port,
      agent: false,
      headers: { host: 'example.com' },
    })
    leaving.on('error', () => {})
    await vi.waitUntil(() => count() === 1, { timeout: 30_000 })
    const answers = Promise.all([get('/'), get('/')])
    leaving.destroy()
    await vi.waitUntil(() => count() === 2, { timeout: 30_000 })
    open[1]!.writeHead(200, { 'cache-control': 'max-age=60' }).end('second')
    expect((await answers).map(({ body }) => body)).toEqual(['second', 'second'])
  })

  it('go themselves when they have waited long enough', async () => {
    const open: ServerResponse[] = []
    const { get, count } = await site((_req, res) => void open.push(res), { patience: 20 })
    const answers = Promise.all([get('/'), get('/')])
    await vi.waitUntil(() => count() === 2, { timeout: 30_000 })
    for (const res of open) res.end('done')
    expect((await answers).map(({ body }) => body)).toEqual(['done', 'done'])
  })
})

describe('a stale answer', () => {
  it('goes out in place of an error, as long as it may', async () => {
    const { get } = await site((_req, res, n) => {
      if (n > 1) res.writeHead(500, { 'x-error': '1', 'content-length': '4' }).end('oops')
      else res.writeHead(200, { 'cache-control': 'max-age=60, stale-if-error=600' }).end('answer 1')
    })
    await get('/')
    later(100)
    const stale = await get('/')
    expect(stale).toMatchObject({ status: 200, body: 'answer 1', headers: { age: '100' } })
    expect(stale.headers['cache-status']).toBe('tokkyu; hit; ttl=-40')
    expect(stale.headers).not.toHaveProperty('x-error')
    later(600)
    expect(await get('/')).toMatchObject({ status: 500, body: 'oops' })
  })

  it('goes out in place of what an error handler of Express would say', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    let works = true
    const app = express().use(responseCache({ ttl: 1000, staleIfError: 60_000 }))
    app.get('/', (_req, res) => {
      if (!works) throw new RangeError('database down')
      res.send('fine')
    })
    app.use(((_error, _req, res, _next) => {
      res.status(500).json({ error: true })
    }) satisfies express.ErrorRequestHandler)
    const port = await serve(app)
    await ask(port)
    works = false
    later(2)
    expect(await ask(port)).toMatchObject({ status: 200, body: 'fine' })
  })

  it('goes out to all but one while that one fetches a new one', async () => {
    const open: ServerResponse[] = []
    const { get, count } = await site((_req, res, n) => {
      res.setHeader('cache-control', 'max-age=60, stale-while-revalidate=600')
      if (n === 1) res.end('old')
      else open.push(res)
    })
    await get('/')
    later(100)
    const fetching = get('/')
    await vi.waitUntil(() => count() === 2, { timeout: 30_000 })
    expect((await get('/')).body).toBe('old')
    open[0]!.end('new')
    expect((await fetching).body).toBe('new')
    expect((await get('/')).body).toBe('new')
    expect(count()).toBe(2)
  })

  it.each(['must-revalidate', 'proxy-revalidate'])('never goes out with %s', async (directive) => {
    const { get } = await site(
      (_req, res, n) =>
        void res
          .writeHead(n > 1 ? 503 : 200, {
            'cache-control': `max-age=60, stale-if-error=600, ${directive}`,
          })
          .end(),
    )
    await get('/')
    later(100)
    expect((await get('/')).status).toBe(503)
  })
})

describe('what is purged', () => {
  const fresh = says({ 'cache-control': 'max-age=60', vary: 'accept' })

  it('is gone by URL, prefix or tag', async () => {
    const { get, cache, count } = await site(fresh, { tags: (req) => [`path ${req.url}`] })
    const again = async (): Promise<number> => {
      await Promise.all(['/a', '/a?x', '/b'].map((path) => get(path)))
      return count()
    }
    expect(await again()).toBe(3)
    await cache.purge('http://example.com/a')
    expect(await again()).toBe(4)
    await cache.purgePrefix('http://example.com/a')
    expect(await again()).toBe(6)
    await cache.purgeTag('path /b')
    expect(await again()).toBe(7)
    expect(await again()).toBe(7)
  })

  it('is what an unsafe method changed, when that went well', async () => {
    const { get, count } = await site((req, res, n) =>
      req.method === 'POST' && req.url === '/refused'
        ? void res.writeHead(403).end()
        : fresh(req, res, n),
    )
    await Promise.all([get('/a'), get('/refused')])
    await Promise.all([get('/a', {}, 'POST'), get('/refused', {}, 'POST')])
    expect(count()).toBe(4)
    await Promise.all([get('/a'), get('/refused')])
    expect(count()).toBe(5)
  })

  it('does not come back by a request that was under way', async () => {
    const open: ServerResponse[] = []
    const { get, cache, count } = await site((_req, res) => {
      res.setHeader('cache-control', 'max-age=60')
      open.push(res)
    })
    const before = get('/')
    await vi.waitUntil(() => count() === 1, { timeout: 30_000 })
    await cache.purge('http://example.com/')
    const after = get('/')
    await vi.waitUntil(() => count() === 2, { timeout: 30_000 })
    open[0]!.end('read before')
    open[1]!.end('read after')
    expect([(await before).body, (await after).body]).toEqual(['read before', 'read after'])
    expect((await get('/')).body).toBe('read after')
  })
})

describe('an answer that cannot be filed', () => {
  it('goes out all the same, and the mistake is told', async () => {
    const told: unknown[] = []
    const listen = (message: unknown): void => void told.push(message)
    subscribe('tokkyu.cache.store-failed', listen)
    const { get, count } = await site(says({ 'cache-control': 'max-age=60' }), {
      tags: () => {
        throw new RangeError('no such tag')
      },
    })
    expect((await get('/')).body).toBe('answer 1')
    expect((await get('/')).body).toBe('answer 2')
    await vi.waitUntil(() => told.length === 2, { timeout: 30_000 })
    unsubscribe('tokkyu.cache.store-failed', listen)
    expect(told[0]).toMatchObject({ operation: 'set', error: { message: 'no such tag' } })
    expect(count()).toBe(2)
  })
})

describe('who wants to poison the cache', () => {
  it.each<[string, http.OutgoingHttpHeaders]>([
    ['another Host', { host: 'evil.example' }],
    ['X-Forwarded-Host', { 'x-forwarded-host': 'evil.example' }],
    ['X-Original-URL', { 'x-original-url': '/admin' }],
    ['X-Rewrite-URL', { 'x-rewrite-url': '/admin' }],
    ['X-Forwarded-Proto', { 'x-forwarded-proto': 'evil' }],
    ['a method override', { 'x-http-method-override': 'POST' }],
    ['a cookie', { cookie: 'name=evil' }],
    ['credentials', { authorization: 'Basic eDp5' }],
    ['a body', { 'content-length': '1' }],
  ])('leaves nothing to others by %s', async (_name, headers) => {
    const { get, port } = await site(careless)
    await ask(port, {
      headers: { host: 'example.com', ...headers },
      ...(headers['content-length'] && { body: 'x' }),
    })
    expect((await get('/')).body).toBe(clean)
  })

  it('gets nothing that was kept for somebody else, and leaves nothing while both ask at once', async () => {
    const { get } = await site((req, res, n) => void setTimeout(() => careless(req, res, n), 20))
    const [known, unknown, other] = await Promise.all([
      get('/', { cookie: 'id=7' }),
      get('/'),
      get('/', { cookie: 'id=8' }),
    ])
    expect(known.body).toContain('id=7')
    expect(unknown.body).toBe(clean)
    expect(other.body).toContain('id=8')
  })

  it('does not get what was kept for nobody in particular: it may be the page of who is not logged in', async () => {
    const { get, count } = await site(says({ 'cache-control': 'max-age=60' }))
    await get('/')
    expect(await get('/', { cookie: 'id=7' })).toMatchObject({ body: 'answer 2' })
    expect((await get('/')).body).toBe('answer 1')
    expect(count()).toBe(2)
  })

  it('finds what says that it is public, cookie or not', async () => {
    const { get, count } = await site(says({ 'cache-control': 'public, max-age=60' }))
    await get('/', { cookie: 'id=7' })
    expect((await get('/', { authorization: 'Basic eDp5' })).body).toBe('answer 1')
    expect((await get('/')).body).toBe('answer 1')
    expect(count()).toBe(1)
  })

  it('cannot switch the cache off for a page by provoking an error', async () => {
    const { get, count } = await site((req, res, n) =>
      says({ 'cache-control': 'max-age=60' }, req.headers['x-bad'] ? 400 : 200)(req, res, n),
    )
    await get('/', { 'x-bad': '1' })
    await get('/')
    await get('/')
    expect(count()).toBe(2)
  })

  it('cannot make one key of two by what stands in a path', async () => {
    const { get } = await site(careless)
    await get('/?%0Ax-forwarded-host=evil.example')
    const answer = await get('/?', { 'x-forwarded-host': 'evil.example' })
    expect(answer.body).toBe('GET evil.example /? undefined undefined')
  })
})

describe('under a framework', () => {
  it.each([
    ['express', express as unknown as typeof tokkyu],
    ['@tokkyu/core', tokkyu],
  ])('keeps what %s sends by send, json, write and end', async (_name, framework) => {
    const app = framework()
    let count = 0
    app.use(responseCache({ ttl: 60_000 }) as never)
    app.get('/send', (_req, res) => void res.send(`send ${++count}`))
    app.get('/json', (_req, res) => void res.json({ n: ++count }))
    app.get('/write', (_req, res) => {
      res.write('w')
      res.end(`rite ${++count}`)
    })
    const port = await serve(app)
    for (const path of ['/send', '/json', '/write']) {
      const first = await ask(port, { path })
      const second = await ask(port, { path })
      expect(second.body).toBe(first.body)
      expect(second.headers['cache-status']).toMatch(/^tokkyu; hit/)
      expect(second.headers['content-type']).toBe(first.headers['content-type'])
    }
    expect(count).toBe(3)
  })

  it.each([
    ['express', express as unknown as typeof tokkyu],
    ['@tokkyu/core', tokkyu],
  ])('keeps nothing that a session below it has touched, under %s', async (_name, framework) => {
    const app = framework()
    let count = 0
    app.use(responseCache({ ttl: 60_000 }) as never)
    app.use(
      session({ secret: 'a secret of the test', resave: false, saveUninitialized: false }) as never,
    )
    app.get('/', (req, res) => {
      ;(req as unknown as { session: { n: number } }).session.n = ++count
      res.send(`visit ${count}`)
    })
    const port = await serve(app)
    const bodies = [await ask(port), await ask(port)].map(({ body }) => body)
    expect(bodies).toEqual(['visit 1', 'visit 2'])
  })
})

describe('a store that two processes share', () => {
  it('lets one of them ask its handler', async () => {
    const store = memoryStore()
    const both = [await site(slow, { store }), await site(slow, { store })]
    const answers = await Promise.all(both.map(({ get }) => get('/')))
    expect(answers.map(({ body }) => body)).toEqual(['answer 1', 'answer 1'])
    expect(both[0]!.count() + both[1]!.count()).toBe(1)
  })
})

describe('over HTTP/2', () => {
  interface Answer2 {
    readonly headers: http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader
    readonly body: string
  }
  const servers: http2.Http2Server[] = []
  const clients: http2.ClientHttp2Session[] = []
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy()
    for (const server of servers.splice(0)) server.close()
  })

  /** The same cache, asked over HTTP/2. */
  async function overHttp2(cache: Site['cache'], handler: Handler) {
    let count = 0
    const server = http2.createServer((req, res) => {
      const [asked, answer] = [req as never, res as never]
      cache(asked, answer, () => handler(asked, answer, ++count))
    })
    servers.push(server)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const client = http2.connect(`http://127.0.0.1:${port}`)
    clients.push(client)
    const open = (headers: http2.OutgoingHttpHeaders = {}) =>
      client.request({ ':path': '/', ':authority': 'example.com', ...headers })
    const get = async (headers?: http2.OutgoingHttpHeaders): Promise<Answer2> => {
      const stream = open(headers)
      const [head] = (await once(stream, 'response')) as [Answer2['headers']]
      let body = ''
      for await (const chunk of stream.setEncoding('utf8')) body += chunk
      return { headers: head, body }
    }
    return { get, open, count: () => count }
  }

  it('an answer is kept as its head left, and is one with that over HTTP/1', async () => {
    const { get, cache, count } = await site(says({}))
    const other = await overHttp2(cache, (_req, res) => {
      res.setHeader('X-One', ['1', '2'])
      res.writeHead(200, { 'cache-control': 'max-age=60', etag: '"a"' })
      res.write('answer ')
      res.end('over 2')
    })
    expect((await other.get()).headers['cache-status']).toBe('tokkyu; fwd=uri-miss')
    const kept = await get('/')
    expect(kept).toMatchObject({ status: 200, body: 'answer over 2', headers: { etag: '"a"' } })
    expect(kept.headers['x-one']).toBe('1, 2')
    expect((await other.get()).headers).toMatchObject({
      ':status': 200,
      'cache-status': 'tokkyu; hit; ttl=60',
      'content-length': '13',
    })
    expect([count(), other.count()]).toEqual([0, 1])
  })

  it('an answer of HTTP/1 goes out: whole, in part, as HEAD, or as not modified', async () => {
    const { get, cache } = await site(says({ 'cache-control': 'max-age=60', etag: '"a"' }))
    await get('/')
    const other = await overHttp2(cache, says({}))
    const asked = [{}, { range: 'bytes=0-5' }, { ':method': 'HEAD' }, { 'if-none-match': '"a"' }]
    const answers = await Promise.all(asked.map((headers) => other.get(headers)))
    expect(answers.map(({ headers, body }) => [headers[':status'], body])).toEqual([
      [200, 'answer 1'],
      [206, 'answer'],
      [200, ''],
      [304, ''],
    ])
    expect(other.count()).toBe(0)
  })

  it('an answer with a cookie is not kept', async () => {
    const { cache } = await site(says({}))
    const other = await overHttp2(
      cache,
      says({ 'cache-control': 'max-age=60', 'set-cookie': ['a=1'] }),
    )
    await other.get()
    expect((await other.get()).body).toBe('answer 2')
  })

  it('a body is collected once, whether `end` or `write` brought it', async () => {
    const { get, cache } = await site(says({}), { maxBytes: 8 })
    const other = await overHttp2(cache, says({ 'cache-control': 'max-age=60' }))
    await other.get()
    expect((await get('/')).body).toBe('answer 1')
  })

  it('an answer that broke off is not kept', async () => {
    const { cache } = await site(says({}))
    const open: ServerResponse[] = []
    const other = await overHttp2(cache, (_req, res) => {
      res.writeHead(200, { 'cache-control': 'max-age=60' }).write('half')
      open.push(res)
    })
    const stream = other.open()
    stream.on('error', () => {})
    await once(stream, 'response')
    stream.close(http2.constants.NGHTTP2_CANCEL)
    await once(open[0]!, 'close')
    const again = other.get()
    await vi.waitUntil(() => open.length === 2, { timeout: 30_000 })
    open[1]!.end('and whole')
    expect((await again).body).toBe('halfand whole')
    expect((await other.get()).body).toBe('halfand whole')
  })
})
