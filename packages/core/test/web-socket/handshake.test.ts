import { createServer, type IncomingMessage } from 'node:http'
import { AsyncLocalStorage } from 'node:async_hooks'

import session from '@tokkyu/session'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'

import express, { Router, type Express } from '@tokkyu/core'
import { LOCALHOST_CERTIFICATE } from '../localhost-certificate.ts'
import { until } from '../resources.ts'
import {
  dial,
  dialed,
  endAll,
  handshakeText,
  listen,
  listening,
  portOf,
  raw,
  refusal,
} from './serving.ts'

afterEach(endAll)

function quiet(): Express {
  return express().set('env', 'test')
}

describe('a WebSocket route', () => {
  it('gives its handler a socket, and the request with its parameters', async () => {
    const app = quiet()
    app.ws('/rooms/:id<int>', (socket, req) => {
      socket.send(`room ${req.params.id + 1} ${JSON.stringify(req.query)} ${req.method}`)
    })
    const client = dial(await listen(app), '/rooms/7?as=ada')
    expect(await client.next()).toBe('room 8 {"as":"ada"} WS')
  })

  it('is found through mounted routers and apps, behind their middleware', async () => {
    const seen: string[] = []
    const inner = Router()
    inner.param('name', (_req, _res, next, value: string) => {
      seen.push(`param ${value}`)
      next()
    })
    inner.ws('/:name', (socket, req) => socket.send(`${req.baseUrl} ${req.params.name}`))
    const mounted = quiet().use('/inner', inner)
    const app = quiet()
      .use((req, _res, next) => {
        seen.push(`use ${req.method} ${req.path}`)
        next()
      })
      .use('/app', mounted)
    expect(await dial(await listen(app), '/app/inner/ada').next()).toBe('/app/inner ada')
    expect(seen).toEqual(['use WS /app/inner/ada', 'param ada'])
  })

  it('takes a named path, and is shown by routes() and explain()', () => {
    const app = quiet().ws({ name: 'chat', path: '/chat' }, function chat() {})
    expect(app.url('chat')).toBe('/chat')
    expect(app.routes()[0]).toMatchObject({ path: '/chat', methods: ['WS'] })
    expect(app.routes()[0]!.handlers.at(-1)).toBe('chat')
    expect(app.explain('WS', '/chat').answer).toEqual({ path: '/chat', name: 'chat' })
    expect(app.explain('GET', '/chat').answer).toBeUndefined()
  })

  it('may be registered after the app listens', async () => {
    const app = quiet()
    const server = await listen(app)
    app.ws('/late', (socket) => void socket.send('late'))
    expect(await dial(server, '/late').next()).toBe('late')
  })

  it('does not see requests, nor do routes of methods see handshakes', async () => {
    const app = quiet()
    app.ws('/both', (socket) => void socket.send('socket'))
    app.all('/both', (_req, res) => res.send('page'))
    app.get('/page', (_req, res) => res.send('page'))
    const server = await listen(app)
    expect(await (await fetch(`http://127.0.0.1:${portOf(server)}/both`)).text()).toBe('page')
    expect(await dial(server, '/both').next()).toBe('socket')
    expect((await refusal(server, '/page')).status).toBe(404)
  })

  it('is no handshake for whoever writes WS into the method of a request', async () => {
    const app = quiet().use((req, _res, next) => {
      req.method = 'WS'
      next()
    })
    app.ws('/chat', (socket) => void socket.send('no'))
    const server = await listen(app)
    expect((await fetch(`http://127.0.0.1:${portOf(server)}/chat`)).status).toBe(404)
  })
})

