import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'

import compression from 'compression'
import express from '@tokkyu/core'
import { describe, expect, it, onTestFinished } from 'vitest'

const VIEWS = {
  'plain.html': '<p><%= name %></p>',
  'slow.html': '<h1>Hello</h1><p><%= await name %></p>',
  'throws.html': '<h1>Hello</h1>\n<%= missing %>',
  'open.html': '<h1><% if (true) { %>',
  'foreign.txt': 'Dear name',
}

/** A promise, with what settles it. */
function later<T = string>() {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((...both) => {
    ;[resolve, reject] = both
  })
  return { promise, resolve, reject }
}

/** An app over the views, listening for one test; `errors` are those that came to its error handler. */
async function serve(answer: express.RequestHandler, ...before: express.RequestHandler[]) {
  const root = mkdtempSync(path.join(tmpdir(), 'stream-view-'))
  for (const [name, view] of Object.entries(VIEWS)) writeFileSync(path.join(root, name), view)
  const app = express().set('env', 'test').set('views', root)
  const errors: unknown[] = []
  for (const each of before) app.use(each)
  app.all('/', answer)
  const report: express.ErrorRequestHandler = (error, _req, _res, next) => {
    errors.push(error)
    next(error)
  }
  app.use(report)
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close().closeAllConnections()
    rmSync(root, { recursive: true })
  })
  const { port } = server.address() as AddressInfo
  const get = async (options: http.RequestOptions = {}): Promise<http.IncomingMessage> => {
    const client = http.get({ host: '127.0.0.1', port, agent: false, ...options })
    client.on('error', () => {})
    const [reply] = (await once(client, 'response')) as [http.IncomingMessage]
    reply.on('error', () => {})
    return reply
  }
  return { app, errors, get, port }
}

describe('res.renderStream', () => {
  it('sends HTML without a length and an ETag', async () => {
    const { get } = await serve((_req, res) => res.renderStream('plain.html', { name: '<Ada>' }))
    const reply = await get()
    expect(reply.statusCode).toBe(200)
    expect(reply.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'transfer-encoding': 'chunked',
    })
    expect(reply.headers).not.toHaveProperty('etag')
    expect(await text(reply)).toBe('<p>&lt;Ada&gt;</p>')
  })

  it('is res.stream, too', async () => {
    const { get } = await serve((_req, res) => res.stream('plain.html', { name: 'Ada' }))
    expect(await text(await get())).toBe('<p>Ada</p>')
  })

  it('keeps the type and the status that are set', async () => {
    const { get } = await serve((_req, res) =>
      res.status(201).type('application/xhtml+xml').renderStream('plain.html', { name: 'Ada' }),
    )
    const reply = await get()
    expect(reply.statusCode).toBe(201)
    expect(reply.headers['content-type']).toMatch(/^application\/xhtml\+xml/)
    expect(await text(reply)).toBe('<p>Ada</p>')
  })

  it('has the locals of the app and of the answer', async () => {
    const { app, get } = await serve((_req, res) => {
      res.locals['name'] = 'Ada'
      return res.renderStream('plain.html')
    })
    app.locals['name'] = 'nobody'
    expect(await text(await get())).toBe('<p>Ada</p>')
  })

  it('sends what is there while the view waits', async () => {
    const name = later()
    const { get } = await serve((_req, res) =>
      res.renderStream('slow.html', { name: name.promise }),
    )
    const reply = await get()
    const [first] = (await once(reply, 'data')) as [Buffer]
    expect(String(first)).toBe('<h1>Hello</h1><p>')
    name.resolve('Ada')
    expect(await text(reply)).toBe('Ada</p>')
  })

  it('sends it through compression, too', async () => {
    const name = later()
    const { get } = await serve(
      (_req, res) => res.renderStream('slow.html', { name: name.promise }),
      compression({ threshold: 0 }) as express.RequestHandler,
    )
    const reply = await get({ headers: { 'accept-encoding': 'gzip' } })
    expect(reply.headers['content-encoding']).toBe('gzip')
    const page = reply.pipe(createGunzip())
    const [first] = (await once(page, 'data')) as [Buffer]
    expect(String(first)).toBe('<h1>Hello</h1><p>')
    name.resolve('Ada')
    expect(await text(page)).toBe('Ada</p>')
  })

  it('answers HEAD without a body', async () => {
    const { get } = await serve((_req, res) => res.renderStream('plain.html', { name: 'Ada' }))
    const reply = await get({ method: 'HEAD' })
    expect(reply.statusCode).toBe(200)
    expect(reply.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(await text(reply)).toBe('')
  })

  it('answers HTTP/1.0 with a body that ends with the connection', async () => {
    const { port } = await serve((_req, res) => res.renderStream('plain.html', { name: 'Ada' }))
    const socket = connect(port, '127.0.0.1')
    socket.end('GET / HTTP/1.0\r\n\r\n')
    const answer = await text(socket)
    expect(answer).not.toMatch(/transfer-encoding/i)
    expect(answer).toMatch(/\r\n\r\n<p>Ada<\/p>$/)
  })

  it('sends what another engine renders', async () => {
    const { app, get } = await serve((_req, res) =>
      res.renderStream('foreign.txt', { name: 'Ada' }),
    )
    app.engine('txt', (_file, data, done) => done(null, `Dear ${Object(data).name}`))
    expect(await text(await get())).toBe('Dear Ada')
  })

  it('stops when the client leaves', async () => {
    const ended = later()
    const never = new Promise(() => {})
    const { app, get } = await serve((_req, res) =>
      res.renderStream('leaves.html', { never, done: () => ended.resolve('ended') }),
    )
    writeFileSync(
      path.join(String(app.get('views')), 'leaves.html'),
      'a<% try { await never } finally { done() } %>',
    )
    const reply = await get()
    await once(reply, 'data')
    reply.destroy()
    expect(await ended.promise).toBe('ended')
  })
})

