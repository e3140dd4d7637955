import { HttpError } from '@tokkyu/core'
import { z } from 'zod'

/** What a client says of a task. What it says beyond that is refused. */
export const NewTask = z.strictObject({
  title: z.string().trim().min(1).max(200),
  done: z.boolean().default(false),
})
export const TaskChanges = z.strictObject({
  title: z.string().trim().min(1).max(200).optional(),
  done: z.boolean().optional(),
})
export const Task = NewTask.extend({ id: z.int() }).meta({ id: 'Task' })

/** So many are kept: whoever may add can add without end. */
const CAPACITY = 10_000

/** The tasks, in memory: this is where a database goes. */
export class Tasks {
  #tasks = new Map()
  #lastId = 0

  list(filter) {
    const { done } = filter
    return [...this.#tasks.values()].filter((task) => done === undefined || task.done === done)
  }

  find(id) {
    const task = this.#tasks.get(id)
    if (!task) throw new HttpError(404, 'TASK_NOT_FOUND', `There is no task ${id}`)
    return task
  }

  add(task) {
    if (this.#tasks.size >= CAPACITY) {
      throw new HttpError(409, 'TOO_MANY_TASKS', `There are ${CAPACITY} tasks: remove some first`)
    }
    const added = { ...task, id: ++this.#lastId }
    this.#tasks.set(added.id, added)
    return added
  }

  change(id, changes) {
    const task = this.find(id)
    const changed = { ...task, title: changes.title ?? task.title, done: changes.done ?? task.done }
    this.#tasks.set(id, changed)
    return changed
  }

  remove(id) {
    this.find(id)
    this.#tasks.delete(id)
  }
}