describe('before a handshake is accepted', () => {
  it.each([401, 403, 404, 426, 429])(
    'middleware answers %i with a page of its own',
    async (status) => {
      const app = quiet()
      app.ws(
        '/chat',
        (_req, res) => void res.status(status).set('X-Why', 'because').send('not you'),
        (socket) => socket.close(),
      )
      const answer = await refusal(await listen(app), '/chat')
      expect([answer.status, answer.text, answer.headers['x-why']]).toEqual([
        status,
        'not you',
        'because',
      ])
      expect(answer.headers['connection']).toBe('close')
    },
  )

  it('middleware redirects', async () => {
    const app = quiet().use((_req, res) => res.redirect('/login'))
    app.ws('/chat', (socket) => socket.close())
    const answer = await refusal(await listen(app), '/chat')
    expect([answer.status, answer.headers['location']]).toEqual([302, '/login'])
  })

  it('errors go to the error handlers, and then to the final one', async () => {
    const app = quiet()
    app.ws('/handled', () => {
      throw new Error('never called')
    })
    app.ws(
      '/thrown',
      async () => {
        throw Object.assign(new Error('no tea'), { status: 418 })
      },
      (socket) => socket.close(),
    )
    app.use(
      '/thrown',
      (error: Error, req: express.Request, res: express.Response, next: express.NextFunction) => {
        if (req.query['handled']) res.status(500).send(`handled: ${error.message}`)
        else next(error)
      },
    )
    const server = await listen(app)
    expect(await refusal(server, '/thrown?handled=1')).toMatchObject({
      status: 500,
      text: 'handled: no tea',
    })
    expect((await refusal(server, '/thrown')).status).toBe(418)
  })

  it('headers and cookies that middleware set stand on the 101', async () => {
    const app = quiet()
    app.use((_req, res, next) => {
      res.set('X-Set', 'ü').cookie('theme', 'dark').append('Set-Cookie', 'second=2')
      res.beforeHeaders(() => void res.set('X-Hook', 'ran'))
      next()
    })
    app.ws('/chat', (socket) => void socket.send('hello'))
    const client = raw(await listen(app))
    client.socket.write(handshakeText('/chat'))
    await until(() => client.text().includes('hello'), 'a message')
    const [head, rest] = client.text().split('\r\n\r\n')
    expect(head!.split('\r\n')[0]).toBe('HTTP/1.1 101 Switching Protocols')
    expect(head!.toLowerCase().match(/^connection: .*$/gm)).toEqual(['connection: upgrade'])
    expect(head).toContain('X-Set: ü') // one byte, as node writes it
    expect(head).toContain('X-Hook: ran')
    expect(head).toContain('Set-Cookie: theme=dark; Path=/')
    expect(head).toContain('Set-Cookie: second=2')
    expect(head).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
    expect(head!.toLowerCase()).not.toMatch(/content-length|transfer-encoding|keep-alive/)
    expect(rest!.slice(2)).toBe('hello')
  })

  it('a hook that fails takes the 101 back, and its error is answered', async () => {
    const app = quiet()
    app.use((_req, res, next) => {
      res.beforeHeaders(async () => {
        throw Object.assign(new Error('the store is away'), { status: 503 })
      })
      next()
    })
    let opened = 0
    app.ws('/chat', () => void opened++)
    expect((await refusal(await listen(app), '/chat')).status).toBe(503)
    expect(opened).toBe(0)
  })

  it('what answers by itself, such as a page of static files, does not see it', async () => {
    const app = quiet().use(express.static(import.meta.dirname, { index: 'serving.ts' }))
    app.ws('/', (socket) => void socket.send('socket'))
    expect(await dial(await listen(app), '/').next()).toBe('socket')
  })

  it('a store of AsyncLocalStorage reaches the handler', async () => {
    const store = new AsyncLocalStorage<string>()
    const app = quiet().use((_req, _res, next) => store.run('mine', next))
    app.use(session({ secret: 'a secret that is long enough' }))
    app.ws('/chat', (socket) => void socket.send(String(store.getStore())))
    expect(await dial(await listen(app), '/chat').next()).toBe('mine')
  })

  it('a client that goes away while middleware works is not handled, and its signal aborts', async () => {
    let go!: () => void
    let aborted = false
    let handled = false
    const app = quiet()
    app.ws(
      '/slow',
      async (req, _res, next) => {
        req.signal.addEventListener('abort', () => (aborted = true))
        await new Promise<void>((resolve) => (go = resolve))
        next()
      },
      () => void (handled = true),
    )
    const client = raw(await listen(app))
    client.socket.write(handshakeText('/slow'))
    await until(() => go !== undefined, 'the middleware')
    client.socket.resetAndDestroy()
    await until(() => aborted, 'the signal')
    go()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(handled).toBe(false)
  })
})

