import express, { type ErrorRequestHandler } from '@tokkyu/core'

import { TasksController } from './tasks-controller.ts'
import { type Tasks, tasksInMemory } from './tasks.ts'

/** The parts are put together here, by hand: what needs what can be read in one place. */
export function createApp(tasks: Tasks = tasksInMemory()): express.Express {
  const app = express()
  app.use('/tasks', tasksRouter(new TasksController(tasks)))
  app.use(errors)
  return app
}

function tasksRouter(controller: TasksController): express.Router {
  const router = express.Router()
  router.get('/', controller.list)
  router.post('/', express.json(), controller.create)
  router.get('/:id', controller.show)
  return router
}

/** What a handler throws, or a promise of it rejects with, arrives here. Only faults of clients are told. */
const errors: ErrorRequestHandler = (error, req, res, _next) => {
  const { status = 500, message } = error as Error & { status?: number }
  res.status(status).json({ error: status < 500 ? message : 'Something went wrong' })
}
