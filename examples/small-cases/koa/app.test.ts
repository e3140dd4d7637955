import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { createApp } from './app.ts'
import { createBefore } from './before.ts'

const both = [
  ['Koa', () => createBefore().callback()],
  ['Tokkyu', () => createApp()],
] as const

describe.each(both)('the app on %s', (_name, create) => {
  it('shows a book, with the header that is set on the way back', () =>
    request(create())
      .get('/books/1')
      .expect('X-Books', '1')
      .expect('Content-Type', 'application/json; charset=utf-8')
      .expect(200, { id: 1, title: 'Emma' }))

  it.each(['/books/2', '/books/x'])('answers 404 to %s by its error handler', async (path) => {
    await request(create()).get(path).expect(404, { error: 'No such book' })
  })

  it.each(['json', 'form'])('makes a book of %s, and counts it', async (type) => {
    await request(create())
      .post('/books')
      .set('X-User', 'ada')
      .type(type)
      .send({ title: 'Persuasion' })
      .expect('Location', '/books/2')
      .expect('X-Books', '2')
      .expect(201, { id: 2, title: 'Persuasion', by: 'ada' })
  })

  it('answers 401 to who does not say who he is', () =>
    request(create()).post('/books').send({ title: 'x' }).expect(401, { error: 'Who asks?' }))

  it('answers 422 to what is no book, and 400 to what is no JSON', async () => {
    const app = create()
    const post = () => request(app).post('/books').set('X-User', 'ada').type('json')
    await post().send({}).expect(422, { error: 'A book has a title' })
    await post().send('{"title"').expect(400)
  })

  it('answers 413 to more than the parser takes', () =>
    request(create())
      .post('/books')
      .set('X-User', 'ada')
      .send({ title: 'x'.repeat(1_100_000) })
      .expect(413))

  it('leads on', () => request(create()).get('/old').expect('Location', '/books/1').expect(302))

  it('answers 405 with Allow to a method that there is not', async () => {
    const { status, headers } = await request(create()).delete('/books/1')
    expect(status).toBe(405)
    expect(headers['allow']?.split(', ').toSorted((a, b) => a.localeCompare(b))).toEqual([
      'GET',
      'HEAD',
    ])
  })

  it('tells nobody why it failed', () =>
    request(create()).get('/broken').expect(500, { error: 'Something went wrong' }))

  it('answers 404 to what is nowhere', () => request(create()).get('/nowhere').expect(404))
})
