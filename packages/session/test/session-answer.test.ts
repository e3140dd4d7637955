import { PassThrough, Readable } from 'node:stream'
import type { IncomingMessage, ServerResponse } from 'node:http'
import compression from 'node:zlib'
import express from 'express'
import { core } from './our-core.ts'
import { describe, expect, it } from 'vitest'
import session, { MemoryStore } from '@tokkyu/session'
import type { SessionOptions } from '@tokkyu/session'
import { secret } from './all-stores.ts'
import { serve } from './client.ts'
import type { Client } from './client.ts'

type Mine = ReturnType<ReturnType<typeof session>['of']> & Record<string, unknown>

/** Whose apps the middleware runs in. */
const hosts = [
  ['Express', express],
  ['our core', core],
] as const

/** A store that takes its time, as one in another process does. */
class SlowStore extends MemoryStore {
  writes = 0
  override set(...[id, data, callback, options]: Parameters<MemoryStore['set']>): unknown {
    this.writes++
    const later: typeof callback = (error, version) => {
      setTimeout(() => callback?.(error, version), 30)
    }
    return super.set(id, data, later, options)
  }
}

function answering(
  respond: (mine: Mine, res: ServerResponse, req: IncomingMessage) => void,
  options: SessionOptions = {},
): Promise<Client> {
  const sessions = session({ secret, resave: false, saveUninitialized: false, ...options })
  return serve((req, res) => sessions(req, res, () => respond(sessions.of(req) as Mine, res, req)))
}