describe('the request of a handshake', () => {
  it('has an empty body that ends, for whoever reads it', async () => {
    const app = quiet().use(express.json(), express.text({ type: () => true }))
    app.use(async (req, _res, next) => {
      let read = 0
      for await (const chunk of req) read += (chunk as Buffer).length
      next(read > 0 ? new Error('a body') : undefined)
    })
    app.ws('/chat', (socket) => void socket.send('hello'))
    expect(await dial(await listen(app), '/chat').next()).toBe('hello')
  })

  it('may be reset while another answer leaves in place of the 101', async () => {
    const app = quiet()
    app.use((_req, res, next) => {
      res.beforeHeaders(async () => {
        throw Object.assign(new Error('x'.repeat(5_000_000)), { status: 400, expose: true })
      })
      next()
    })
    let opened = 0
    app.ws('/chat', { maxConnections: 1 }, () => void opened++)
    const server = await listen(app)
    for (let round = 0; round < 5; round++) {
      const client = raw(server)
      client.socket.write(handshakeText('/chat'))
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await new Promise((resolve) => client.socket.once('data', resolve))
      client.socket.resetAndDestroy()
    }
    await until(() => server.listening, 'the server')
    const last = raw(server)
    last.socket.write(handshakeText('/chat'))
    await new Promise((resolve) => last.socket.once('data', resolve))
    expect(last.text()).toMatch(/^HTTP\/1\.1 400 /) // and not 503: nothing is counted for ever
    expect(opened).toBe(0)
  })
})

describe('a handshake that is not one of RFC 6455', () => {
  const app = quiet().ws('/chat', (socket) => socket.close())

  async function answerTo(text: string): Promise<string> {
    const client = raw(await listen(app))
    client.socket.write(text)
    await client.closed
    return client.text()
  }

  it.each([
    ['without a key', { 'Sec-WebSocket-Key': undefined }],
    ['with a key of the wrong length', { 'Sec-WebSocket-Key': 'c2hvcnQ=' }],
    ['with a subprotocol that is no token', { 'Sec-WebSocket-Protocol': 'a b' }],
    ['with a subprotocol twice', { 'Sec-WebSocket-Protocol': 'a, a' }],
  ])('is answered 400 %s', async (_what, headers) => {
    expect(await answerTo(handshakeText('/chat', headers))).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\n/,
    )
  })

  it('is answered 400 over HTTP/1.0', async () => {
    const text = handshakeText('/chat').replace('HTTP/1.1', 'HTTP/1.0')
    expect(await answerTo(text)).toMatch(/^HTTP\/1\.1 400 /)
  })

  it.each([['8'], ['99'], [undefined]])(
    'is answered 426 in version %s, with the one that is spoken (§4.4)',
    async (version) => {
      const answer = await answerTo(handshakeText('/chat', { 'Sec-WebSocket-Version': version }))
      expect(answer).toMatch(/^HTTP\/1\.1 426 Upgrade Required\r\n/)
      expect(answer).toMatch(/^Sec-WebSocket-Version: 13\r$/m)
    },
  )

  it('is refused where its Host or its target cannot be trusted', async () => {
    expect(await answerTo(handshakeText('/chat', { Host: 'a b' }))).toMatch(/^HTTP\/1\.1 400 /)
    expect(await answerTo(handshakeText('/chat%00'))).toMatch(/^HTTP\/1\.1 400 /)
  })
})

