// oxlint-disable vitest/expect-expect -- supertest's expectations are the assertions
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

import request from 'supertest'
import { describe, expect, it, vi } from 'vitest'

import express, { type Request, type Response } from '../src/index.ts'

/** An app whose every request runs `hooks` before the headers of what `handler` answers. */
function appWith(
  hooks: ((res: Response) => void | Promise<void>)[],
  handler: (req: Request, res: Response) => unknown,
) {
  const app = express()
  app.set('env', 'test')
  app.use((_req, res, next) => {
    for (const hook of hooks) res.beforeHeaders(() => hook(res))
    void next()
  })
  app.use(handler)
  return app
}

const roads: Record<string, (req: Request, res: Response) => unknown> = {
  send: (_req, res) => res.send('hello'),
  end: (_req, res) => res.end('hello'),
  writeHead: (_req, res) => res.writeHead(200, { 'X-Own': '1' }).end('hello'),
  'write, write, end': (_req, res) => {
    res.write('he')
    res.write('llo')
    res.end()
  },
  flushHeaders: (_req, res) => {
    res.flushHeaders()
    res.end('hello')
  },
  pipe: (_req, res) => Readable.from(['he', 'llo']).pipe(res),
}

describe('a hook before the headers', () => {
  for (const [name, handler] of Object.entries(roads)) {
    it(`sets a header and the status when ${name} starts the answer`, async () => {
      const app = appWith([(res) => void res.set('X-Hook', 'ran').status(201)], handler)
      const reply = await request(app).get('/')
      expect(reply.text).toBe('hello')
      expect(reply.headers['x-hook']).toBe('ran')
      expect(reply.status).toBe(201)
    })

    it(`holds everything back in order while it waits when ${name} starts the answer`, async () => {
      const app = appWith(
        [
          async (res) => {
            await sleep(5)
            res.cookie('late', '1')
          },
        ],
        handler,
      )
      const reply = await request(app).get('/').expect(200, 'hello')
      expect(reply.headers['set-cookie']).toEqual(['late=1; Path=/'])
    })
  }

  it('runs once, the one registered last first', async () => {
    const ran: number[] = []
    const app = appWith(
      [() => void ran.push(1), async () => void ran.push(2), () => void ran.push(3)],
      (_req, res) => {
        res.write('a')
        res.end('b')
      },
    )
    await request(app).get('/').expect(200, 'ab')
    expect(ran).toEqual([3, 2, 1])
  })

  it('may take over the headers of HEAD and of an empty answer', async () => {
    const app = appWith([(res) => void res.set('X-Hook', 'ran')], (_req, res) =>
      res.status(204).end(),
    )
    await request(app).head('/').expect(204).expect('X-Hook', 'ran')
  })

  it('runs for the 404 of the final handler, too', async () => {
    const app = express()
    app.use((_req, res, next) => {
      res.beforeHeaders(async () => void res.set('X-Hook', 'ran'))
      void next()
    })
    await request(app).get('/').expect(404).expect('X-Hook', 'ran')
  })

  it('lets a paused writer go on', async () => {
    const big = Buffer.alloc(300_000, 'x')
    const app = appWith([() => sleep(5)], (_req, res) =>
      Readable.from([big, big, Buffer.from('end')]).pipe(res),
    )
    const reply = await request(app).get('/').responseType('blob').expect(200)
    expect(reply.body.length).toBe(600_003)
  })

  it('calls the callbacks of what was held', async () => {
    const written = vi.fn<() => void>()
    const ended = vi.fn<() => void>()
    const app = appWith([() => sleep(5)], (_req, res) => {
      res.write('a', written)
      res.end('b', ended)
    })
    await request(app).get('/').expect(200, 'ab')
    await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce())
    expect(written).toHaveBeenCalledOnce()
  })

  it('makes the answer count as begun for the handler', async () => {
    const seen: unknown[] = []
    const app = appWith([() => sleep(5)], (_req, res) => {
      seen.push(res.headersSent, res.writableEnded)
      res.end('x')
      seen.push(res.headersSent, res.writableEnded)
    })
    await request(app).get('/').expect(200, 'x')
    expect(seen).toEqual([false, false, true, true])
  })

  it.each<[string, (res: Response) => unknown]>([
    ['send', (res) => res.send('another')],
    ['json', (res) => res.json({ another: true })],
    ['jsonp', (res) => res.jsonp({ another: true })],
    ['sendStatus', (res) => res.sendStatus(404)],
    ['redirect', (res) => res.redirect('/another')],
  ])('keeps its answer from a second one by %s while it waits', async (_name, another) => {
    const app = appWith([() => sleep(5)], (_req, res) => {
      res.send('first')
      expect(() => another(res)).toThrow(
        expect.objectContaining({ code: 'ERR_HTTP_HEADERS_SENT' }) as Error,
      )
    })
    const reply = await request(app).get('/').expect(200, 'first')
    expect(reply.headers['content-type']).toBe('text/html; charset=utf-8')
  })

  it('runs below what middleware patches onto the response', async () => {
    const app = express()
    const order: string[] = []
    app.use((_req, res, next) => {
      const writeHead = res.writeHead.bind(res)
      res.writeHead = (status: number) => {
        order.push('patch')
        res.setHeader('X-Patch', 'ran')
        return writeHead(status)
      }
      res.beforeHeaders(async () => void order.push('hook'))
      void next()
    })
    app.get('/', (_req, res) => void res.writeHead(200).end('x'))
    await request(app).get('/').expect(200, 'x').expect('X-Patch', 'ran')
    expect(order).toEqual(['patch', 'hook'])
  })

  it('is refused once the headers were sent', async () => {
    const app = express()
    app.get('/', (_req, res) => {
      res.write('x')
      expect(() => res.beforeHeaders(() => {})).toThrow(/they have been sent/)
      res.end()
    })
    await request(app).get('/').expect(200, 'x')
  })

  it('must be a function', () => {
    const app = express()
    expect(() => app.response.beforeHeaders.call({} as Response, 'x' as never)).toThrow(
      /not a function/,
    )
  })

  it('also works on a server that the app did not make', async () => {
    const server = createServer(appWith([() => sleep(1)], roads['send']!))
    await request(server).get('/').expect(200, 'hello')
  })
})

