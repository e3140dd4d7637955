import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'

import type { Express } from '@tokkyu/core'

import { createApp } from './app.ts'
import { Notes } from './notes.ts'

let app: Express
beforeEach(() => {
  const notes = new Notes()
  notes.add('buy milk')
  app = createApp(notes)
})

const problem = 'application/problem+json; charset=utf-8'

describe('a note', () => {
  it('is made, and says where it is', () =>
    request(app)
      .post('/notes')
      .send({ text: 'water the plants' })
      .expect('Location', '/notes/2')
      .expect('ETag', '"1"')
      .expect(201, { id: 2, text: 'water the plants', version: 1 }))

  it('comes in the form that is asked for', async () => {
    await request(app)
      .get('/notes/1')
      .expect('Vary', /Accept/)
      .expect(200, { id: 1, text: 'buy milk', version: 1 })
    await request(app).get('/notes/1').accept('text/plain').expect(200, 'buy milk')
  })

  it('answers 406 to who takes neither', () =>
    request(app).get('/notes/1').accept('image/png').expect('Content-Type', problem).expect(406))

  it('has a tag for each of its forms', async () => {
    const json = await request(app).get('/notes/1')
    const text = await request(app).get('/notes/1').accept('text/plain')
    expect(json.headers['etag']).not.toBe(text.headers['etag'])
  })

  it('answers 304 to who has it already', () =>
    request(app).get('/notes/1').set('If-None-Match', '"1"').expect('ETag', '"1"').expect(304))

  it('is not there under another number', () =>
    request(app)
      .get('/notes/7')
      .expect('Content-Type', problem)
      .expect(404)
      .expect(({ body }) =>
        expect(body).toMatchObject({ status: 404, title: 'Not Found', code: 'NO_SUCH_NOTE' }),
      ))
})

describe('changing a note', () => {
  it('gives the new tag', async () => {
    const { status, headers } = await put('"1"')
    expect([status, headers['etag']]).toEqual([200, '"2"'])
  })

  it('answers 412 to who has seen an older one, and changes nothing', async () => {
    await put('"1"').expect(200)
    await request(app).put('/notes/1').set('If-Match', '"1"').send({ text: 'lost' }).expect(412)
    await request(app).get('/notes/1').accept('text/plain').expect('buy oat milk')
  })

  it('lets one of two win who have seen the same', async () => {
    const answers = await Promise.all([put('"1"'), put('"1"')])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412])
  })

  it('answers 428 to who does not say what he has seen', () =>
    request(app).put('/notes/1').send({ text: 'x' }).expect('Content-Type', problem).expect(428))

  it('answers 415 to what is no JSON, and says what it takes', () =>
    request(app)
      .put('/notes/1')
      .type('xml')
      .send('<note/>')
      .expect('Accept', 'application/json')
      .expect(415))

  it('answers 400 to JSON that is broken, and 422 to JSON that is no note', async () => {
    await request(app).put('/notes/1').type('json').send('{"text"').expect(400)
    await request(app).put('/notes/1').set('If-Match', '"1"').send({ text: 7 }).expect(422)
  })
})

describe('removing a note', () => {
  it('asks for the tag as well', async () => {
    await request(app).delete('/notes/1').expect(428)
    await request(app).delete('/notes/1').set('If-Match', '"9"').expect(412)
    await request(app).delete('/notes/1').set('If-Match', '"1"').expect(204)
    await request(app).get('/notes/1').expect(404)
  })
})

describe('a method that there is not', () => {
  it('is answered 405, with those that there are', () =>
    request(app)
      .patch('/notes/1')
      .expect('Allow', 'DELETE, GET, HEAD, PUT')
      .expect('Content-Type', problem)
      .expect(405))

  it('is answered 404 where there is nothing at all', () =>
    request(app).patch('/nothing').expect(404))
})

/** Writes what is on the list, when its tag is still the one given. */
function put(tag: string): request.Test {
  return request(app).put('/notes/1').set('If-Match', tag).send({ text: 'buy oat milk' })
}
