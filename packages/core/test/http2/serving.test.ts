import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { OutgoingMessage, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import express from '@tokkyu/core'
import session from '@tokkyu/session'

import { until } from '../resources.ts'
import { serve, WAYS, type Way } from './client.ts'

const folder = mkdtempSync(join(tmpdir(), 'http2-'))
writeFileSync(join(folder, 'ten.txt'), '0123456789')
writeFileSync(join(folder, 'page.html'), '<p><%= name %></p>')
afterAll(() => rmSync(folder, { recursive: true }))

const ways = Object.keys(WAYS) as Way[]

function makeApp(): express.Express {
  return express().set('env', 'test').set('views', folder)
}

describe.each(ways)('an app served by %s', (way) => {
  it('answers with text, JSON, and what the final handler says', async () => {
    const app = makeApp()
    app.get('/text', (_req, res) => void res.send('hello'))
    app.get('/json/:id', (req, res) => void res.json({ id: req.params.id, query: req.query }))
    app.get('/broken', () => {
      throw Object.assign(new Error('teapot'), { status: 418 })
    })
    const { get } = await serve(app, way)
    const text = await get('/text')
    expect(text).toMatchObject({ status: 200, text: 'hello', code: 0 })
    expect(text.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-length': '5',
      'x-powered-by': 'Express',
      etag: expect.stringMatching(/^W\/"/),
    })
    expect((await get('/json/7?a=1')).text).toBe('{"id":"7","query":{"a":"1"}}')
    expect((await get('/none')).text).toContain('Cannot GET /none')
    expect((await get('/broken')).status).toBe(418)
    expect((await get('/text', { 'if-none-match': text.headers.etag })).status).toBe(304)
    expect(await get('/text', { ':method': 'HEAD' })).toMatchObject({ status: 200, text: '' })
  })

  it('knows its host, its protocol and its client', async () => {
    const app = makeApp()
    app.get('/', (req, res) => {
      const { hostname, host, protocol, secure, ip } = req
      res.json({ hostname, host, protocol, secure, ip, field: req.get('Host') })
    })
    const { get, port } = await serve(app, way)
    const isSecure = way.includes('TLS') || way.includes('Secure')
    expect(JSON.parse((await get('/')).text)).toEqual({
      hostname: '127.0.0.1',
      host: `127.0.0.1:${port}`,
      field: `127.0.0.1:${port}`,
      protocol: isSecure ? 'https' : 'http',
      secure: isSecure,
      ip: '127.0.0.1',
    })
  })

  it('shows what a program added to app.request and app.response, of mounted apps, too', async () => {
    const app = makeApp()
    const sub = express()
    Object.assign(app.response, { hi: 'from the app' })
    Object.defineProperty(sub.request, 'who', { get: () => 'sub' })
    app.use('/sub', sub)
    sub.get('/', (req, res) => void res.send([Reflect.get(req, 'who'), Reflect.get(res, 'hi')]))
    app.get('/', (req, res) => void res.send([Reflect.get(req, 'who'), Reflect.get(res, 'hi')]))
    const { get } = await serve(app, way)
    expect((await get('/sub')).text).toBe('["sub","from the app"]')
    Object.assign(app.response, { hi: 'later' })
    expect((await get('/')).text).toBe('[null,"later"]')
  })

  it('reads bodies, and refuses those that are too large or broken', async () => {
    const app = makeApp().use(express.json({ limit: 1000 }), express.urlencoded())
    app.post('/', (req, res) => void res.json(req.body))
    const { post } = await serve(app, way)
    const type = { 'content-type': 'application/json' }
    expect((await post('/', '{"a":1}', type)).text).toBe('{"a":1}')
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await post('/', 'b=2', form)).text).toBe('{"b":"2"}')
    expect((await post('/', '{', type)).status).toBe(400)
    expect((await post('/', `"${'x'.repeat(2000)}"`, type)).status).toBe(413)
  })

  it('asks for an expected body when somebody reads it, and not before', async () => {
    const app = makeApp()
    app.post('/read', express.text(), (req, res) => void res.send(req.body))
    app.post('/refused', (_req, res) => void res.sendStatus(403))
    const { post } = await serve(app, way)
    const headers = { 'content-type': 'text/plain', expect: '100-continue' }
    expect((await post('/read', 'x', headers)).text).toBe('x')
    const refused = await post('/refused', 'x', headers)
    expect(refused.status).toBe(403)
    // A server of the program's own has node ask at once.
    expect(refused.early).toHaveLength(way.startsWith('app.listen') ? 0 : 1)
  })

  it('serves files with ranges, and views', async () => {
    const app = makeApp().use(express.static(folder, { index: false }))
    app.get('/view', (_req, res) => void res.render('page.html', { name: '<Zoë>' }))
    app.get('/file', (_req, res) => void res.sendFile(join(folder, 'ten.txt')))
    const { get } = await serve(app, way)
    expect(await get('/ten.txt', { range: 'bytes=2-4' })).toMatchObject({
      status: 206,
      text: '234',
    })
    expect((await get('/file')).text).toBe('0123456789')
    expect((await get('/view')).text).toBe('<p>&lt;Zoë&gt;</p>')
  })

  it('keeps sessions: the cookie leaves with the head, after the store has the data', async () => {
    const app = makeApp()
    app.use(session({ secret: 'secret', resave: false, saveUninitialized: false }) as never)
    app.get('/', (req, res) => {
      const { session: kept } = req as unknown as { session: { count?: number } }
      kept.count = (kept.count ?? 0) + 1
      res.write(String(kept.count))
      res.end()
    })
    const { get } = await serve(app, way)
    const first = await get('/')
    const [cookie] = String(first.headers['set-cookie']).split(';')
    expect(first.text).toBe('1')
    expect((await get('/', { cookie })).text).toBe('2')
  })

  it('streams, and an answer that breaks is seen to be broken', async () => {
    const app = makeApp()
    app.get('/', (_req, res) => void res.send(Readable.from(['ab', 'cd'])))
    app.get('/breaks', (_req, res) => {
      const pieces = (function* () {
        yield 'ab'
        throw new Error('broken')
      })()
      res.send(Readable.from(pieces))
    })
    app.get('/throws', (_req, res) => {
      res.write('ab')
      throw new Error('broken')
    })
    const { get } = await serve(app, way)
    expect(await get('/')).toMatchObject({ text: 'abcd', code: 0 })
    expect((await get('/breaks')).code).toBe(2)
    expect(await get('/throws')).toMatchObject({ text: 'ab', code: 2 })
    expect((await get('/')).status).toBe(200)
  })

  it('aborts req.signal when the client resets its stream', async () => {
    let signal: AbortSignal | undefined
    const app = makeApp().get('/', (req, res) => {
      ;({ signal } = req)
      res.write('begun')
    })
    const { client } = await serve(app, way)
    const stream = client.request({ ':path': '/' })
    await once(stream, 'data')
    stream.close(8)
    await until(() => signal?.aborted === true, 'aborted')
    expect(signal?.aborted).toBe(true)
  })
})

