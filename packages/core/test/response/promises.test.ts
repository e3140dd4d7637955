// oxlint-disable vitest/expect-expect -- supertest's expectations are the assertions
import { once } from 'node:events'
import { mkdtempSync, writeFileSync, mkdirSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import express from '@tokkyu/core'

const root = mkdtempSync(join(tmpdir(), 'promises-'))
writeFileSync(join(root, 'hello.txt'), 'hello')
writeFileSync(join(root, 'large.bin'), Buffer.alloc(8 * 2 ** 20))
writeFileSync(join(root, 'page.html'), '<p><%= name %></p>')
mkdirSync(join(root, 'folder'))

type Report = (error: unknown) => void

const unhandled = vi.fn<Report>()
beforeAll(() => void process.on('unhandledRejection', unhandled))
afterAll(() => {
  process.off('unhandledRejection', unhandled)
  if (unhandled.mock.calls.length > 0) throw new Error('there were unhandled rejections')
})

type Handler = (req: express.Request, res: express.Response) => unknown

/** An app that counts the errors which reach its error handler. */
function app(handler: Handler) {
  const errors: Error[] = []
  const made = express().set('env', 'test').set('views', root).set('view engine', 'html')
  made.get('/', handler as express.RequestHandler)
  const count: express.ErrorRequestHandler = (error, _req, res, _next) => {
    errors.push(error)
    res.status(error.status ?? 500).send(`handled ${error.code ?? error.message}`)
  }
  return Object.assign(made.use(count), { errors })
}

describe.each<[string, (res: express.Response, name: string) => void | PromiseLike<void>]>([
  ['res.sendFile', (res, name) => res.sendFile(name, { root })],
  ['res.download', (res, name) => res.download(name, { root })],
])('the promise of %s', (_name, send) => {
  it('is fulfilled when the file is out', async () => {
    let ended: boolean | undefined
    const made = app(async (_req, res) => {
      await send(res, 'hello.txt')
      ended = res.writableEnded
    })
    await request(made).get('/').expect(200, 'hello')
    expect(ended).toBe(true)
  })

  it('rejects for a handler that waits, which may answer otherwise', async () => {
    const made = app(async (_req, res) => {
      try {
        await send(res, 'missing')
      } catch (error) {
        res.status((error as { status: number }).status).send('no such file')
      }
    })
    await request(made).get('/').expect(404, 'no such file')
    expect(made.errors).toEqual([])
  })

  it.each<[string, Handler]>([
    ['ignored', (_req, res) => void send(res, 'missing')],
    ['returned', (_req, res) => send(res, 'missing')],
    ['awaited', async (_req, res) => await send(res, 'missing')],
    ['ignored by an async handler', async (_req, res) => void send(res, 'missing')],
  ])('when %s, brings a failure to the error handlers once', async (_how, handler) => {
    const made = app(handler)
    await request(made).get('/').expect(404)
    await wait(20)
    expect(made.errors).toHaveLength(1)
  })

  it('hands a folder on to the next handler, as Express does', async () => {
    const made = app((_req, res) => send(res, 'folder'))
    await request(made)
      .get('/')
      .expect(404, /Cannot GET/)
    expect(made.errors).toEqual([])
  })

  it('is fulfilled when the client leaves, which is nobody’s error', async () => {
    const settled = vi.fn<Report>()
    const made = app(async (_req, res) => {
      await send(res, 'large.bin')
      settled(undefined)
    })
    const server = made.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = http.get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
    client.on('error', () => {})
    const [reply] = (await once(client, 'response')) as [http.IncomingMessage]
    reply.on('error', () => {}).destroy()
    await vi.waitFor(() => expect(settled).toHaveBeenCalledTimes(1))
    expect(made.errors).toEqual([])
    server.close()
  })
})

describe('a callback of res.sendFile', () => {
  it('gets the error instead of the promise and of next', async () => {
    const made = app(async (_req, res) => {
      await res.sendFile('missing', { root }, (error) => {
        res.status(410).send(`callback ${(error as { status?: number }).status}`)
      })
    })
    await request(made).get('/').expect(410, 'callback 404')
    expect(made.errors).toEqual([])
  })
})

describe('the promise of res.render', () => {
  it('is fulfilled when the view was sent', async () => {
    const made = app(async (_req, res) => {
      await res.render('page', { name: 'Ada' })
      expect(res.writableEnded).toBe(true)
    })
    await request(made).get('/').expect(200, '<p>Ada</p>')
    expect(made.errors).toEqual([])
  })

  it('rejects for a handler that waits', async () => {
    const made = app(async (_req, res) => {
      try {
        await res.render('missing')
      } catch {
        res.send('no such view')
      }
    })
    await request(made).get('/').expect(200, 'no such view')
    expect(made.errors).toEqual([])
  })

  it.each<[string, Handler]>([
    ['ignored', (_req, res) => void res.render('missing')],
    ['returned', (_req, res) => res.render('missing')],
    ['awaited', async (_req, res) => await res.render('missing')],
  ])('when %s, brings a failure to the error handlers once', async (_how, handler) => {
    const made = app(handler)
    await request(made).get('/').expect(500)
    await wait(20)
    expect(made.errors).toHaveLength(1)
  })

  it('leaves the answer to a callback, and the data of the caller as it was', async () => {
    const data = Object.freeze({ name: 'Ada' })
    const made = app(async (_req, res) => {
      await res.render('page', data, (error, text) => res.send(`${String(error)} ${text}`))
    })
    await request(made).get('/').expect(200, 'null <p>Ada</p>')
  })
})
