import { Validator } from '@seriousme/openapi-schema-validator'
import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { app } from './app.ts'

const { body: document } = (await request(app).get('/openapi.json')) as {
  body: {
    paths: Record<string, Record<string, { requestBody?: unknown; responses: object }>>
    components: { schemas: object }
  }
}

const validator = new Validator()

describe('the document', () => {
  it('is valid OpenAPI 3.1 to a validator that is not ours, and no longer when it is broken', async () => {
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
    const broken = { ...structuredClone(document), paths: { books: { get: { responses: 7 } } } }
    expect(await validator.validate(broken)).toMatchObject({ valid: false })
  })

  it('has every route but its own', () => {
    expect(
      Object.entries(document.paths).map(([path, methods]) => [path, Object.keys(methods)]),
    ).toEqual([
      ['/books/{id}', ['get']],
      ['/books', ['post']],
      ['/books/{id}/reviews', ['post']],
    ])
  })

  it('has the schemas of both libraries', () => {
    expect(document.components.schemas).toMatchObject({
      Book: { type: 'object', required: ['title'], properties: { year: { type: 'integer' } } },
    })
    expect(document.paths['/books/{id}/reviews']?.['post']?.requestBody).toMatchObject({
      content: {
        'application/json': {
          schema: { properties: { stars: { type: 'integer', minimum: 1, maximum: 5 } } },
        },
      },
    })
  })
})

describe('what it says', () => {
  it('is what the app does', async () => {
    await request(app).get('/books/0').expect(200, { title: 'Emma', year: 1815 })
    await request(app).post('/books').send({ title: 'Ulysses' }).expect(201)
    await request(app).post('/books/0/reviews').send({ stars: 5 }).expect(201)
  })

  it.each([
    ['/books', { title: '' }],
    ['/books', { title: 'Emma', year: '1815' }],
    ['/books/0/reviews', { stars: 6 }],
  ])('holds for refusals, too: POST %s %j is 400', async (path, body) => {
    const method = document.paths[path.replace('0', '{id}')]?.['post']
    expect(method?.responses).toHaveProperty('400')
    await request(app).post(path).send(body).expect(400)
  })

  it('is 404 for what is not there', async () => {
    expect(document.paths['/books/{id}']?.['get']?.responses).toHaveProperty('404')
    await request(app).get('/books/9').expect(404)
  })
})
