// oxlint-disable vitest/expect-expect -- supertest's expectations are the assertions
import request from 'supertest'
import { describe, it } from 'vitest'
import express from '@tokkyu/core'

describe('req.is', () => {
  const app = express().all('/', (req, res) => {
    res.json([req.is(), req.is('json'), req.is(['html', 'json']), req.is('html', 'text')])
  })

  it('names the type that the body has', () =>
    request(app)
      .post('/')
      .type('application/json')
      .send('{}')
      .expect(['application/json', 'json', 'json', false]))

  it('is null without a body', () => request(app).get('/').expect([null, null, null, null]))
})
