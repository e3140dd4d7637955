import { EventEmitter, once } from 'node:events'
import http from 'node:http'
import type { ServerResponse } from 'node:http'
import express from 'express'
import { describe, expect, it, vi } from 'vitest'
import { answerGate } from '@tokkyu/session'
import * as gates from '../src/answer/answer-gate.ts'
import { serve } from './client.ts'
import type { Client } from './client.ts'

/** A framework of the smallest kind: a prototype for its responses, and a way to answer with an error. */
function serveWithGate(handler: (res: ServerResponse) => void): Promise<Client> {
  const response = Object.create(http.ServerResponse.prototype) as ServerResponse
  answerGate.install(response, (res, error) => {
    res.writeHead(503, { 'X-Error': (error as Error).message }).end('sorry')
  })
  return serve((_req, res) => {
    Object.setPrototypeOf(res, response)
    handler(res)
  })
}

const later = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('the gate before the head, on a prototype of responses', () => {
  it('runs hooks, the one added last first, and waits for them', async () => {
    const order: string[] = []
    const client = await serveWithGate((res) => {
      answerGate.addHook(res, () => {
        order.push('first')
        res.setHeader('X-Order', order.join(' '))
      })
      answerGate.addHook(res, async () => {
        await later()
        order.push('last')
      })
      res.write('one ')
      res.end('two')
    })
    const { headers, text } = await client.get('/')
    expect([headers['x-order'], text]).toEqual(['last first', 'one two'])
  })

  it('lets the answer of a failed hook be replaced, and swallows what the handler still writes', async () => {
    const client = await serveWithGate((res) => {
      answerGate.addHook(res, async () => {
        await later()
        throw new Error('no store')
      })
      res.setHeader('ETag', '"1"')
      res.writeHead(201, { 'X-Made': '1' })
      res.write('made')
      setTimeout(() => res.end('more'), 5)
    })
    const { status, headers, text } = await client.get('/')
    expect([status, headers['x-error'], text]).toEqual([503, 'no store', 'sorry'])
    expect(headers).not.toHaveProperty('etag')
    expect(headers).not.toHaveProperty('x-made')
  })

  it('refuses a hook, and a second answer, once an answer has begun', async () => {
    const codes: unknown[] = []
    const client = await serveWithGate((res) => {
      answerGate.addHook(res, later)
      res.end('only')
      for (const late of [() => answerGate.addHook(res, later), () => answerGate.refuseSecond(res)])
        try {
          late()
        } catch (error) {
          codes.push((error as { code: string }).code)
        }
    })
    expect((await client.get('/')).text).toBe('only')
    expect(codes).toEqual(['ERR_HTTP_HEADERS_SENT', 'ERR_HTTP_HEADERS_SENT'])
  })

  it('answers the callback of what was held also when the client has gone meanwhile', async () => {
    const written = vi.fn<(error?: Error | null) => void>()
    const handler = new EventEmitter()
    const begun = once(handler, 'begun')
    const client = await serveWithGate((res) => {
      answerGate.addHook(res, () => new Promise((resolve) => res.on('close', resolve)))
      res.on('error', () => {})
      res.write('held', written)
      handler.emit('begun')
    })
    const asked = http.get({ port: client.port, host: '127.0.0.1', agent: false })
    asked.on('error', () => {})
    await begun
    asked.destroy()
    await vi.waitFor(() => expect(written).toHaveBeenCalledOnce())
    expect(written.mock.calls[0]?.[0]).toMatchObject({ code: 'ERR_STREAM_DESTROYED' })
  })

  it('ignores a second end while the first is held', async () => {
    const client = await serveWithGate((res) => {
      answerGate.addHook(res, later)
      res.end('first')
      res.end('second')
    })
    expect((await client.get('/')).text).toBe('first')
  })

  it('adds headers as its framework does, and by setHeader where that has no way of its own', async () => {
    const added: unknown[] = []
    for (const hasWay of [true, false]) {
      const response = Object.create(http.ServerResponse.prototype) as ServerResponse
      gates.answerGate.install(
        response,
        () => {},
        (_res, headers) => hasWay && added.push(...headers) > 0,
      )
      const client = await serve((_req, res) => {
        Object.setPrototypeOf(res, response)
        gates.addHeaders(res, ['X-One', '1', 'X-Two', '2'])
        res.end()
      })
      const { headers } = await client.get('/')
      added.push([headers['x-one'], headers['x-two']])
    }
    expect(added).toEqual(['X-One', '1', 'X-Two', '2', [undefined, undefined], ['1', '2']])
  })

  it('lets a response without hooks pass, and says that it is open', async () => {
    const seen: unknown[] = []
    const client = await serveWithGate((res) => {
      seen.push(answerGate.isOpen(res), answerGate.isAnswered(res))
      res.end('plain')
      seen.push(answerGate.isOpen(res), answerGate.isAnswered(res))
    })
    expect((await client.get('/')).text).toBe('plain')
    expect(seen).toEqual([true, false, true, true])
  })
})