describe('a server', () => {
  it('that the app did not make takes handshakes after attach', async () => {
    const app = quiet().ws('/chat', (socket) => void socket.send('attached'))
    const server = app.attach(createServer(app))
    server.listen(0, '127.0.0.1')
    expect(await dial(await listening(server), '/chat').next()).toBe('attached')
  })

  it('that speaks HTTP/2 as well takes them over HTTP/1.1, and is closed with them', async () => {
    const app = quiet().ws('/chat', (socket, req) => {
      void socket.send(`${req.protocol} ${req.httpVersion}`)
    })
    const server = app.listen({ http2: true, ...LOCALHOST_CERTIFICATE, port: 0, host: '127.0.0.1' })
    await listening(server)
    const port = portOf(server)
    const client = new WebSocket(`wss://127.0.0.1:${port}/chat`, {
      rejectUnauthorized: false,
      origin: `https://127.0.0.1:${port}`,
    })
    const closed = new Promise((resolve) => client.on('close', resolve))
    const said = await new Promise((resolve) => {
      client.on('message', (data: Buffer) => resolve(data.toString()))
    })
    expect(said).toBe('https 1.1')
    const done = app.close()
    expect(await closed).toBe(1001)
    await done
  })

  it('is attached once, however often that is said', async () => {
    const app = quiet().ws('/chat', (socket) => void socket.send('once'))
    const server = await listen(app)
    app.attach(server as ReturnType<typeof createServer>)
    expect(server.listenerCount('upgrade')).toBe(1)
  })

  it('is no server, and refused', () => {
    expect(() => quiet().attach({} as ReturnType<typeof createServer>)).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    )
  })

  it('answers what asks for another protocol as if it had not asked, body and all', async () => {
    const app = quiet().ws('/chat', (socket) => socket.close())
    app.post('/form', express.text(), (req, res) => res.send(`got ${req.body}`))
    app.get('/', (_req, res) => res.send('page'))
    const client = raw(await listen(app))
    client.socket.write(
      'POST /form HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n' +
        'HTTP2-Settings: AAMAAABk\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nfirst',
    )
    await new Promise((resolve) => setTimeout(resolve, 20))
    client.socket.write('more')
    await until(() => client.text().includes('got firstmore'), 'the first answer')
    // In one piece with what goes before, node would lose it.
    client.socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    await client.closed
    expect(client.text().match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200'])
    expect(client.text()).toContain('got firstmore')
    expect(client.text()).toContain('page')
  })

  it.each([
    ['with a length', { 'Content-Length': '4' }, 'body'],
    ['in chunks', { 'Transfer-Encoding': 'chunked' }, '4\r\nbody\r\n0\r\n\r\n'],
  ])(
    'answers a GET for a WebSocket that has a body %s as if it had not asked',
    async (_how, fields, body) => {
      const app = quiet().ws('/chat', (socket) => socket.close())
      app.get('/chat', express.text({ type: () => true }), (req, res) =>
        res.send(`got ${req.body}`),
      )
      const client = raw(await listen(app))
      client.socket.write(
        handshakeText('/chat', { Connection: 'Upgrade, close', ...fields }) + body,
      )
      await client.closed
      expect(client.text()).toContain('got body')
    },
  )

  it('answers a request for another protocol at every split of its bytes', async () => {
    const app = quiet().ws('/chat', (socket) => socket.close())
    app.post('/form', express.text(), (req, res) => res.send(`got ${req.body}`))
    const server = await listen(app)
    const text =
      'POST /form HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n' +
      'Content-Type: text/plain\r\nContent-Length: 4\r\n\r\nbody'
    for (let at = 1; at < text.length; at += 7) {
      const client = raw(server)
      client.socket.setNoDelay()
      client.socket.write(text.slice(0, at))
      await new Promise((resolve) => setTimeout(resolve, 2))
      client.socket.write(text.slice(at))
      await client.closed
      expect(client.text()).toContain('got body')
    }
  })

  it('answers a handshake behind requests on the same connection after them', async () => {
    const app = quiet().ws('/chat', (socket) => void socket.send('hello'))
    app.get('/:name', (req, res) => {
      setTimeout(() => res.send(`page ${req.params.name}`), 20)
    })
    const client = raw(await listen(app))
    const pages = ['one', 'two'].map((name) => `GET /${name} HTTP/1.1\r\nHost: a\r\n\r\n`)
    client.socket.write(pages.join('') + handshakeText('/chat'))
    await until(() => client.text().includes('hello'), 'a message')
    expect(client.text().match(/page (?:one|two)|101|hello/g)).toEqual([
      'page one',
      'page two',
      '101',
      'hello',
    ])
  })
})