describe('headers over HTTP/2', () => {
  it('that belong to a connection are left out, without a warning', async () => {
    const warnings: unknown[] = []
    const note = (warning: unknown): void => void warnings.push(warning)
    process.on('warning', note)
    const app = makeApp().get('/', (_req, res) => {
      res.set({ Connection: 'close', 'Keep-Alive': 'timeout=5', Upgrade: 'h2c' })
      res.setHeader('Transfer-Encoding', 'chunked').appendHeader('Proxy-Connection', 'close')
      res.statusMessage = 'Fine'
      res.writeHead(200, 'Finer', { 'X-Kept': 'yes', Connection: 'close' }).end()
      expect(res.statusMessage).toBe('Finer')
    })
    const { get } = await serve(app)
    const { headers } = await get('/')
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', note)
    expect(Object.keys(headers).toSorted()).toEqual([':status', 'date', 'x-kept', 'x-powered-by'])
    expect(warnings).toEqual([])
  })

  it.each([
    ['a line break', 'a\r\nSet-Cookie: forged=1'],
    ['NUL', 'a\0b'],
    ['undefined', undefined],
  ])('may not hold %s, as over HTTP/1: a proxy may write them there', async (_what, value) => {
    const codes: unknown[] = []
    const app = makeApp().get('/', (_req, res) => {
      for (const set of [
        () => res.setHeader('X-A', value as string),
        () => res.appendHeader('X-A', value as string),
        () => res.writeHead(200, { 'X-A': value }),
        () => res.addTrailers({ 'X-A': value as string }),
      ]) {
        try {
          set()
        } catch (error) {
          codes.push((error as { code: string }).code)
        }
      }
      res.send('fine')
    })
    const { get } = await serve(app)
    expect((await get('/')).text).toBe('fine')
    const code = value === undefined ? 'ERR_HTTP_INVALID_HEADER_VALUE' : 'ERR_INVALID_CHAR'
    expect(codes).toEqual([code, code, code, code])
  })

  it('cannot be set after they left, with the code of HTTP/1', async () => {
    const codes: unknown[] = []
    const app = makeApp().get('/', (_req, res) => {
      res.write('a')
      for (const call of [
        () => res.setHeader('X-A', '1'),
        () => res.removeHeader('X-A'),
        () => res.writeHead(200),
        () => res.send('b'),
      ]) {
        try {
          call()
        } catch (error) {
          codes.push((error as { code: string }).code)
        }
      }
      res.end()
    })
    const { get } = await serve(app)
    await get('/')
    expect(codes).toEqual(Array.from({ length: 4 }, () => 'ERR_HTTP_HEADERS_SENT'))
  })

  it('given to writeHead as a list keep the values of a name that comes twice', async () => {
    const app = makeApp().get('/', (_req, res) => {
      res.setHeader('X-A', 'before')
      res.writeHead(200, ['Set-Cookie', 'a=1', 'X-A', 'now', 'Set-Cookie', 'b=2']).end()
    })
    const { get } = await serve(app)
    const { headers } = await get('/')
    expect([headers['set-cookie'], headers['x-a']]).toEqual([['a=1', 'b=2'], 'now'])
  })

  it('wait for hooks, which may still change them', async () => {
    const app = makeApp().get('/', (_req, res) => {
      res.beforeHeaders(async () => {
        await new Promise((resolve) => setImmediate(resolve))
        res.setHeader('X-Late', 'yes')
      })
      res.send('hello')
    })
    const { get } = await serve(app)
    expect((await get('/')).headers['x-late']).toBe('yes')
  })

  it('are answered with an error when a hook fails', async () => {
    const app = makeApp().get('/', (_req, res) => {
      res.beforeHeaders(() => Promise.reject(Object.assign(new Error('no'), { status: 503 })))
      res.send('hello')
    })
    const { get } = await serve(app)
    expect((await get('/')).status).toBe(503)
  })
})

