import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'

import express, { type NextFunction, type Request, type Response } from '@tokkyu/core'
import session from '@tokkyu/session'
import request from 'supertest'
import { describe, expect, it } from 'vitest'

import * as implied from '../../src/response/one-piece.ts'

const ask = (n: number, extra = ''): string => `GET /${n} HTTP/1.1\r\nHost: a.test\r\n${extra}\r\n`

/** An app that runs `before` and then answers with a short text. */
function answering(before: (res: Response) => void) {
  return express().get('/', (_req, res) => {
    before(res)
    res.send('hello')
  })
}

describe('a short answer whose headers nobody touched', () => {
  it('says what it says when somebody did', async () => {
    const plain = await request(answering(() => {})).get('/')
    const touched = await request(answering((res) => void res.getHeaderNames())).get('/')
    for (const reply of [plain, touched]) delete reply.headers['date']
    expect(plain.headers).toEqual(touched.headers)
    expect(plain.headers).toEqual({
      connection: 'close',
      'content-length': '5',
      'content-type': 'text/html; charset=utf-8',
      etag: 'W/"5-qvTGHdzF6KLavt4PO0gs2a6pQ00"',
      'x-powered-by': 'Express',
    })
  })

  it.each([
    ['HTTP/1.1', '1.1', ''],
    ['HTTP/1.1 that is to close', '1.1', 'Connection: close\r\n'],
    ['HTTP/1.0', '1.0', ''],
    ['HTTP/1.0 that is to stay', '1.0', 'Connection: keep-alive\r\n'],
    ['the last request of a connection', '1.1', 'X-Limit: 1\r\n'],
    ['a request that waits for 100 Continue', '1.1', 'Expect: 100-continue\r\n'],
  ])('is framed as node frames one from its table: %s', async (_name, version, fields) => {
    const headOf = async (app: express.Application): Promise<string[]> => {
      const server = createServer(app)
      if (fields.startsWith('X-Limit')) server.maxRequestsPerSocket = 1
      server.on('checkContinue', app)
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
      socket.write(`GET / HTTP/${version}\r\nHost: a.test\r\n${fields}\r\n`)
      let reply = ''
      for await (const chunk of socket) {
        reply += String(chunk)
        if (reply.endsWith('hello')) break
      }
      server.close()
      const lines = reply.split('\r\n')
      return [lines.shift()!, ...lines.map((line) => line.replace(/^Date: .+/, 'Date')).toSorted()]
    }
    const plain = await headOf(answering(() => {}))
    expect(plain).toContain('X-Powered-By: Express')
    expect(plain).toEqual(await headOf(answering((res) => void res.getHeaderNames())))
  })

  it('can be read by a logger when it has left', async () => {
    let seen: unknown
    const app = answering((res) =>
      res.on('finish', () => {
        seen = {
          names: res.getHeaderNames(),
          length: res.getHeader('CONTENT-length'),
          has: [res.hasHeader('etag'), res.hasHeader('vary')],
          type: res.getHeaders()['content-type'],
        }
      }),
    )
    await request(app).get('/')
    expect(seen).toEqual({
      names: ['x-powered-by', 'content-type', 'content-length', 'etag'],
      length: '5',
      has: [true, false],
      type: 'text/html; charset=utf-8',
    })
  })

  it('leaves in one write, and still finishes', async () => {
    const writes: unknown[] = []
    const finished: string[] = []
    const app = answering((res) => {
      const { socket } = res
      const write = socket!.write.bind(socket) as (...args: unknown[]) => boolean
      socket!.write = (...args: unknown[]) => {
        writes.push(args[0])
        return write(...args)
      }
      res.on('finish', () => finished.push('finish'))
    })
    const reply = await request(app).get('/')
    expect(reply.text).toBe('hello')
    expect(writes).toHaveLength(1)
    expect(finished).toEqual(['finish'])
  })

  it.each(['', 'x', 'naïve ✓', 'long '.repeat(10_000)])('arrives whole: %.12j', async (text) => {
    const reply = await request(express().get('/', (_req, res) => res.send(text))).get('/')
    expect(reply.text).toBe(text)
    expect(reply.headers['content-length']).toBe(String(Buffer.byteLength(text)))
  })

  it('keeps its place behind others on the same connection', async () => {
    const app = express().get('/:n', (req, res) => {
      setTimeout(() => res.send(`<${req.params.n}>`), req.params.n === '1' ? 30 : 0)
    })
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.write(ask(1) + ask(2) + ask(3, 'Connection: close\r\n'))
    let reply = ''
    for await (const chunk of socket) reply += String(chunk)
    server.close()
    expect(reply.match(/<\d>/g)).toEqual(['<1>', '<2>', '<3>'])
  })
})

