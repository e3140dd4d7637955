// oxlint-disable vitest/expect-expect -- supertest's expectations are the assertions
import request from 'supertest'
import { describe, it } from 'vitest'
import express from '@tokkyu/core'

const offering = (choices: object) =>
  express()
    .set('env', 'test')
    .get('/', (_req, res) => void res.format(choices as Parameters<typeof res.format>[0]))

const report: express.ErrorRequestHandler = ({ status, code, types }, _req, res, _next) => {
  res.status(status).json({ code, types })
}

describe('res.format', () => {
  it('answers 406 with the types on offer', () =>
    request(offering({ html: () => {}, 'x/y': () => {} }).use(report))
      .get('/')
      .set('Accept', 'image/png')
      .expect(406, { code: 'NOT_ACCEPTABLE', types: ['text/html', 'x/y'] }))

  it('takes a default that is undefined for none', () =>
    request(offering({ html: () => {}, default: undefined }))
      .get('/')
      .set('Accept', 'image/png')
      .expect(406))

  it('calls a handler on the object that holds it, so that one may call another', () => {
    const app = express().get('/', (_req, res) => {
      res.format({
        html: () => res.send('html'),
        default(this: { html(): void }) {
          this.html()
        },
      })
    })
    return request(app).get('/').set('Accept', 'image/png').expect(200, 'html')
  })

  it('fails, and does not hang, when a form has no handler', () =>
    request(offering({ html: undefined }))
      .get('/')
      .expect(500, /TypeError/))
})
