import type { RequestHandler } from '@tokkyu/core'

import type { Tasks } from './tasks.ts'

/** What can be asked of tasks. Its handlers are properties, so each can be handed on without its object. */
export class TasksController {
  readonly #tasks: Tasks

  constructor(tasks: Tasks) {
    this.#tasks = tasks
  }

  readonly list: RequestHandler = async (req, res) => {
    res.json(await this.#tasks.all())
  }

  readonly show: RequestHandler<{ id: string }> = async (req, res) => {
    const task = await this.#tasks.find(Number(req.params.id))
    if (task) res.json(task)
    else res.status(404).json({ error: 'No such task' })
  }

  readonly create: RequestHandler = async (req, res) => {
    if (!req.is('json')) return res.status(415).json({ error: 'Tasks are JSON' })
    const { title } = Object(req.body) as { title?: unknown }
    if (typeof title !== 'string' || title.trim() === '') {
      return res.status(422).json({ error: 'A task has a title' })
    }
    const task = await this.#tasks.add(title.trim())
    return res.status(201).location(`${req.baseUrl}/${task.id}`).json(task)
  }
}