describe('a short answer whose headers somebody touched', () => {
  it.each<[name: string, value: string, sent: string]>([
    ['Content-Type', 'text/plain', 'text/plain; charset=utf-8'],
    ['ETag', '"mine"', '"mine"'],
    ['Content-Length', '4', '5'],
    ['X-Other', 'kept', 'kept'],
  ])('keeps what it says about the body: %s', async (name, value, sent) => {
    const { headers, text } = await request(answering((res) => res.setHeader(name, value))).get('/')
    expect(headers[name.toLowerCase()]).toBe(sent)
    expect(headers['content-length']).toBe('5')
    expect(text).toBe('hello')
  })

  it('names no length beside an encoding of the transfer', async () => {
    const app = answering((res) => res.setHeader('Transfer-Encoding', 'chunked'))
    const { headers, text } = await request(app).get('/')
    expect(headers).not.toHaveProperty('content-length')
    expect(text).toBe('hello')
  })

  it('sends a header beyond ASCII one byte a character, and the text in UTF-8', async () => {
    const app = express().get('/', (_req, res) => void res.set('X-Name', 'Zoë').send('naïve ✓'))
    const { headers, text } = await request(app).get('/')
    expect(headers['x-name']).toBe('Zoë')
    expect(text).toBe('naïve ✓')
  })

  it('is not sent to who has it', async () => {
    const app = answering((res) => res.set('X-Other', 'kept'))
    const { headers } = await request(app).get('/')
    const { status } = await request(app).get('/').set('If-None-Match', headers['etag']!)
    expect(status).toBe(304)
  })
})

describe('X-Powered-By, which waits for the first look,', () => {
  it('can be removed before', async () => {
    const { headers } = await request(answering((res) => res.removeHeader('X-Powered-By'))).get('/')
    expect(headers).not.toHaveProperty('x-powered-by')
  })

  it('can be read and replaced before', async () => {
    const seen: unknown[] = []
    const app = answering((res) => {
      seen.push(res.hasHeader('x-powered-by'), res.getHeader('x-powered-by'), res.getHeaderNames())
      res.set('X-Powered-By', 'steam')
    })
    expect((await request(app).get('/')).headers['x-powered-by']).toBe('steam')
    expect(seen).toEqual([true, 'Express', ['x-powered-by']])
  })

  it.each<[string, (res: ServerResponse) => void]>([
    ['end', (res) => res.end('raw')],
    ['write', (res) => void (res.write('raw'), res.end())],
    ['writeHead', (res) => res.writeHead(200, { 'X-Own': '1' }).end('raw')],
    ['flushHeaders', (res) => void (res.flushHeaders(), res.end('raw'))],
    ['setHeaders', (res) => res.setHeaders(new Map([['X-Own', '1']])).end('raw')],
  ])('is sent by a bare res.%s too', async (_name, answer) => {
    const { headers } = await request(express().use((_req, res) => answer(res))).get('/')
    expect(headers['x-powered-by']).toBe('Express')
  })
})

