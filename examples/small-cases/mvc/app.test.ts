import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { app } from './app.ts'

describe('a path of controller, action and arguments', () => {
  it.each([
    ['/', '"Welcome"'],
    ['/books', '["Emma"]'],
    ['/books/index', '["Emma"]'],
    ['/books/show/1', '{"id":"1","title":"Emma"}'],
    ['/books/between/0/9', '["Emma"]'],
    ['/books/show/%31', '{"id":"1","title":"Emma"}'],
  ])('%s is answered by the function of that name', async (path, answer) => {
    const { text, headers } = await request(app).get(path).expect(200)
    expect(headers['content-type']?.startsWith('text/') ? JSON.stringify(text) : text).toBe(answer)
  })

  it('answers HEAD as GET', () => request(app).head('/books/show/1').expect(200))

  it('changes by POST alone', async () => {
    await request(app).get('/books/rename/1').expect(404)
    await request(app)
      .post('/books/rename/1')
      .type('form')
      .send('title=Emma')
      .expect('Location', '/books/show/1')
      .expect(303)
    await request(app).post('/books/rename/1').expect(400)
    await request(app).post('/books/rename/7').type('form').send('title=x').expect(404)
  })

  it.each(['/books/show', '/books/show/1/2', '/books/between/1'])(
    '%s has not the arguments that the action takes: 404',
    async (path) => {
      await request(app).get(path).expect(404)
    },
  )
})

describe('a name that every object has', () => {
  const names = [
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    '__defineGetter__',
    '__lookupGetter__',
  ]
  const paths = names.flatMap((name) => [
    `/${name}`,
    `/${name}/constructor/return%201`,
    `/${name}/index`,
    `/books/${name}`,
    `/books/${name}/x`,
    `/books/${name}/x/y`,
    `/books/${name.replace('o', '%6F')}`,
  ])

  it.each(paths)('%s is 404', async (path) => {
    await request(app).get(path).expect(404)
    await request(app).post(path).type('form').send('title=x').expect(404)
  })

  it.each(['/get/books/index', '/books/get/index', '/GET%20books%20index', '/books%20index'])(
    '%s does not reach an action by the key it is kept under',
    async (path) => {
      await request(app).get(path).expect(404)
    },
  )

  it('is data in an argument', () => request(app).get('/books/show/__proto__').expect(404))
})
