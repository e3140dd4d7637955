import { describe, it } from 'node:test'

import request from 'supertest'

import { createApp } from '../src/app.ts'

describe('tasks', () => {
  const app = createApp({ behindTls: false })

  it('are added, changed, listed and removed', async () => {
    await request(app)
      .post('/tasks')
      .send({ title: 'Write a test' })
      .expect(201, { id: 1, title: 'Write a test', done: false })
      .expect('Location', '/tasks/1')
    await request(app).patch('/tasks/1').send({ done: true }).expect(200)
    await request(app)
      .get('/tasks?done=true')
      .expect(200, [{ id: 1, title: 'Write a test', done: true }])
    await request(app).get('/tasks?done=false').expect(200, [])
    await request(app).delete('/tasks/1').expect(204)
    await request(app).get('/tasks/1').expect(404)
  })

  it('without a title are refused, with the reason', async () => {
    await request(app)
      .post('/tasks')
      .send({ title: '' })
      .expect(400)
      .expect('Content-Type', /^application\/problem\+json/)
      .expect(({ body }) => {
        if (body.errors[0].path[0] !== 'title') throw new Error('title is not named')
      })
  })

  it('have no fields that nobody asked for', async () => {
    await request(app).post('/tasks').send({ title: 'x', isAdmin: true }).expect(400)
  })
})
