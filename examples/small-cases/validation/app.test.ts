import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { app } from './app.ts'

const key = '0123456789abcdef'

describe('a schema of Zod', () => {
  it('makes numbers of what a query has as text', () =>
    request(app).get('/people?page=2').expect(200, { page: 2, next: 3 }))

  it('fills in what was left out', () =>
    request(app).get('/people').expect(200, { page: 1, next: 2 }))

  it.each(['page=0', 'page=1.5', 'page=two', 'page=1&page=2', 'page='])(
    'answers 400 to ?%s, and says where',
    async (query) => {
      const { status, body } = await request(app).get(`/people?${query}`)
      expect(status).toBe(400)
      expect(body).toMatchObject({
        code: 'INPUT_INVALID',
        errors: [{ in: 'query', path: ['page'] }],
      })
    },
  )

  it('hands dates to the handler', () =>
    request(app)
      .post('/people')
      .send({ name: ' Ada ', born: '1815-12-10' })
      .expect(201, { name: 'Ada', year: 1815 }))

  it('answers 422 with all faults at once', async () => {
    const { status, body, headers } = await request(app)
      .post('/people')
      .send({ name: '', born: 'long ago' })
    expect(status).toBe(422)
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(body).toMatchObject({ errors: [{ path: ['name'] }, { path: ['born'] }] })
  })

  it('answers 422 to a body that no parser has read', () =>
    request(app).post('/people').type('text').send('Ada').expect(422))
})

describe('a schema of Valibot', () => {
  it('lets in what fits', () =>
    request(app)
      .post('/orders')
      .set('X-Api-Key', key)
      .send({ sku: 'AB-1234', count: 2 })
      .expect(201, { ordered: '2 × AB-1234' }))

  it('answers 400 to keys that it does not know', async () => {
    const { status, body } = await request(app)
      .post('/orders')
      .set('X-Api-Key', key)
      .send({ sku: 'AB-1234', count: 2, price: 0 })
    expect([status, body]).toMatchObject([400, { errors: [{ in: 'body', path: ['price'] }] }])
  })

  it('looks at all places, and repeats no secret', async () => {
    const { status, text } = await request(app)
      .post('/orders')
      .set('X-Api-Key', 'hunter2-hunter2-and-more')
      .send({ sku: 'AB-1234', count: 0 })
    expect(status).toBe(400)
    expect(JSON.parse(text)).toMatchObject({
      errors: [
        { in: 'headers', path: ['x-api-key'] },
        { in: 'body', path: ['count'] },
      ],
    })
    expect(text).not.toContain('hunter2')
  })
})
