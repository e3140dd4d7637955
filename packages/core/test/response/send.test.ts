// oxlint-disable vitest/expect-expect -- supertest's expectations are the assertions
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import express from '@tokkyu/core'

function answering(answer: (res: express.Response) => unknown) {
  return express()
    .set('env', 'test')
    .all('/', (_req, res) => void answer(res))
}

describe('res.send', () => {
  it('says the ETag, the length and the type of a string', async () => {
    const { headers } = await request(answering((res) => res.send('hello, world!')))
      .get('/')
      .expect(200, 'hello, world!')
    expect(headers).toMatchObject({
      'content-length': '13',
      'content-type': 'text/html; charset=utf-8',
      etag: 'W/"d-HwnTDHB9U/PRbFMN1z1wps51lqk"',
      'x-powered-by': 'Express',
    })
  })

  it('answers 304 without a body or its headers when the client has it', async () => {
    const app = answering((res) => res.set('Cache-Control', 'max-age=5').send('hello, world!'))
    const { headers } = await request(app)
      .get('/')
      .set('If-None-Match', 'W/"d-HwnTDHB9U/PRbFMN1z1wps51lqk"')
      .expect(304, '')
    expect(headers).toMatchObject({ 'cache-control': 'max-age=5' })
    expect(headers).toHaveProperty('etag')
    expect(headers).not.toHaveProperty('content-type')
    expect(headers).not.toHaveProperty('content-length')
  })

  it('ignores If-None-Match where the answer is no success', () =>
    request(answering((res) => res.status(500).set('ETag', '"1"').send('no')))
      .get('/')
      .set('If-None-Match', '"1"')
      .expect(500, 'no'))

  it('prefers If-None-Match to If-Modified-Since (RFC 9110 §13.2.2)', () =>
    request(
      answering((res) =>
        res.set({ ETag: '"2"', 'Last-Modified': 'Thu, 01 Jan 1970 00:00:01 GMT' }).send('new'),
      ),
    )
      .get('/')
      .set({ 'If-None-Match': '"1"', 'If-Modified-Since': 'Thu, 01 Jan 1970 00:00:01 GMT' })
      .expect(200, 'new'))

  it('sends views of bytes at their offset', () => {
    const bytes = new Uint16Array([0x4141, 0x4242, 0x4343])
    return request(answering((res) => res.type('txt').send(bytes.subarray(1, 2) as never)))
      .get('/')
      .expect('Content-Length', '2')
      .expect(200, 'BB')
  })

  it('does not measure a body that is sent in chunks', async () => {
    const app = answering((res) => res.set('Transfer-Encoding', 'chunked').send('hey'))
    const { headers } = await request(app).get('/').expect(200, 'hey')
    expect(headers).not.toHaveProperty('content-length')
  })

  it('shows loggers what was sent once the reply is finished', async () => {
    let seen: unknown
    const app = answering((res) => {
      res.on('finish', () => {
        seen = [res.getHeaders(), res.hasHeader('ETag'), res.getHeader('content-length')]
      })
      res.send('hey')
    })
    await request(app).get('/').expect(200, 'hey')
    expect(seen).toMatchObject([
      { 'content-type': 'text/html; charset=utf-8', 'content-length': expect.anything() },
      true,
      expect.anything(),
    ])
    expect(String((seen as unknown[])[2])).toBe('3')
  })

  it('refuses what is no body', async () => {
    await request(answering((res) => res.send(() => {})))
      .get('/')
      .expect(500, /TypeError: Cannot send a function/)
    await request(answering((res) => res.send(1n)))
      .get('/')
      .expect(500, /TypeError: Cannot send a bigint/)
  })
})