describe('the gate before the head, on a response whose framework has none', () => {
  /** Under Express, and under `node:http` with a `next` as Connect would give it. */
  const hosts: [name: string, start: (use: Use, handler: Handler) => Promise<Client>][] = [
    [
      'Express',
      (use, handler) => {
        const app = express()
        app.use(use)
        app.get('/', (_req, res) => handler(res))
        app.use(((error, _req, res, _next) => {
          res.status(503).send(String(error.message))
        }) as express.ErrorRequestHandler)
        return serve(app)
      },
    ],
    [
      'node:http',
      (use, handler) =>
        serve((req, res) =>
          use(req, res, (error) => {
            if (error === undefined) return handler(res)
            return void res.writeHead(503).end((error as Error).message)
          }),
        ),
    ],
  ]

  it.each(hosts)('runs hooks of %s before whatever begins the answer', async (_name, start) => {
    for (const handler of [
      (res: ServerResponse) => void res.end('body'),
      (res: ServerResponse) => (res.write('bo'), void res.end('dy')),
      (res: ServerResponse) => void res.writeHead(200, { 'X-Own': '1' }).end('body'),
      (res: ServerResponse) => (res.flushHeaders(), void res.end('body')),
    ]) {
      const client = await start((_req, res, next) => {
        answerGate.addHook(res, () => void res.setHeader('X-Order', `${orderOf(res)}first`))
        answerGate.addHook(res, async () => {
          await later()
          res.setHeader('X-Order', 'last ')
        })
        next()
      }, handler)
      const { headers, text } = await client.get('/')
      expect([headers['x-order'], text]).toEqual(['last first', 'body'])
    }
  })

  it.each(hosts)('counts the answer of %s as begun while hooks run', async (_name, start) => {
    const seen: unknown[] = []
    const client = await start(
      (_req, res, next) => {
        answerGate.addHook(res, later)
        next()
      },
      (res) => {
        seen.push(res.headersSent, res.writableEnded)
        res.end('x')
        seen.push(res.headersSent, res.writableEnded)
      },
    )
    expect((await client.get('/')).text).toBe('x')
    expect(seen).toEqual([false, false, true, true])
  })

  it.each(hosts)('gives the error of a hook to who answers for %s', async (_name, start) => {
    const client = await start(
      (_req, res, next) => {
        answerGate.addHook(res, () => later().then(() => Promise.reject(new Error('away'))), next)
        next()
      },
      (res) => {
        res.write('swallowed')
        setTimeout(() => res.end('too'), 5)
      },
    )
    expect(await client.get('/')).toMatchObject({ status: 503, text: 'away' })
  })

  it.each(hosts)('answers by status where nobody answers for %s', async (_name, start) => {
    const gone = Object.assign(new Error('gone'), { status: 410 })
    const client = await start(
      (_req, res, next) => {
        answerGate.addHook(res, () => Promise.reject(gone))
        next()
      },
      (res) => void res.end('swallowed'),
    )
    expect(await client.get('/')).toMatchObject({ status: 410, text: '' })
  })
})

type Handler = (res: ServerResponse) => void
type Use = (req: http.IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void

function orderOf(res: ServerResponse): string {
  return String(res.getHeader('X-Order'))
}