describe('middleware that reaches behind the API of node:http', () => {
  it('sets headers as the package cookies does, and begins the answer as express-session does', async () => {
    const app = makeApp().get('/', (_req, res) => {
      OutgoingMessage.prototype.setHeader.call(res, 'Set-Cookie', ['a=1', 'b=2'])
      expect(res.getHeader('Set-Cookie')).toEqual(['a=1', 'b=2'])
      // oxlint-disable-next-line no-underscore-dangle -- the name of node's own method
      ;(res as unknown as { _implicitHeader(): void })._implicitHeader()
      expect(res.headersSent).toBe(true)
      res.end('hello')
    })
    const { get } = await serve(app)
    const { headers, text } = await get('/')
    expect([headers['set-cookie'], text]).toEqual([['a=1', 'b=2'], 'hello'])
  })
})

describe('an answer over HTTP/2 that may have no body', () => {
  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('%s %d has none, whatever the handler writes', async (method, status) => {
    const done: unknown[] = []
    const app = makeApp().all('/', (_req, res) => {
      res.status(status)
      res.write('a', () => done.push('written'))
      res.end('b', () => done.push('ended'))
    })
    const { get } = await serve(app)
    expect(await get('/', { ':method': method })).toMatchObject({ status, text: '', code: 0 })
    await until(() => done.length === 2, 'both callbacks')
  })
})

