// oxlint-disable vitest/expect-expect -- supertest's expectations are the assertions
import { connect, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import request from 'supertest'
import { afterEach, describe, expect, it, vi } from 'vitest'

import express, { HttpError, type Express } from '../src/index.ts'

const log = vi.spyOn(console, 'error').mockImplementation(() => {})
afterEach(() => log.mockClear())

/** An app in `env` whose only handler throws `error`. */
function throwing(error: unknown, env = 'test'): Express {
  const app = express()
  app.set('env', env)
  app.use(() => {
    throw error
  })
  return app
}

describe('what no handler answered', () => {
  it('is 404 and names the target, encoded', async () => {
    const reply = await request(express()).get('/<script>%zz').expect(404)
    expect(reply.text).toContain('Cannot GET /%3Cscript%3E%25zz')
    expect(reply.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'",
      'x-content-type-options': 'nosniff',
    })
  })

  it('is answered without a body to HEAD', async () => {
    const reply = await request(express()).head('/').expect(404)
    expect(reply.text).toBeUndefined()
  })

  it('is left alone when the answer has begun', async () => {
    const app = express()
    app.use((_req, res, next) => {
      res.write('begun')
      void next()
      res.end()
    })
    await request(app).get('/').expect(200, 'begun')
  })

  it.each([
    ['called next', () => undefined],
    ['called next(error)', () => new Error('no')],
  ])('is answered by the handler that %s, until the end of its turn', async (_name, given) => {
    const app = express().set('env', 'test').use(express.urlencoded())
    app.use('/now', (_req, res, next) => {
      void next(given())
      res.send('now')
    })
    app.use('/promised', (_req, res, next) => {
      void next(given())
      void Promise.resolve().then(() => res.send('promised'))
    })
    await request(app).get('/now').expect(200, 'now')
    await request(app).get('/promised').expect(200, 'promised')
    // Of these the whole body was read before.
    await request(app).post('/now').type('form').send('a=1').expect(200, 'now')
    await request(app).post('/promised').type('form').send('a=1').expect(200, 'promised')
  })
})

describe('an error that no handler took', () => {
  it.each([
    [{ status: 418 }, 418],
    [{ statusCode: 429 }, 429],
    [{ status: 200 }, 500],
    [{ status: '404' }, 500],
    [{ status: 600, statusCode: 503 }, 503],
    [{}, 500],
  ])('with %j answers %i', async (fields, status) => {
    await request(throwing(Object.assign(new Error('no'), fields)))
      .get('/')
      .expect(status)
  })

  it('takes the status of the response when it has none itself', async () => {
    const app = express().use((_req, res) => {
      res.status(503)
      throw new Error('no')
    })
    app.set('env', 'test')
    await request(app).get('/').expect(503)
  })

  it('brings its headers when it brings its status', async () => {
    const headers = { 'Retry-After': '5', 'X-Reason': 'why' }
    await request(throwing(Object.assign(new Error('no'), { status: 503, headers })))
      .get('/')
      .expect('Retry-After', '5')
    const reply = await request(throwing(Object.assign(new Error('no'), { headers }))).get('/')
    expect(reply.headers).not.toHaveProperty('retry-after')
  })

  it('shows its stack in development and never in production', async () => {
    const error = new Error('the <secret> path')
    const open = await request(throwing(error, 'development')).get('/').expect(500)
    expect(open.text).toContain('Error: the &lt;secret&gt; path<br>')
    const closed = await request(throwing(error, 'production')).get('/').expect(500)
    expect(closed.text).toContain('<pre>Internal Server Error</pre>')
    expect(closed.text).not.toContain('secret')
  })

  it.each([
    ['a text', 'a text'],
    [42, '42'],
    [Object.create(null), 'Internal Server Error'],
  ])('may be anything that can be thrown: %j', async (thrown, shown) => {
    const reply = await request(throwing(thrown)).get('/').expect(500)
    expect(reply.text).toContain(shown)
  })

  it('may be unable to say what it is', async () => {
    const mute = {
      toString() {
        throw new Error('no words')
      },
      [Symbol.for('nodejs.util.inspect.custom')]() {
        throw new Error('no picture')
      },
    }
    log.mockImplementationOnce((value) => {
      if (value === mute) throw new Error('no picture')
    })
    const reply = await request(throwing(mute, 'development')).get('/').expect(500)
    expect(reply.text).toContain('Internal Server Error')
    await vi.waitFor(() => expect(log).toHaveBeenCalledWith('An error that cannot be printed'))
  })

  it('may bring headers that are none, which are left out', async () => {
    const headers = { 'X-Good': 'yes', 'X-Bad': 'a\r\nX-Injected: 1', 'X Bad': 'name' }
    const reply = await request(throwing(Object.assign(new Error('no'), { status: 400, headers })))
      .get('/')
      .expect(400)
    expect(reply.headers['x-good']).toBe('yes')
    expect(reply.headers).not.toHaveProperty('x-bad')
    expect(reply.headers).not.toHaveProperty('x-injected')
  })

  it('is told to the log, but not in tests', async () => {
    const error = new Error('to the log')
    await request(throwing(error, 'production')).get('/')
    await vi.waitFor(() => expect(log).toHaveBeenCalledWith(error))
    log.mockClear()
    await request(throwing(error, 'test')).get('/')
    expect(log).not.toHaveBeenCalled()
  })

  it('takes away what described the body that failed', async () => {
    const app = express().use((_req, res) => {
      res.set({
        'Content-Encoding': 'gzip',
        'Content-Language': 'ja',
        'Content-Range': 'bytes 0-1/2',
      })
      throw new Error('no')
    })
    app.set('env', 'test')
    const { headers } = await request(app).get('/').expect(500)
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['content-encoding']))
    expect(headers).not.toHaveProperty('content-language')
    expect(headers).not.toHaveProperty('content-range')
  })

  it('cuts the connection of an answer that has begun and not ended', async () => {
    const app = express().use((_req, res) => {
      res.write('half of')
      throw new Error('no')
    })
    app.set('env', 'test')
    await expect(request(app).get('/')).rejects.toThrow(/aborted|socket hang up/)
  })

  it('leaves an answer alone that is complete', async () => {
    const app = express().use((_req, res) => {
      res.send('complete')
      throw new Error('too late')
    })
    app.set('env', 'test')
    await request(app).get('/').expect(200, 'complete')
  })

  it('is answered when the request has been read', async () => {
    const server = throwing(Object.assign(new Error('no'), { status: 400 })).listen(0, '127.0.0.1')
    await vi.waitFor(() => expect(server.listening).toBe(true))
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    let heard = ''
    socket.on('data', (chunk) => (heard += String(chunk)))
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab')
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(heard).toBe('')
    socket.end('cd')
    await text(socket).catch(() => {})
    await vi.waitFor(() => expect(heard).toMatch(/^HTTP\/1\.1 400 /))
    server.close()
  })
})

