// oxlint-disable vitest/expect-expect -- supertest's expectations are the assertions
import request from 'supertest'
import { describe, it } from 'vitest'
import express from '@tokkyu/core'

function answering(answer: (res: express.Response) => unknown) {
  return express().get('/', (_req, res) => void answer(res))
}

describe('res.json', () => {
  const data = { a: 1, html: '</script>&' }

  it('writes JSON and says so', () =>
    request(answering((res) => res.json(data)))
      .get('/')
      .expect('Content-Type', 'application/json; charset=utf-8')
      .expect(200, '{"a":1,"html":"</script>&"}'))

  it('is written as the settings say', async () => {
    const app = answering((res) => res.json(data))
    await request(app.enable('json escape'))
      .get('/')
      .expect('{"a":1,"html":"\\u003c/script\\u003e\\u0026"}')
    await request(app.set('json replacer', ['a']).set('json spaces', '\t'))
      .get('/')
      .expect('{\n\t"a": 1\n}')
  })

  it('keeps a type that was set', () =>
    request(answering((res) => res.type('application/problem+json').json(data)))
      .get('/')
      .expect('Content-Type', 'application/problem+json; charset=utf-8'))

  it('goes through a res.send that a middleware has replaced', () =>
    request(
      answering((res) => {
        const send = res.send.bind(res)
        res.send = (body) => send(`[${body}]`)
        res.json(1)
      }),
    )
      .get('/')
      .expect('[1]'))
})

describe('res.jsonp', () => {
  const app = answering((res) => res.jsonp({ text: '\u2028' }))

  it('hands the value to the callback that the query names', () =>
    request(app)
      .get('/?callback=go')
      .expect('Content-Type', 'text/javascript; charset=utf-8')
      .expect('X-Content-Type-Options', 'nosniff')
      .expect(`/**/ typeof go === 'function' && go({"text":"\\u2028"});`))

  it('lets nothing but a property path be one (CVE-2014-4671 and script injection)', () =>
    request(app)
      .get('/?callback=a.b%5B0%5D;alert(document.cookie)//')
      .expect(
        /^\/\*\*\/ typeof a\.b\[0\]alertdocument\.cookie === 'function' && a\.b\[0\]alertdocument\.cookie\(/,
      ))

  it('is JSON without a callback, or with one that is no text', async () => {
    await request(app).get('/').expect('Content-Type', /json/).expect(200, { text: '\u2028' })
    await request(app.set('query parser', 'extended'))
      .get('/?callback[a]=b')
      .expect('Content-Type', /json/)
  })
})
