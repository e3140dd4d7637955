/** A thing to do. */
interface Task {
  readonly id: number
  readonly title: string
}

/** Where tasks are kept: what the controller knows of a database. */
export interface Tasks {
  all(): Promise<Task[]>
  find(id: number): Promise<Task | undefined>
  add(title: string): Promise<Task>
}

export function tasksInMemory(): Tasks {
  const kept: Task[] = []
  return {
    all: async () => [...kept],
    find: async (id) => kept.find((task) => task.id === id),
    add: async (title) => {
      const task = { id: kept.length + 1, title }
      kept.push(task)
      return task
    },
  }
}
