// oxlint-disable vitest/expect-expect -- supertest's expectations are the assertions
// oxlint-disable unicorn/consistent-function-scoping, typescript/unbound-method -- what stands between is made by hand
import { once } from 'node:events'
import { createServer, ServerResponse, type RequestListener, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import request from 'supertest'
import { describe, expect, it } from 'vitest'

import express from '@tokkyu/core'

/** Everything a server says to raw bytes, until it closes the connection. */
async function exchange(listener: RequestListener, ...requests: string[]): Promise<string> {
  const server =
    'listen' in listener
      ? (listener as unknown as express.Application).listen(0)
      : createServer(listener).listen(0)

  await once(server, 'listening')
  const replies: string[] = []
  for (const bytes of requests) {
    const socket = connect((server.address() as AddressInfo).port)
    socket.write(bytes)
    replies.push(await text(socket))
  }
  server.close()
  return replies.join('\n')
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`

describe('a server that an app shares', () => {
  it('keeps the requests of its own handler as node makes them', async () => {
    const app = express().get('/app', (_req, res) => void res.send('ours'))
    const areOurs: boolean[] = []
    const replies = await exchange(
      (req, res) => {
        if (req.url === '/app') {
          app(req, res)
          return
        }
        areOurs.push('accepts' in req)
        res.end('own')
      },
      get('/app'),
      get('/own'),
    )
    expect(replies).toContain('ours')
    expect(replies).toContain('own')
    expect(areOurs).toEqual([false])
  })

  it.each<[string, (app: express.Application) => Server]>([
    ['made elsewhere', (app) => createServer(app)],
    ['the app’s own', (app) => app.listen(0)],
  ])('does so for a listener that comes after the first request: %s', async (_name, make) => {
    const app = express().get('/', (_req, res) => void res.send('ours'))
    const server = make(app)
    if (!server.listening) server.listen(0)
    await request(server).get('/').expect('ours')
    const areOurs: boolean[] = []
    server.on('request', (req) => areOurs.push('accepts' in req))
    server.prependListener('request', (req) => areOurs.push('accepts' in req))
    await request(server).get('/').expect('ours')
    server.close()
    expect(areOurs).toEqual([false, true]) // the app’s from when the app has it
  })

  it('lets an upgrade’s listener write what it likes on the request', async () => {
    const app = express().get('/', (_req, res) => void res.send('ours'))
    const server = app.listen(0)
    const seen: unknown[] = []
    server.on('upgrade', (req, socket) => {
      Object.assign(req, { path: '/mine', ip: 'mine' })
      seen.push((req as express.Request).path, (req as express.Request).ip)
      socket.end('HTTP/1.1 426 Upgrade Required\r\n\r\n')
    })
    await request(server).get('/').expect('ours')
    const socket = connect((server.address() as AddressInfo).port)
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')
    await text(socket)
    server.close()
    expect(seen).toEqual(['/mine', 'mine'])
  })
})

describe('a request that comes back from a mounted app', () => {
  const roads: [string, (parent: express.Application, sub: express.Application) => unknown][] = [
    ['app.use(sub)', (parent, sub) => parent.use(sub)],
    ['a router in between', (parent, sub) => parent.use(express.Router().use(sub))],
    ['app.get(path, sub)', (parent, sub) => parent.get('/', sub)],
    ['app.all', (parent, sub) => parent.all('/', sub)],
    ['a wrapper', (parent, sub) => parent.use((req, res, next) => sub(req, res, next))],
    ['sub.handle', (parent, sub) => parent.use((req, res, next) => sub.handle(req, res, next))],
  ]

  it.each(roads)('belongs to the parent again, with its trust: %s', async (_name, mount) => {
    const parent = express()
    const sub = express().set('trust proxy', true)
    Object.assign(sub.request, { added: 'by sub' })
    sub.use((_req, _res, next) => next())
    mount(parent, sub)
    parent.get('/', (req, res) => {
      res.json({
        app: req.app === parent,
        res: res.app === parent,
        forged: req.ip === '203.0.113.7',
        added: 'added' in req,
      })
    })
    await request(parent)
      .get('/')
      .set('X-Forwarded-For', '203.0.113.7')
      .expect({ app: true, res: true, forged: false, added: false })
  })

  it.each(roads)('does so for its error handlers, too: %s', async (_name, mount) => {
    const parent = express()
    const sub = express().set('trust proxy', true)
    sub.use((_req, _res, next) => next(new Error('of sub')))
    mount(parent, sub)
    parent.use((_error: Error, req: express.Request, res: express.Response, _next: unknown) => {
      res.json({ app: req.app === parent, forged: req.ip === '203.0.113.7' })
    })
    await request(parent)
      .get('/')
      .set('X-Forwarded-For', '203.0.113.7')
      .expect({ app: true, forged: false })
  })
})

describe('whoever stands between our response and node’s', () => {
  it('gets every call', async () => {
    const calls: string[] = []
    const between = Object.create(ServerResponse.prototype) as ServerResponse
    for (const name of ['setHeader', 'writeHead', 'write', 'end'] as const) {
      Object.defineProperty(between, name, {
        value(this: ServerResponse, ...args: never[]) {
          calls.push(name)
          return (ServerResponse.prototype[name] as (...all: unknown[]) => unknown).apply(
            this,
            args,
          )
        },
      })
    }
    Object.setPrototypeOf(express.response, between)
    try {
      const app = express().get('/', (_req, res) => {
        res.setHeader('X-A', '1')
        res.writeHead(200)
        res.write('a')
        res.end('b')
      })
      await request(app).get('/').expect('ab')
    } finally {
      Object.setPrototypeOf(express.response, ServerResponse.prototype)
    }
    expect(new Set(calls)).toEqual(new Set(['setHeader', 'writeHead', 'write', 'end']))
  })
})

describe('a page of the final handler', () => {
  it('keeps its connection although a middleware takes its length away', async () => {
    const app = express().set('env', 'test')
    app.use((_req, res, next) => {
      const { writeHead } = res
      res.writeHead = function shortened(this: express.Response, ...args: never[]) {
        this.removeHeader('Content-Length')
        return Reflect.apply(writeHead, this, args)
      }
      next()
    })
    const head = 'GET /none HTTP/1.1\r\nHost: a\r\n'
    const reply = await exchange(app, `${head}\r\n${head}Connection: close\r\n\r\n`)
    expect(reply.match(/HTTP\/1\.1 404/g)).toHaveLength(2)
    expect(reply).toMatch(/transfer-encoding: chunked/i)
  })
})

describe('a hook before the headers that fails', () => {
  const failing = (): express.Application => {
    const app = express().set('env', 'test')
    app.use((_req, res, next) => {
      res.beforeHeaders(async () => {
        await Promise.resolve()
        throw new Error('cannot be stored')
      })
      next()
    })
    return app
  }

  it('reaches the error handlers of the app, whose answer leaves', async () => {
    const app = failing().get('/', (_req, res) => void res.send('dropped'))
    app.use(async (error: Error, _req: express.Request, res: express.Response, _next: unknown) => {
      await new Promise(setImmediate)
      res.status(503).json({ sorry: error.message })
    })
    await request(app).get('/').expect(503, { sorry: 'cannot be stored' })
  })

  it('lets nothing through that the handler still writes meanwhile', async () => {
    const app = failing().get('/', (_req, res) => {
      res.write('a')
      setImmediate(() => {
        res.write('b')
        setImmediate(() => res.end('c'))
      })
    })
    app.use(async (_error: Error, _req: express.Request, res: express.Response, _next: unknown) => {
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
      res.status(503).send('sorry')
    })
    await request(app).get('/').expect(503, 'sorry')
  })

  it('is answered by the final handler where there is no error handler', async () => {
    const app = failing().get('/', (_req, res) => void res.send('dropped'))
    const { text: page } = await request(app).get('/').expect(500)
    expect(page).toContain('cannot be stored')
  })
})

describe('a property of the request that is read by getter', () => {
  it.each(['path', 'ip', 'ips', 'protocol', 'host', 'hostname', 'secure', 'fresh', 'stale'])(
    'takes an assignment to %s',
    async (name) => {
      const app = express().get('/', (req, res) => {
        Object.assign(req, { [name]: 'mine' })
        res.json((req as unknown as Record<string, unknown>)[name])
      })
      expect(await (await app.inject('/')).json()).toBe('mine')
    },
  )
})

describe('res.links', () => {
  it('keeps a target and a relation inside their delimiters', async () => {
    const app = express().get('/', (_req, res) => {
      res.links({ 'a"; b="': '/x>; rel="preload", </y' }).end()
    })
    const { headers } = await app.inject('/')
    expect(headers['link']).toBe(String.raw`</x%3E; rel="preload", %3C/y>; rel="a\"; b=\""`)
  })
})

describe('a request of HTTP/1.0', () => {
  const app = express().post('/', express.text({ type: () => true }), (req, res) => {
    res.send(`got ${req.body}`)
  })
  const listener = app as unknown as RequestListener

  it('is answered without an interim 100', async () => {
    const reply = await exchange(
      listener,
      'POST / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi',
    )
    expect(reply).toContain('got hi')
    expect(reply).not.toContain('100 Continue')
  })

  it('is answered and its connection closed when it names a transfer coding', async () => {
    const head =
      'POST / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n'
    const reply = await exchange(listener, `${head}2\r\nhi\r\n0\r\n\r\n${head}0\r\n\r\n`)
    expect(reply.match(/HTTP\/1\.1 200/g)).toHaveLength(1)
    expect(reply).toMatch(/Connection: close/i)
  })
})

describe('the error of a refused body', () => {
  it('shows its message to whoever lists its properties', async () => {
    const app = express().use(express.json({ limit: 1 }))
    app.use(
      ((error, _req, res, _next) => void res.json({ ...error })) as express.ErrorRequestHandler,
    )
    const reply = await app.inject({ method: 'POST', body: { a: 1 } })
    expect(await reply.json()).toMatchObject({ message: 'request entity too large' })
  })
})
