import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'

import { afterEach, describe, expect, it, vi } from 'vitest'

import express, { type Express } from '../src/index.ts'

const open: Server[] = []
afterEach(() => {
  for (const server of open.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

const servers = {
  'app.listen': (app: Express) => app.listen(0, '127.0.0.1'),
  'a server of its own': (app: Express) => createServer(app).listen(0, '127.0.0.1'),
  'a server that is not only the app’s': (app: Express) =>
    createServer((req, res) => app(req, res)).listen(0, '127.0.0.1'),
}

async function exchange(server: Server, wire: string): Promise<string> {
  open.push(server)
  await vi.waitFor(() => expect(server.listening).toBe(true))
  return new Promise((resolve) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    let heard = ''
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')))
    socket.on('error', () => {})
    socket.on('close', () => resolve(heard))
    socket.write(wire, 'latin1')
  })
}

/** An app that answers what it saw, and closes the connection. */
function answering(): Express {
  const app = express()
  app.set('env', 'test')
  app.get('/', (req, res) => res.set('Connection', 'close').send(req.get('cookie') ?? 'no cookie'))
  return app
}

/** A GET of `count` fields, of which the last is a cookie. */
function withFields(count: number): string {
  const fields = Array.from({ length: count - 2 }, (_, at) => `x${at}: \r\n`).join('')
  return `GET / HTTP/1.1\r\nHost: a\r\n${fields}Cookie: a=1\r\n\r\n`
}

describe.each(Object.entries(servers))('more header fields than are kept, under %s', (_, serve) => {
  it.each([
    ['one too many of 10', 10, 11],
    ['many too many of 10', 10, 40],
    ['one too many of 31, a batch of the parser', 31, 32],
    ['two batches too many', 31, 90],
    ['one too many of 1000', undefined, 1001],
    ['many too many of 1000', undefined, 1500],
  ])('are answered 431, and the connection ends: %s', async (_what, limit, count) => {
    const server = serve(answering())
    if (limit !== undefined) server.maxHeadersCount = limit
    const reply = await exchange(server, withFields(count))
    // Node 22 and later answer themselves, before there is a request.
    expect(reply).toMatch(/^HTTP\/1\.1 431 /)
    expect(reply).toMatch(/^connection: close/im)
  })

  it.each([
    [10, 10],
    [undefined, 1000],
    [0, 1300],
  ])('are as many as the server says: with %s, %i are answered', async (limit, count) => {
    const server = serve(answering())
    if (limit !== undefined) server.maxHeadersCount = limit
    expect(await exchange(server, withFields(count))).toMatch(/\r\n\r\na=1$/)
  })
})

describe.each(Object.entries(servers))('a request line without a version, under %s', (_, serve) => {
  it.each(['GET /\r\n\r\n', 'GET /\r\nHost: a\r\n\r\n', 'GET / HTTP/0.9\r\nHost: a\r\n\r\n'])(
    'is answered 400: %j',
    async (wire) => {
      const reply = await exchange(serve(answering()), wire)
      expect(reply).toMatch(/^HTTP\/1\.1 400 /)
      expect(reply).toContain('Connection: close')
    },
  )

  it('is let through when Express’s way was asked for', async () => {
    const app = answering()
    app.set('host policy', false)
    expect(await exchange(serve(app), 'GET /\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /)
  })
})