describe('others who listen for upgrades', () => {
  it('get what is not for a route of the app, and only that', async () => {
    const app = quiet().ws('/ours', (socket) => void socket.send('ours'))
    const server = await listen(app)
    const seen: string[] = []
    server.on('upgrade', (req, socket) => {
      seen.push(req.url)
      if (req.url === '/ours') return
      socket.end('HTTP/1.1 418 Theirs\r\nConnection: close\r\nContent-Length: 6\r\n\r\ntheirs')
    })
    expect(await dial(server, '/ours').next()).toBe('ours')
    expect(await refusal(server, '/theirs')).toMatchObject({ status: 418, text: 'theirs' })
    expect(seen).toEqual(['/ours', '/theirs'])
  })

  it('may be apps of ours: each answers for its routes, the last one for none', async () => {
    const first = quiet().ws('/first', (socket) => void socket.send('first'))
    const second = quiet().ws('/second', (socket) => void socket.send('second'))
    const server = await listen(first)
    second.attach(server as ReturnType<typeof createServer>)
    expect(await dial(server, '/first').next()).toBe('first')
    expect(await dial(server, '/second').next()).toBe('second')
    expect((await refusal(server, '/third')).status).toBe(404)
  })

  it('may take what is for a route of the app, and see it as it came', async () => {
    const app = quiet().ws('/ours', (socket) => void socket.send('ours'))
    const server = await listen(app)
    const theirs = new WebSocketServer({ noServer: true })
    server.on('upgrade', (req, socket, head) => {
      theirs.handleUpgrade(req, socket, head, (opened) => opened.send(`theirs, a ${req.method}`))
    })
    expect(await dial(server, '/ours').next()).toBe('theirs, a GET')
  })

  it('may take it while middleware is at work, which is an error and does not end the process', async () => {
    const app = quiet()
    const errors: unknown[] = []
    let reached!: (go: () => void) => void
    const atWork = new Promise<() => void>((resolve) => {
      reached = resolve
    })
    app.ws(
      '/ours',
      (_req, _res, next) => reached(next),
      (socket) => void socket.send('ours'),
    )
    app.use((error: unknown, _req: unknown, _res: unknown, next: express.NextFunction) => {
      errors.push(error)
      next(error)
    })
    const server = await listen(app)
    const theirs = new WebSocketServer({ noServer: true })
    server.on('upgrade', ({ headers }, socket, head) => {
      void atWork.then((go) => {
        const req = { method: 'GET', headers } as unknown as IncomingMessage
        theirs.handleUpgrade(req, socket, head, (opened) => opened.send('theirs'))
        go()
      })
    })
    expect(await dial(server, '/ours').next()).toBe('theirs')
    await until(() => errors.length > 0, 'the error')
    expect(String(errors[0])).toContain('more than once')
  })

  it('may have taken the connection already', async () => {
    const app = quiet().ws('/ours', (socket) => void socket.send('ours'))
    const server = createServer(app)
    server.on('upgrade', (_req, socket) => {
      socket.on('data', () => {})
      socket.end('HTTP/1.1 418 Theirs\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    })
    app.attach(server)
    server.listen(0, '127.0.0.1')
    expect((await refusal(await listening(server), '/ours')).status).toBe(418)
  })
})

describe('a session', () => {
  it('is read with the handshake, stored before the 101, and saved later', async () => {
    const store = new session.MemoryStore()
    const app = quiet()
    app.use(session({ secret: 'a secret that is long enough', store }))
    app.get('/name', (req, res) => res.send(String((req.session as { said?: string }).said)))
    app.ws('/chat', async (socket, req) => {
      const data = req.session as { said?: string; visits?: number }
      for await (const message of socket) {
        data.said = String(message)
        await new Promise((resolve, reject) => {
          req.session.save((error) => (error ? reject(error) : resolve(undefined)))
        })
        await socket.send('saved')
      }
    })
    app.use('/first', (req, _res, next) => {
      ;(req.session as { visits?: number }).visits = 1
      next()
    })
    app.ws('/first', (socket) => socket.close())
    const server = await listen(app)
    const first = dial(server, '/first')
    const [response] = (await new Promise<unknown[]>((resolve) =>
      first.on('upgrade', (...args) => resolve(args)),
    )) as [IncomingMessage]
    const cookie = response.headers['set-cookie']![0]!.split(';')[0]!
    const client = await dialed(server, '/chat', { headers: { cookie } })
    client.send('hello')
    expect(await client.next()).toBe('saved')
    const page = await fetch(`http://127.0.0.1:${portOf(server)}/name`, { headers: { cookie } })
    expect(await page.text()).toBe('hello')
  })
})
