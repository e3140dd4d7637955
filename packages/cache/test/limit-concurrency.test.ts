import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { describe, expect, it, vi } from 'vitest'
import { limitConcurrency } from '@tokkyu/cache'

import { deferred } from './deferred.ts'
import { ask, serve } from './serve.ts'

type Options = Parameters<typeof limitConcurrency>[0]

/** A server whose answers stay open until the test ends them; `open` holds them by their path. */
async function slowServer(
  options: Options,
): Promise<{ port: number; open: Map<string, ServerResponse> }> {
  const open = new Map<string, ServerResponse>()
  const limited = limitConcurrency(options)
  const port = await serve((req, res) =>
    limited(req, res, () => {
      if (req.url === '/health') res.end('well')
      else open.set(req.url ?? '', res)
    }),
  )
  return { port, open }
}

const untilOpen = (open: Map<string, ServerResponse>, path: string): Promise<ServerResponse> =>
  vi.waitUntil(() => open.get(path), { timeout: 30_000 })

describe('a limit on requests at once', () => {
  it('is named so where routes, timings and errors tell of it', () => {
    expect(limitConcurrency({ max: 1 }).name).toBe('limitConcurrencyMiddleware')
  })

  it('refuses early with 503 and Retry-After, and nothing keeps the refusal', async () => {
    const { port, open } = await slowServer({ max: 1, queue: 0, retryAfter: 3 })
    const first = ask(port, { path: '/first' })
    ;(await untilOpen(open, '/first')).write('')
    const refused = await ask(port, { path: '/second' })
    expect(refused).toMatchObject({
      status: 503,
      headers: { 'retry-after': '3', 'cache-control': 'no-store' },
      body: 'Service Unavailable\n',
    })
    open.get('/first')!.end('done')
    expect((await first).body).toBe('done')
    void ask(port, { path: '/third' }).catch(() => {})
    await untilOpen(open, '/third')
  })

  it('lets one wait until another is finished', async () => {
    const { port, open } = await slowServer({ max: 1, timeout: Infinity })
    const first = ask(port, { path: '/first' })
    await untilOpen(open, '/first')
    const second = ask(port, { path: '/second' })
    open.get('/first')!.end('1')
    expect((await first).body).toBe('1')
    ;(await untilOpen(open, '/second')).end('2')
    expect((await second).body).toBe('2')
  })

  it('gives the place of a client that went away to the next', async () => {
    const { port, open } = await slowServer({ max: 1, timeout: Infinity })
    const leaving = http.get({ host: '127.0.0.1', port, path: '/first', agent: false })
    leaving.on('error', () => {})
    await untilOpen(open, '/first')
    const second = ask(port, { path: '/second' })
    leaving.destroy()
    ;(await untilOpen(open, '/second')).end('2')
    expect((await second).body).toBe('2')
  })

  it('forgets who went away while it waited', async () => {
    const arrived = new Map<string, IncomingMessage>()
    const { port, open } = await slowServer({
      max: 1,
      timeout: Infinity,
      key: (req) => {
        arrived.set(req.url ?? '', req)
        return ''
      },
    })
    const first = ask(port, { path: '/first' })
    await untilOpen(open, '/first')
    const leaving = http.get({ host: '127.0.0.1', port, path: '/leaving', agent: false })
    leaving.on('error', () => {})
    await vi.waitUntil(() => arrived.has('/leaving'), { timeout: 30_000 })
    leaving.destroy()
    await vi.waitUntil(() => arrived.get('/leaving')?.socket.closed, { timeout: 30_000 })
    open.get('/first')!.end('1')
    await first
    void ask(port, { path: '/next' }).catch(() => {})
    await untilOpen(open, '/next')
    expect(open.has('/leaving')).toBe(false)
  })

  it('gives no place to a stream of HTTP/2 that was closed before it came to the limit', async () => {
    const limited = limitConcurrency({ max: 1, queue: 0 })
    const seen: string[] = []
    const closed = deferred<void>()
    const server = http2.createServer(async (req, res) => {
      const isLeaving = req.url === '/leaving'
      if (isLeaving) await once(res.stream, 'close')
      limited(req as never, res as never, () => {
        seen.push(req.url)
        res.end()
      })
      if (isLeaving) closed.resolve()
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const leaving = client.request({ ':path': '/leaving' })
    leaving.close(http2.constants.NGHTTP2_CANCEL)
    await closed.promise
    const [headers] = await once(client.request({ ':path': '/next' }), 'response')
    expect(headers).toMatchObject({ ':status': 200 })
    expect(seen).toEqual(['/next'])
    client.destroy()
    server.close()
  })

  it('lets health checks pass, whatever else goes on', async () => {
    const { port, open } = await slowServer({
      max: 1,
      queue: 0,
      skip: (req) => req.url === '/health',
    })
    void ask(port, { path: '/first' }).catch(() => {})
    await untilOpen(open, '/first')
    expect((await ask(port, { path: '/health' })).body).toBe('well')
  })

  it('closes the connection of a refused request whose body nobody reads', async () => {
    const { port, open } = await slowServer({ max: 1, queue: 0 })
    void ask(port, { path: '/first' }).catch(() => {})
    await untilOpen(open, '/first')
    const refused = await ask(port, {
      method: 'POST',
      body: 'x'.repeat(1000),
      agent: new http.Agent({ keepAlive: true }),
    })
    expect(refused).toMatchObject({ status: 503, headers: { connection: 'close' } })
  })

  it('keeps the asynchronous context of each request', async () => {
    const context = new AsyncLocalStorage<string>()
    let arrived = 0
    const limited = limitConcurrency({ max: 1, timeout: Infinity, priority: () => -arrived++ })
    const seen: (string | undefined)[] = []
    const open: ServerResponse[] = []
    const port = await serve((req, res) =>
      context.run(req.url ?? '', () =>
        limited(req, res, () => {
          seen.push(context.getStore())
          open.push(res)
        }),
      ),
    )
    const both = [ask(port, { path: '/first' })]
    await vi.waitUntil(() => open.length === 1, { timeout: 30_000 })
    both.push(ask(port, { path: '/second' }))
    await vi.waitUntil(() => arrived === 2, { timeout: 30_000 })
    open[0]!.end()
    await vi.waitUntil(() => open.length === 2, { timeout: 30_000 })
    open[1]!.end()
    await Promise.all(both)
    expect(seen).toEqual(['/first', '/second'])
  })

  it('hands the refusal to error handlers when told to, under Express', async () => {
    const app = express()
    const open: ServerResponse[] = []
    app.use(
      limitConcurrency({ max: 1, queue: 0, refuse: (error, _req, _res, next) => next(error) }),
    )
    app.get('/', (_req, res) => void open.push(res))
    app.use(((error, _req, res, _next) => {
      res.status(error.status).json({ code: error.code })
    }) satisfies express.ErrorRequestHandler)
    const port = await serve(app)
    const first = ask(port)
    await vi.waitUntil(() => open.length === 1, { timeout: 30_000 })
    expect(await ask(port)).toMatchObject({ status: 503, body: '{"code":"OVERLOADED"}' })
    open[0]!.end()
    await first
  })
})
