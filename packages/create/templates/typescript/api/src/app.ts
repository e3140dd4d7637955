import express, { type Express, openapi, validate } from '@tokkyu/core'
import { z } from 'zod'

import type { Config } from './config.ts'
import { health } from './health.ts'
import { NewTask, Task, TaskChanges, Tasks } from './tasks.ts'

const Filter = z.strictObject({ done: z.stringbool().optional() })

/** Puts the API together. The order of the lines is the order in which a request meets them. */
export function createApp(config: Pick<Config, 'behindTls'>, tasks = new Tasks()): Express {
  const app = express()
  app.disable('x-powered-by')
  app.enable('problem details') // errors by RFC 9457
  app.enable('method not allowed')
  if (config.behindTls) app.set('trust proxy', 1)

  app.use(
    '/health',
    health(async () => true),
  )
  app.use(express.json())

  app.get(
    '/tasks',
    validate(
      { query: Filter },
      { operation: { summary: 'All tasks' }, responses: { 200: z.array(Task) } },
    ),
    (req, res) => {
      res.json(tasks.list(req.query))
    },
  )
  app.post(
    '/tasks',
    validate({ body: NewTask }, { operation: { summary: 'A new task' }, responses: { 201: Task } }),
    (req, res) => {
      const task = tasks.add(req.body)
      res.status(201).location(`/tasks/${task.id}`).json(task)
    },
  )
  app.get(
    '/tasks/:id<int>',
    validate({}, { operation: { summary: 'One task' }, responses: { 200: Task } }),
    (req, res) => {
      res.json(tasks.find(req.params.id))
    },
  )
  app.patch(
    '/tasks/:id<int>',
    validate(
      { body: TaskChanges },
      { operation: { summary: 'Change a task' }, responses: { 200: Task } },
    ),
    (req, res) => {
      res.json(tasks.change(req.params.id, req.body))
    },
  )
  app.delete(
    '/tasks/:id<int>',
    validate(
      {},
      { operation: { summary: 'Remove a task' }, responses: { 204: { description: 'Removed' } } },
    ),
    (req, res) => {
      tasks.remove(req.params.id)
      res.status(204).end()
    },
  )

  app.get('/openapi.json', validate({}, { operation: { hidden: true } }), (_req, res) => {
    res.json(openapi(app, { title: '{{name}}', version: '0.0.0' }))
  })
  return app
}
