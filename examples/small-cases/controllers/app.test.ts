import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { createApp } from './app.ts'
import { tasksInMemory } from './tasks.ts'

describe('the controller of tasks', () => {
  it('makes one, and says where it is', async () => {
    const app = createApp()
    const task = { id: 1, title: 'read' }
    await request(app)
      .post('/tasks')
      .send({ title: ' read ' })
      .expect('Location', '/tasks/1')
      .expect(201, task)
    await request(app).get('/tasks/1').expect(200, task)
    await request(app).get('/tasks').expect(200, [task])
  })

  it.each(['/tasks/2', '/tasks/x', '/tasks/__proto__'])('answers 404 to %s', async (path) => {
    await request(createApp()).get(path).expect(404, { error: 'No such task' })
  })

  it.each([{}, { title: '' }, { title: '  ' }, { title: 7 }, ['title'], { title: ['a'] }])(
    'answers 422 to %j, which has no title',
    async (body) => {
      await request(createApp()).post('/tasks').send(body).expect(422)
    },
  )

  it('answers 415 to a form, and 400 to JSON that is broken', async () => {
    await request(createApp()).post('/tasks').type('form').send('title=read').expect(415)
    await request(createApp()).post('/tasks').type('json').send('{').expect(400)
  })

  it('answers 500 when the database fails, and tells nobody why', async () => {
    const app = createApp({
      ...tasksInMemory(),
      all: () => Promise.reject(new Error('password of db7 is wrong')),
    })
    const { status, text } = await request(app).get('/tasks')
    expect([status, text]).toEqual([500, '{"error":"Something went wrong"}'])
  })
})
