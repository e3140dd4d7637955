import cluster from 'node:cluster'

import { opened, type ToSupervisor, type ToWorker } from './messages.ts'

/** Whether this process was started by a supervisor. */
export function isSupervised(): boolean {
  // A child process of a worker inherits the environment, and is none.
  return cluster.isWorker && process.env['TOKKYU_WORKER'] === '1' && process.connected
}

export function tell(message: ToSupervisor, then: () => void = () => {}): void {
  if (process.connected) process.send?.({ tokkyu: message }, undefined, {}, () => then())
  else then()
}

export function hear(listener: (message: ToWorker, handle?: unknown) => void): void {
  process.on('message', (message: unknown, handle: unknown) => {
    const ours = opened(message) as ToWorker | undefined
    if (ours) listener(ours, handle)
  })
}

let lastQuestion = 0
const questions = new Map<
  number,
  { resolve: (value: unknown) => void; reject: (error: string) => void }
>()
let listens = false

/** Sends a message that is answered. Rejects with the text of the supervisor's error. */
export function ask(make: (id: number) => ToSupervisor): Promise<unknown> {
  if (!listens) {
    listens = true
    hear((message) => {
      if (message.type !== 'answer') return
      const question = questions.get(message.id)
      questions.delete(message.id)
      if (message.error === undefined) question?.resolve(message.value)
      else question?.reject(message.error)
    })
  }
  const id = ++lastQuestion
  return new Promise((resolve, reject) => {
    questions.set(id, { resolve, reject })
    tell(make(id))
  })
}
