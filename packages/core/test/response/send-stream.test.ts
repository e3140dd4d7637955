// oxlint-disable vitest/expect-expect -- supertest's expectations are the assertions
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough, Readable, Stream } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import request from 'supertest'
import { afterEach, describe, expect, it, vi } from 'vitest'
import express from '@tokkyu/core'

type Report = (error: NodeJS.ErrnoException) => void

const servers: http.Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

function app(answer: express.RequestHandler, onError?: Report) {
  const made = express().set('env', 'test')
  made.all('/', answer)
  const report: express.ErrorRequestHandler = (error: Error, _req, _res, next) => {
    onError?.(error)
    next(error)
  }
  return made.use(report)
}

async function open(made: express.Express): Promise<http.IncomingMessage> {
  const server = made.listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  const client = http.get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
  client.on('error', () => {})
  const [reply] = (await once(client, 'response')) as [http.IncomingMessage]
  reply.on('error', () => {})
  return reply
}

/** `once` would reject with the error that comes before the close. */
const closing = (stream: Readable): Promise<unknown> =>
  new Promise((resolve) => void stream.once('close', resolve))

describe('a stream in res.send', () => {
  it('is sent as bytes, unless a type is set', async () => {
    const bytes = app((_req, res) => void res.send(Readable.from(['ab', 'cd'])))
    const reply = await request(bytes).get('/').expect(200)
    expect(reply.headers['content-type']).toBe('application/octet-stream')
    expect(reply.body.toString()).toBe('abcd')
    const text = app((_req, res) => void res.type('txt').send(Readable.from(['ab', 'cd'])))
    await request(text)
      .get('/')
      .expect('Content-Type', /^text\/plain/)
      .expect(200, 'abcd')
  })

  it('may be a web stream, a Blob with its type and length, or a stream of the oldest kind', async () => {
    const web = new Response('web').body as never
    await request(app((_req, res) => void res.type('txt').send(web)))
      .get('/')
      .expect(200, 'web')
    const blob = new Blob(['blob'], { type: 'text/plain' })
    await request(app((_req, res) => void res.send(blob as never)))
      .get('/')
      .expect('Content-Type', 'text/plain; charset=utf-8')
      .expect('Content-Length', '4')
      .expect(200, 'blob')
    const old = app((_req, res) => {
      const source = new Stream()
      res.type('txt').send(source)
      source.emit('data', Buffer.from('old'))
      source.emit('end')
    })
    await request(old).get('/').expect(200, 'old')
  })

  it('may be empty', () =>
    request(app((_req, res) => void res.type('txt').send(Readable.from([]))))
      .get('/')
      .expect(200, ''))

  it('goes to the error handlers when it breaks before the first byte', async () => {
    const seen = vi.fn<Report>()
    const missing = app((_req, res) => void res.send(createReadStream('/no/such/file')), seen)
    await request(missing)
      .get('/')
      .expect(500, /ENOENT/)
    await request(missing).head('/').expect(500)
    expect(seen.mock.calls.map(([error]) => error.code)).toEqual(['ENOENT', 'ENOENT'])
  })

  it('does not, when somebody who listens to it has answered already', async () => {
    const seen = vi.fn<Report>()
    const watched = app((_req, res) => {
      const source = createReadStream('/no/such/file')
      source.on('error', () => res.status(404).type('txt').end('none'))
      res.send(source)
    }, seen)
    await request(watched).get('/').expect(404, 'none')
    expect(seen).not.toHaveBeenCalled()
  })

  it('goes there too when it is closed, or was, without a byte', async () => {
    const late = new PassThrough()
    setImmediate(() => late.destroy())
    await request(app((_req, res) => void res.send(late)))
      .get('/')
      .expect(500, /closed before/)
    const closed = new PassThrough()
    closed.destroy()
    await request(app((_req, res) => void res.send(closed)))
      .get('/')
      .expect(500, /closed before/)
  })

  it('cuts the connection when it breaks later, and reports the error once', async () => {
    const seen = vi.fn<Report>()
    const source = new PassThrough()
    source.write('half')
    const reply = await open(app((_req, res) => void res.send(source), seen))
    await once(reply, 'data')
    source.destroy(new Error('the disk is gone'))
    await closing(reply)
    expect(reply.complete).toBe(false)
    await vi.waitFor(() => expect(seen).toHaveBeenCalledTimes(1))
    expect(seen.mock.calls[0]?.[0].message).toBe('the disk is gone')
  })

  it('is destroyed when the client goes away, which is no error', async () => {
    const seen = vi.fn<Report>()
    const source = new PassThrough()
    source.write('half')
    const reply = await open(app((_req, res) => void res.send(source), seen))
    await once(reply, 'data')
    reply.destroy()
    await closing(source)
    expect(source.destroyed).toBe(true)
    await wait(20)
    expect(seen).not.toHaveBeenCalled()
  })

  it('is destroyed when the client goes away before the first byte, whatever it says to that', async () => {
    const source = new Readable({
      read() {},
      // Without a listener this error would end the process.
      destroy: (_error, done) => done(new Error('the source did not like that')),
    })
    const seen = vi.fn<Report>()
    const made = app((_req, res) => void res.send(source), seen)
    const server = made.listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    const client = http.get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
    client.on('error', () => {})
    await once(server, 'request')
    client.destroy()
    await closing(source)
    await wait(20)
    expect(seen).not.toHaveBeenCalled()
  })

  it('is closed at once when the client has gone already', async () => {
    const source = new PassThrough()
    const made = app((_req, res) => {
      res.on('close', () => void res.send(source))
      client.destroy()
    })
    const server = made.listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    const client = http.get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
    client.on('error', () => {})
    await closing(source)
    expect(source.destroyed).toBe(true)
  })

  it('is not read for a HEAD, a 304 or a 204, and is closed', async () => {
    const sources: Readable[] = []
    const stream = () => {
      const source = Readable.from(['body'])
      sources.push(source)
      return source
    }
    await request(app((_req, res) => void res.send(stream())))
      .head('/')
      .expect(200)
    await request(app((_req, res) => void res.set('ETag', '"1"').send(stream())))
      .get('/')
      .set('If-None-Match', '"1"')
      .expect(304)
    await request(app((_req, res) => void res.status(204).send(stream())))
      .get('/')
      .expect(204)
    expect(sources.map((source) => source.destroyed)).toEqual([true, true, true])
  })

  it('honours back-pressure: a slow client keeps the source waiting', async () => {
    let read = 0
    const source = new Readable({
      read() {
        read += 65_536
        this.push(read > 64 * 2 ** 20 ? null : Buffer.alloc(65_536))
      },
    })
    const reply = await open(app((_req, res) => void res.send(source)))
    reply.pause()
    await wait(100)
    expect(read).toBeLessThan(32 * 2 ** 20)
  })
})
