// oxlint-disable vitest/expect-expect -- supertest's expectations are the assertions
import { Readable } from 'node:stream'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import express from '@tokkyu/core'

const TEXT = '0123456789'

function answering(answer: (res: express.Response, req: express.Request) => unknown) {
  const app = express()
  app.all('/', (req, res) => void answer(res, req))
  return app
}

describe('a Range of a dynamic reply', () => {
  const app = answering((res) => res.send(TEXT))

  it('is answered 206 with the part asked for', async () => {
    const reply = await request(app).get('/').set('Range', 'bytes=2-4').expect(206, '234')
    expect(reply.headers).toMatchObject({
      'content-range': 'bytes 2-4/10',
      'content-length': '3',
      'content-type': 'text/html; charset=utf-8',
      'accept-ranges': 'bytes',
    })
    expect(reply.headers['etag']).toBeDefined()
  })

  it('counts bytes, not characters', () =>
    request(answering((res) => res.type('txt').send('é!')))
      .get('/')
      .set('Range', 'bytes=2-')
      .expect('Content-Range', 'bytes 2-2/3')
      .expect(206, '!'))

  it('is answered in parts when it names several', async () => {
    const reply = await request(app).get('/').set('Range', 'bytes=0-1,8-').expect(206)
    const [, boundary] = /^multipart\/byteranges; boundary=(\w+)$/.exec(
      reply.headers['content-type'] as string,
    ) as unknown as [string, string]
    expect(reply.headers['content-range']).toBeUndefined()
    const text = await fetchText(app, { Range: 'bytes=0-1,8-' })
    expect(text.replaceAll(/--[\da-f]{24}/g, '--B')).toBe(
      `${part('0-1', '01')}${part('8-9', '89')}\r\n--B--\r\n`,
    )
    expect(Number(reply.headers['content-length'])).toBe(text.length)
    expect(boundary).toHaveLength(24)
  })

  it('is answered 416 with the size when none of it exists', async () => {
    const reply = await request(app).get('/').set('Range', 'bytes=10-').expect(416, '')
    expect(reply.headers['content-range']).toBe('bytes */10')
    expect(reply.headers['content-type']).toBeUndefined()
  })

  it('works for bytes and for a Blob', async () => {
    const bytes = answering((res) => res.send(Buffer.from(TEXT)))
    await request(bytes).get('/').set('Range', 'bytes=-2').expect(206, Buffer.from('89'))
    const blob = answering((res) => res.send(new Blob([TEXT], { type: 'text/plain' })))
    await request(blob).get('/').set('Range', 'bytes=-2').expect(206, '89')
    expect(await fetchText(blob, { Range: 'bytes=0-0,9-' })).toMatch(/bytes 0-0\/10\r\n\r\n0\r\n/)
  })

  describe('is ignored', () => {
    it('for other methods, as RFC 9110 §14.2 defines it for GET alone', async () => {
      await request(app).post('/').set('Range', 'bytes=0-1').expect(200, TEXT)
      const head = await request(app).head('/').set('Range', 'bytes=0-1').expect(200)
      expect(head.headers['content-length']).toBe('10')
    })

    it('for another status than 200', () =>
      request(answering((res) => res.status(404).send(TEXT)))
        .get('/')
        .set('Range', 'bytes=0-1')
        .expect(404, TEXT))

    it('when it is malformed', () => whole(app, { Range: 'bytes=abc' }))

    it('when If-Range names another version, or this one weakly (RFC 9110 §13.1.5)', async () => {
      await whole(app, { 'If-Range': '"other"' })
      const { headers } = await request(app).get('/')
      await whole(app, { 'If-Range': headers['etag'] as string })
    })

    it('when the reply says Accept-Ranges: none', () =>
      whole(answering((res) => res.set('Accept-Ranges', 'none').send(TEXT))))

    it('when the handler has read the ranges itself', () =>
      whole(
        answering((res, req) => {
          req.range(10)
          res.send(TEXT)
        }),
      ))

    it('when a middleware rewrites the body on its way, as compression does', () =>
      whole(
        answering((res) => {
          res.write = res.write.bind(res)
          res.send(TEXT)
        }),
      ))

    it('for a stream, whose length nobody knows', () =>
      whole(answering((res) => res.type('txt').send(Readable.from([TEXT])))))
  })

  it('is used when If-Range names this version strongly', () =>
    request(answering((res) => res.set('ETag', '"v1"').send(TEXT)))
      .get('/')
      .set({ Range: 'bytes=0-1', 'If-Range': '"v1"' })
      .expect(206, '01'))

  it('yields to If-None-Match (RFC 9110 §13.2.2)', () =>
    request(answering((res) => res.set('ETag', '"v1"').send(TEXT)))
      .get('/')
      .set({ Range: 'bytes=0-1', 'If-None-Match': '"v1"' })
      .expect(304, ''))
})

const part = (range: string, body: string): string =>
  `\r\n--B\r\nContent-Type: text/html; charset=utf-8\r\nContent-Range: bytes ${range}/10\r\n\r\n${body}`

const whole = (target: express.Express, headers: Record<string, string> = {}): request.Test =>
  request(target)
    .get('/')
    .set({ Range: 'bytes=0-1', ...headers })
    .expect(200, TEXT)

async function fetchText(app: express.Express, headers: Record<string, string>): Promise<string> {
  const reply = await request(app)
    .get('/')
    .set(headers)
    .buffer()
    .parse((res, done) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => chunks.push(Buffer.from(chunk)))
      res.on('end', () => done(null, Buffer.concat(chunks).toString('latin1')))
    })
  return reply.body as string
}