describe('a hook before the headers that fails', () => {
  const failing: Record<string, (res: Response) => void | Promise<void>> = {
    'at once': () => {
      throw Object.assign(new Error('store is down'), { status: 503 })
    },
    later: async () => {
      await sleep(2)
      throw Object.assign(new Error('store is down'), { status: 503 })
    },
  }
  for (const [when, hook] of Object.entries(failing)) {
    for (const [name, handler] of Object.entries(roads)) {
      it(`${when} is answered instead of what ${name} began`, async () => {
        const reply = await request(appWith([hook], handler)).get('/')
        expect(reply.status).toBe(503)
        expect(reply.text).toContain('store is down')
        expect(reply.text).not.toContain('hello')
        expect(reply.headers).not.toHaveProperty('x-own')
      })
    }

    it(`${when} drops what described the answer and keeps what guards the page`, async () => {
      const app = appWith([hook], (_req, res) => {
        res.set({
          'Content-Security-Policy': "default-src 'self'",
          'Access-Control-Allow-Origin': '*',
          'Set-Cookie': 'a=1',
          'Cache-Control': 'public',
          ETag: '"1"',
        })
        res.status(201).location('/new').send('created')
      })
      const { headers } = await request(app).get('/').expect(503)
      expect(headers['access-control-allow-origin']).toBe('*')
      for (const name of ['set-cookie', 'cache-control', 'etag', 'location']) {
        expect(headers).not.toHaveProperty(name)
      }
    })
  }

  it('answers 500 when the error has no status', async () => {
    const app = appWith([() => Promise.reject(new Error('no'))], roads['send']!)
    await request(app).get('/').expect(500)
  })

  it('does not keep the connection of a client that left', async () => {
    let finish: (() => void) | undefined
    const app = appWith([() => new Promise<void>((resolve) => (finish = resolve))], roads['send']!)
    const abort = new AbortController()
    const reply = app.inject({ signal: abort.signal })
    await vi.waitFor(() => expect(finish).toBeDefined())
    abort.abort()
    await expect(reply).rejects.toThrow(/abort/)
    finish?.()
    await sleep(5)
  })
})