describe('headers from outside the app', () => {
  it('stay when they were set before the app was called', async () => {
    const app = answering(() => {})
    const server = createServer((req, res) => {
      res.setHeader('X-Outer', 'kept')
      app(req, res)
    })
    const { headers } = await request(server).get('/')
    expect(headers).toMatchObject({ 'x-outer': 'kept', 'x-powered-by': 'Express' })
  })

  it('are seen and changed by a middleware that replaces writeHead', async () => {
    const app = express()
    app.use((_req, res, next) => {
      const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => Response
      res.writeHead = ((...args: unknown[]) => {
        res.setHeader('X-Length-Seen', String(res.getHeader('Content-Length')))
        return writeHead(...args)
      }) as never
      next()
    })
    app.get('/', (_req, res) => res.json({ a: 1 }))
    expect((await request(app).get('/')).headers['x-length-seen']).toBe('7')
  })

  it.each(['setHeader', 'set'] as const)(
    'are all given to a middleware that replaces %s, as in Express',
    async (method) => {
      const names: unknown[] = []
      const app = answering((res) => {
        const own = res[method].bind(res) as (...args: unknown[]) => Response
        res[method] = ((...args: unknown[]) => {
          names.push(args[0])
          return args[0] === 'ETag' ? res : own(...args)
        }) as never
      })
      const { headers } = await request(app.disable('x-powered-by')).get('/')
      expect(names).toEqual(['Content-Type', 'Content-Length', 'ETag'])
      expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8' })
      expect(headers).not.toHaveProperty('etag')
    },
  )

  it.each<[string, (res: Response) => void]>([
    ['res.send', (res) => res.send('text')],
    ['res.end', (res) => res.end('text')],
    ['res.writeHead', (res) => res.writeHead(1000)],
  ])('are all there for an error handler when %s was refused its status', async (_name, answer) => {
    const app = express().get('/', (_req, res) => {
      res.statusCode = 1000
      answer(res)
    })
    const seen: string[] = []
    app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
      seen.push(error.message, ...res.getHeaderNames().slice(0, 1))
      res.status(500).json({ late: true })
    })
    const { headers, text } = await request(app).get('/')
    expect(seen).toEqual(['Invalid status code: 1000', 'x-powered-by'])
    expect(headers['x-powered-by']).toBe('Express')
    expect(text).toBe('{"late":true}')
  })

  it('are seen and changed by hooks, and leave as a list when none of them changes one', async () => {
    const leftAsList: boolean[] = []
    const answeringAfter = (hook: (res: Response) => void) =>
      answering((res) => {
        res.beforeHeaders(() => hook(res))
        res.on('finish', () => leftAsList.push(implied.leftAsList(res)))
      })
    const looking = answeringAfter((res) => {
      res.set('X-Seen', res.getHeaderNames().join(' ')).removeHeader('ETag')
    })
    const { headers } = await request(looking).get('/')
    expect(headers['x-seen']).toBe('x-powered-by content-type content-length etag')
    expect(headers).not.toHaveProperty('etag')

    const asking = answeringAfter((res) => {
      if (res.getHeader('ETag') === undefined || res.hasHeader('X-None')) throw new Error('wrong')
    })
    expect((await request(asking).get('/')).headers).toMatchObject({ 'content-length': '5' })
    expect(leftAsList).toEqual([false, true])
  })

  it.each(['', 'setHeader', 'set'] as const)(
    'are added by a session in the list too, and seen by who replaces %j',
    async (method) => {
      const names: unknown[] = []
      let left: boolean | undefined
      const sessions = session({
        secret: 'a secret of 32 bytes and a few more',
        saveUninitialized: false,
      })
      const app = express().use((_req, res, next) => {
        res.on('finish', () => (left = implied.leftAsList(res)))
        if (method !== '') {
          const own = res[method].bind(res) as (...args: unknown[]) => Response
          res[method] = ((...args: unknown[]) => (names.push(args[0]), own(...args))) as never
        }
        next()
      })
      app.use(sessions).get('/', (req, res) => res.json(Object.keys(req.session)))
      const { headers } = await request(app).get('/')
      expect(headers).toMatchObject({ 'cache-control': 'private', vary: 'Cookie' })
      expect(left).toBe(method === '')
      expect(names.includes('Vary')).toBe(method === 'setHeader')
    },
  )
})