describe('an answer', () => {
  it('waits for the commit, whichever call began it', async () => {
    for (const begin of [
      (res: ServerResponse) => res.end('body'),
      (res: ServerResponse) => (res.write('bo'), res.end('dy')),
      (res: ServerResponse) => res.writeHead(200).end('body'),
      (res: ServerResponse) => (res.flushHeaders(), res.end('body')),
      (res: ServerResponse) => void Readable.from(['bo', 'dy']).pipe(res),
    ]) {
      const store = new SlowStore()
      const client = await answering(
        (mine, res, req) => {
          if (req.url === '/read') return res.end(String(mine['n']))
          mine['n'] = 1
          return begin(res)
        },
        { store },
      )
      const answer = await client.get('/')
      expect(answer.text).toBe('body')
      expect((await client.get('/read')).text).toBe('1')
    }
  })

  it('keeps what was written meanwhile in order, and wakes a stream that was told to wait', async () => {
    const chunks = Array.from({ length: 200 }, (_, n) => `${n},`.padStart(1000))
    const client = await answering(
      (mine, res) => {
        mine['n'] = 1
        Readable.from(chunks).pipe(new PassThrough()).pipe(res)
      },
      { store: new SlowStore() },
    )
    expect((await client.get('/')).text).toBe(chunks.join(''))
  })

  it('is under way for its handler once begun: headers cannot change any more', async () => {
    const seen: unknown[] = []
    const client = await answering(
      (mine, res) => {
        mine['n'] = 1
        res.end('x')
        seen.push(res.headersSent, res.writableEnded)
        for (const change of [
          () => res.setHeader('X-Late', '1'),
          () => res.appendHeader('X-Late', '1'),
          () => res.removeHeader('X'),
        ]) {
          try {
            change()
          } catch (error) {
            seen.push((error as { code: string }).code)
          }
        }
        res.end('again')
      },
      { store: new SlowStore() },
    )
    const answer = await client.get('/')
    expect(answer.text).toBe('x')
    expect(seen).toEqual([true, true, ...Array(3).fill('ERR_HTTP_HEADERS_SENT')])
  })

  it.each([
    ['an object', { 'Set-Cookie': 'other=1', 'X-A': 'a' }],
    ['names and values in turn', ['Set-Cookie', 'other=1', 'X-A', 'a']],
    [
      'pairs',
      [
        ['Set-Cookie', 'other=1'],
        ['X-A', 'a'],
      ],
    ],
  ])('keeps the headers that writeHead was given as %s', async (_form, headers) => {
    const client = await answering((mine, res) => {
      mine['n'] = 1
      res.setHeader('X-A', 'replaced')
      res.writeHead(201, 'Made', headers as never).end()
    })
    const answer = await client.get('/')
    expect(answer.status).toBe(201)
    expect(answer.headers['x-a']).toBe('a')
    expect(answer.headers['set-cookie']).toEqual([
      'other=1',
      expect.stringMatching(/^connect\.sid=/),
    ])
  })

  it('keeps the headers that writeHead was given behind no reason', async () => {
    const client = await answering((mine, res) => {
      mine['n'] = 1
      res.writeHead(201, undefined, { 'X-A': 'a' }).end()
    })
    expect((await client.get('/')).headers['x-a']).toBe('a')
  })

  it.each([
    ['is missing', { 'X-A': undefined }],
    ['is missing in a list', ['X-A']],
    ['is none', { 'X-A': 'a\nb' }],
  ])('throws a header whose value %s at the handler', async (_what, headers) => {
    const client = await answering(
      (mine, res) => {
        mine['n'] = 1
        try {
          res.writeHead(200, headers as never)
        } catch (error) {
          res.end((error as { code: string }).code)
        }
      },
      { store: new SlowStore() },
    )
    expect((await client.get('/')).text).toMatch(/^ERR_/)
  })

  describe.each([
    ['at once', () => new MemoryStore()],
    ['later', () => new SlowStore()],
  ])('stored %s under our core', (_when, makeStore) => {
    const answeringCore = (respond: (res: ServerResponse) => void): Promise<Client> => {
      const app = core()
      app.use(session({ secret, resave: false, store: makeStore() }))
      app.get('/', (req, res) => {
        Object.assign(req.session, { n: 1 })
        respond(res as never)
      })
      return serve(app as never)
    }

    it.each([
      ['an object', { 'Set-Cookie': ['a=1', 'b=2'], 'Cache-Control': 'public', Vary: 'Accept' }],
      [
        'names and values in turn',
        ['Set-Cookie', 'a=1', 'set-cookie', 'b=2', 'Cache-Control', 'public', 'Vary', 'Accept'],
      ],
      [
        'pairs',
        [
          ['Set-Cookie', 'a=1'],
          ['Set-Cookie', 'b=2'],
          ['Cache-Control', 'public'],
          ['Vary', 'Accept'],
        ],
      ],
    ])('keeps the headers that writeHead was given as %s', async (_form, given) => {
      const client = await answeringCore((res) => {
        res.setHeader('Cache-Control', 'no-store')
        res.writeHead(201, 'Made', given as never).end('x')
      })
      const { status, headers, text } = await client.get('/')
      expect([status, text]).toEqual([201, 'x'])
      expect(headers['set-cookie']).toEqual(['a=1', 'b=2', expect.stringMatching(/^connect\.sid=/)])
      expect(headers).toMatchObject({ 'cache-control': 'private', vary: 'Accept' })
    })

    it('adds Cookie to the Vary that writeHead was given', async () => {
      const client = await answeringCore((res) => res.writeHead(200, { Vary: 'Accept' }).end())
      expect((await client.get('/')).headers).toMatchObject({
        'cache-control': 'private',
        vary: 'Accept, Cookie',
      })
    })

    it('throws a header that cannot be sent at the handler, as without sessions', async () => {
      const client = await answeringCore((res) => {
        try {
          res.writeHead(200, { 'X-A': 'a\nb' })
        } catch (error) {
          res.end((error as { code: string }).code)
        }
      })
      const { headers, text } = await client.get('/')
      expect(text).toBe('ERR_INVALID_CHAR')
      expect(headers['set-cookie']).toHaveLength(1)
    })

    it('begins once', async () => {
      const client = await answeringCore((res) => {
        res.writeHead(201, { 'X-A': 'first' })
        try {
          res.writeHead(404, { 'X-A': 'second' })
        } catch (error) {
          res.end((error as { code: string }).code)
        }
      })
      const { status, headers, text } = await client.get('/')
      expect([status, headers['x-a'], text]).toEqual([201, 'first', 'ERR_HTTP_HEADERS_SENT'])
    })
  })

  it.each(hosts)('never writes an id into a list of the app, under %s', async (_name, create) => {
    const cookies = ['a=1']
    const app = create()
    app.use(session({ secret, resave: false }))
    app.get('/set', (req, res) => {
      Object.assign(req.session, { n: 1 })
      res.setHeader('Set-Cookie', cookies).end()
    })
    app.get('/written', (req, res) => {
      Object.assign(req.session, { n: 1 })
      res.writeHead(200, { 'Set-Cookie': cookies }).end()
    })
    const client = await serve(app as never)
    for (const path of ['/set', '/written', '/set']) {
      const { headers } = await client.other().get(path)
      expect(headers['set-cookie']).toEqual(['a=1', expect.stringMatching(/^connect\.sid=/)])
    }
    expect(cookies).toEqual(['a=1'])
  })

  it.each(hosts)(
    'writes nothing into a list of the app that comes in pairs, under %s',
    async (_name, create) => {
      const cookies = ['a=1']
      const app = create()
      app.use(session({ secret, resave: false }))
      app.get('/', (req, res) => {
        Object.assign(req.session, { n: 1 })
        const pairs = [
          ['Set-Cookie', cookies],
          ['Set-Cookie', 'b=2'],
        ]
        res.writeHead(200, pairs as never).end()
      })
      const client = await serve(app as never)
      for (const _ of ['once', 'again']) {
        const { headers } = await client.other().get('/')
        expect(headers['set-cookie']).toEqual([
          'a=1',
          'b=2',
          expect.stringMatching(/^connect\.sid=/),
        ])
      }
      expect(cookies).toEqual(['a=1'])
    },
  )

  it.each(hosts)(
    'that was begun before the middleware ran still stores the session, under %s',
    async (_name, create) => {
      const store = new SlowStore()
      const sessions = session<Record<string, unknown>>({ secret, resave: false, store })
      const app = create()
      app.get('/late', (_req, res, next) => {
        res.write('begun, ')
        next()
      })
      app.use(sessions)
      app.use((req, res) => {
        const mine = sessions.of(req)
        mine['n'] = Number(mine['n'] ?? 0) + 1
        res.end(String(mine['n']))
      })
      const client = await serve(app as never)
      await client.get('/')
      expect((await client.get('/late')).text).toBe('begun, 2')
      expect((await client.get('/')).text).toBe('3')
    },
  )

  it('throws a wrong status at the handler, as without sessions', async () => {
    const client = await answering(
      (mine, res) => {
        mine['n'] = 1
        try {
          res.writeHead(99)
        } catch (error) {
          res.end((error as { code: string }).code)
        }
      },
      { store: new SlowStore() },
    )
    expect((await client.get('/')).text).toBe('ERR_HTTP_INVALID_STATUS_CODE')
  })

  it('carries what is done to the session after its first bytes, stored before its last', async () => {
    const store = new SlowStore()
    const client = await answering(
      (mine, res, req) => {
        if (req.url === '/read') {
          res.end(JSON.stringify([mine['early'], mine['late']]))
          return
        }
        mine['early'] = 1
        res.write('a')
        setTimeout(() => {
          mine['late'] = 2
          res.end('b')
        }, 60)
      },
      { store },
    )
    expect((await client.get('/')).text).toBe('ab')
    expect((await client.get('/read')).text).toBe('[1,2]')
  })

  it('does not write the session a second time when nothing more was done', async () => {
    const store = new SlowStore()
    const client = await answering(
      (mine, res) => {
        mine['n'] = 1
        res.write('a')
        setTimeout(() => res.end('b'), 50)
      },
      { store },
    )
    await client.get('/')
    expect(store.writes).toBe(1)
  })

  it('goes through middleware that patched the response before and after', async () => {
    const sessions = session({ secret, store: new SlowStore(), resave: false })
    const app = express()
    app.get('/outside', gzip, sessions, send)
    app.get('/inside', sessions, gzip, send)
    function send(req: express.Request, res: express.Response): void {
      sessions.of(req)['n' as never] = 1 as never
      res.write('hello ')
      res.end('world')
    }
    const client = await serve(app)
    for (const path of ['/outside', '/inside']) {
      const response = await fetch(`http://127.0.0.1:${client.port}${path}`)
      expect(response.headers.get('set-cookie')).toContain('connect.sid')
      expect(await response.text()).toBe('hello world')
    }
  })

  it('leaves 304 and HEAD as they are', async () => {
    const app = express()
    app.use(session({ secret, resave: false, store: new SlowStore() }))
    app.get('/', (_req, res) => res.send('hello'))
    const client = await serve(app)
    const { headers } = await client.get('/')
    const again = await client.get('/', { 'if-none-match': headers['etag'] })
    expect([again.status, again.text]).toEqual([304, ''])
    const head = await client.send('HEAD', '/')
    expect([head.status, head.headers['content-length'], head.text]).toEqual([200, '5', ''])
  })
})