/** What a client is told of `error` as RFC 9457 has it. */
async function problem(error: unknown, env: string): Promise<unknown> {
  const app = throwing(error, env)
  app.enable('problem details')
  const reply = await request(app).get('/')
  expect(reply.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  return JSON.parse(reply.text)
}

describe('problem details', () => {
  it('replace the page when asked for', async () => {
    const error = new HttpError(409, 'OUT_OF_DATE', 'Cannot save: it was changed meanwhile')
    expect(await problem(error, 'production')).toEqual({
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      detail: 'Cannot save: it was changed meanwhile',
      code: 'OUT_OF_DATE',
    })
  })

  it('tell nothing of an error that is not meant for the client', async () => {
    expect(await problem(new Error('password is hunter2'), 'production')).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
    })
    const hidden = Object.assign(new Error('internal id 7'), {
      status: 404,
      expose: false,
      code: 'X',
    })
    expect(await problem(hidden, 'production')).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
    })
  })

  it('have what the error says in its own members, which cannot replace the usual ones', async () => {
    const error = Object.assign(new HttpError(409, 'OUT_OF_DATE'), {
      problem: { current: 7, status: 200 },
    })
    expect(await problem(error, 'production')).toEqual({
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      code: 'OUT_OF_DATE',
      current: 7,
    })
    const hidden = Object.assign(new Error('no'), { problem: { password: 'hunter2' } })
    expect(await problem(hidden, 'production')).not.toHaveProperty('password')
  })

  it('are given unasked for such an error, to whoever does not prefer a page', async () => {
    const app = throwing(
      Object.assign(new HttpError(409, 'X'), { problem: { current: 7 } }),
      'test',
    )
    const forProgram = await request(app).get('/').set('Accept', 'application/json').expect(409)
    expect(forProgram.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      vary: 'Accept',
    })
    const forPerson = await request(app).get('/').set('Accept', 'text/html').expect(409)
    expect(forPerson.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      vary: 'Accept',
    })
  })

  it('are given for a 404, too', async () => {
    const app = express().enable('problem details')
    const reply = await request(app).get('/x').expect(404)
    expect(JSON.parse(reply.text)).toMatchObject({ title: 'Not Found', detail: 'Cannot GET /x' })
  })
})