describe('an error of a streamed view', () => {
  it.each([
    ['that throws before it waits', 'throws.html', /throws\.html:2:5/],
    ['that does not compile', 'open.html', /open\.html:1/],
    ['that is not there', 'missing.html', /Failed to lookup view "missing\.html"/],
  ])('%s is an ordinary error', async (_what, view, message) => {
    const { errors, get } = await serve((_req, res) => void res.renderStream(view))
    const reply = await get()
    expect(reply.statusCode).toBe(500)
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringMatching(message) })])
  })

  it('has the status of what is thrown', async () => {
    const { get } = await serve((_req, res) => {
      const name = Promise.reject(Object.assign(new Error('gone'), { status: 410 }))
      void res.renderStream('slow.html', { name })
    })
    expect((await get()).statusCode).toBe(410)
  })

  it('rejects for a handler that waits, when there is no such view', async () => {
    const { errors, get } = await serve(async (_req, res) => {
      try {
        await res.renderStream('missing.html')
      } catch (error) {
        res.send(`caught ${(error as Error).message}`)
      }
    })
    expect(await text(await get())).toMatch(/^caught Failed to lookup view/)
    expect(errors).toEqual([])
  })

  it('breaks the connection off when something has left, and is reported', async () => {
    const name = later()
    const { errors, get } = await serve(
      (_req, res) => void res.renderStream('slow.html', { name: name.promise }),
    )
    const reply = await get()
    await once(reply, 'data')
    name.reject(new Error('no'))
    await expect(text(reply)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(errors).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/slow\.html:1:22[^]*no$/) }),
    ])
  })
})

const policy: express.RequestHandler = (_req, res, next) => {
  res.set('Content-Security-Policy', "default-src 'none'; script-src 'nonce-r4nd0m+/='")
  next()
}

describe('the pagelets of a streamed view', () => {
  const template =
    '<body><% pagelet("a", a, (x) => { %><b><%= x %></b><% }, { fallback: () => { %>…<% } }) %></body>'
  const stream: express.RequestHandler = (req, res) => {
    writeFileSync(path.join(String(req.app.get('views')), 'pagelet.html'), template)
    return res.renderStream('pagelet.html', { a: Promise.resolve('<1>') })
  }

  it('come out of order, with the nonce of the policy and a way to the page in order', async () => {
    const { get } = await serve(stream, policy)
    const reply = await get({ path: '/?a=%22&pagelets=x' })
    expect(reply.headers.vary).toBe('Save-Data')
    const html = await text(reply)
    expect(html).toMatch(/^<body><\?start name="p1">…<\?end>/)
    expect(html).toMatch(/<template for="p1"><b>&lt;1&gt;<\/b><\/template>\n<\/body>$/)
    expect(html).toContain('<script nonce="r4nd0m+/=">')
    expect(html).toContain('<a href="?a=%22&amp;pagelets=in-order">Show the whole page</a>')
  })

  it.each([
    ['saves data', { headers: { 'save-data': 'on' } }],
    ['comes by the way back', { path: '/?pagelets=in-order' }],
  ])('come in order for who %s, without a way back', async (_who, options) => {
    const { get } = await serve(stream)
    expect(await text(await get(options))).toBe('<body><b>&lt;1&gt;</b></body>')
  })

  it('are told of when they fail, and the page goes on', async () => {
    const { app, errors, get } = await serve((_req, res) =>
      res.renderStream('pagelet.html', { a: Promise.reject(new Error('no')) }, { wayBack: false }),
    )
    writeFileSync(path.join(String(app.get('views')), 'pagelet.html'), template)
    const told: unknown[] = []
    const listen = (event: unknown): void => void told.push(Object(event).error.message)
    subscribe('tokkyu.error', listen)
    onTestFinished(() => void unsubscribe('tokkyu.error', listen))
    const html = await text(await get())
    expect(html).toMatch(/<template for="p1"><\/template>\n<\/body>$/)
    expect(html).not.toMatch(/noscript/)
    expect(told).toEqual(['no'])
    expect(errors).toEqual([])
  })
})

describe('res.stream with a stream', () => {
  it('sends what the stream yields, as middleware for several servers expects', async () => {
    const { get } = await serve((_req, res) => {
      res.type('text/javascript').set('Content-Length', '4')
      res.stream(Readable.from([Buffer.from('two ')]))
    })
    const reply = await get()
    expect(reply.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(reply.headers['content-length']).toBe('4')
    expect(await text(reply)).toBe('two ')
  })

  it('hands an error before the first byte to the error handler', async () => {
    const broken = new Error('broken')
    const { get, errors } = await serve((_req, res) => {
      res.stream(
        new Readable({
          read: (): never => {
            throw broken
          },
        }),
      )
    })
    expect((await get()).statusCode).toBe(500)
    expect(errors).toEqual([broken])
  })
})