describe('early hints', () => {
  const HINT = '</style.css>; rel=preload; as=style'

  it('are sent before the answer, over HTTP/2', async () => {
    const app = makeApp().get('/', (_req, res) => {
      res.earlyHints({ Link: [HINT], 'X-Trace': 'a', Connection: 'close' }).send('page')
    })
    const { get } = await serve(app)
    const { early, text } = await get('/')
    expect(early).toEqual([expect.objectContaining({ ':status': 103, link: HINT, 'x-trace': 'a' })])
    expect([early[0]!['connection'], text]).toEqual([undefined, 'page'])
  })
})

describe('trailers over HTTP/2', () => {
  it('are sent and read', async () => {
    const app = makeApp().post('/', express.text(), (req, res) => {
      res.addTrailers({ 'X-Sum': String(req.trailers['x-sum']) })
      res.send(req.body)
    })
    const { client } = await serve(app)
    const stream = client.request(
      { ':method': 'POST', ':path': '/', 'content-type': 'text/plain' },
      { waitForTrailers: true },
    )
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '42' }))
    stream.end('x').resume()
    const [trailers] = (await once(stream, 'trailers')) as [Record<string, string>]
    expect(trailers['x-sum']).toBe('42')
  })
})

describe('the host of a request over HTTP/2', () => {
  const app = makeApp().get('/', (req, res) => void res.send(req.hostname))

  it.each([
    { ':authority': 'a.test' },
    { ':authority': 'a.test', host: 'A.TEST' },
    { ':authority': 'a.test:80', host: 'a.test' },
    { host: 'a.test' },
  ])('%j is a.test', async (headers) => {
    const { get } = await serve(app)
    expect(await get('/', headers)).toMatchObject({ status: 200, text: 'a.test' })
  })

  it.each([
    { ':authority': 'a.test', host: 'b.test' },
    { ':authority': 'user@a.test' },
    { ':authority': 'a.test,b.test' },
    { ':authority': 'a.test:99999' },
    { host: 'a.test,b.test' },
  ])('%j is refused', async (headers) => {
    const { get } = await serve(app)
    const { status, code } = await get('/', headers)
    // Some of them newer lines of Node refuse themselves, with PROTOCOL_ERROR.
    expect([400, 1]).toContain(status || code)
  })

  it('without the policy is what :authority says, for it wins (RFC 9113 §8.3.1)', async () => {
    const free = makeApp().set('host policy', false)
    free.get('/', (req, res) => void res.send(req.hostname))
    const { get } = await serve(free)
    expect((await get('/', { ':authority': 'a.test', host: 'b.test' })).text).toBe('a.test')
  })
})

describe('a client of HTTP/1.1', () => {
  it.each(ways.filter((way) => way.includes('TLS') || way.includes('Secure')))(
    'is served as well by %s',
    async (way) => {
      const app = makeApp().get('/', (req, res) => {
        res.earlyHints({ link: '</a.css>; rel=preload' }).send(`${req.httpVersion} ${req.hostname}`)
      })
      const { port } = await serve(app, way)
      for (let count = 0; count < 2; count++) {
        const request = https.get({ port, host: '127.0.0.1', rejectUnauthorized: false })
        const early: unknown[] = []
        request.on('information', ({ statusCode }) => early.push(statusCode))
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const [reply] = (await once(request, 'response')) as [IncomingMessage]
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const pieces = (await reply.toArray()) as Buffer[]
        expect([Buffer.concat(pieces).toString(), early]).toEqual(['1.1 127.0.0.1', [103]])
      }
    },
  )
})