describe('caches (RFC 9111)', () => {
  it.each(hosts)(
    'are told under %s that an answer from a session is private and varies',
    async (_name, create) => {
      const sessions = session<{ n: number }>({ secret, resave: false, saveUninitialized: false })
      const app = create()
      app.use(sessions)
      app.get('/in', (req, res) => res.send(String((sessions.of(req).n = 1))))
      app.get('/used', (req, res) => res.vary('Accept').send(String(sessions.of(req).n)))
      app.get('/unused', (_req, res) => res.send('for everybody'))
      app.get('/own', (req, res) =>
        res.set('Cache-Control', 'no-store').send(String(sessions.of(req).n)),
      )
      const client = await serve(app as never)
      const stranger = await client.get('/used')
      expect(stranger.headers).toMatchObject({ 'cache-control': 'private', vary: 'Accept, Cookie' })
      await client.get('/in')
      expect((await client.get('/used')).headers).toMatchObject({
        'cache-control': 'private',
        vary: 'Accept, Cookie',
      })
      expect((await client.get('/unused')).headers['cache-control']).toBeUndefined()
      expect((await client.get('/unused')).headers['vary']).toBeUndefined()
      const own = await client.get('/own')
      expect(own.headers['cache-control']).toBe('no-store')
      expect(own.headers['vary']).toBeUndefined()
    },
  )

  it('are told nothing with `cacheHeaders: false`', async () => {
    const client = await answering(
      (mine, res) => {
        mine['n'] = 1
        res.end()
      },
      { cacheHeaders: false },
    )
    const { headers } = await client.get('/')
    expect(headers['cache-control']).toBeUndefined()
    expect(headers['vary']).toBeUndefined()
  })

  it('never keep an answer that hands out an id, even one marked public', async () => {
    const client = await answering((mine, res) => {
      mine['n'] = 1
      res.setHeader('Cache-Control', 'public, max-age=60, s-maxage=600')
      res.end()
    })
    expect((await client.get('/')).headers['cache-control']).toBe('private, max-age=60')
  })

  it('never keep the id on a 304', async () => {
    const client = await answering((mine, res) => {
      mine['n'] = Number(mine['n'] ?? 0) + 1
      res.writeHead(304, { ETag: '"a"', 'Cache-Control': 'public, max-age=60' }).end()
    })
    const answer = await client.get('/')
    expect(answer.headers['set-cookie']).toHaveLength(1)
    expect(answer.headers['cache-control']).toBe('private, max-age=60')
  })

  it('do not lose `Vary: *`', async () => {
    const client = await answering((mine, res) => {
      res.setHeader('Vary', '*')
      res.end(String(mine['n']))
    })
    expect((await client.get('/')).headers['vary']).toBe('*')
  })
})

/** Compresses as `compression` does: by methods on the response itself. */
function gzip(_req: express.Request, res: express.Response, next: () => void): void {
  const zip = compression.createGzip()
  const [write, end] = [res.write.bind(res), res.end.bind(res)]
  res.setHeader('Content-Encoding', 'gzip')
  zip.on('data', (chunk: Buffer) => write(chunk)).on('end', () => end())
  res.write = ((chunk: string) => zip.write(chunk)) as never
  res.end = ((chunk?: string) => zip.end(chunk)) as never
  next()
}
