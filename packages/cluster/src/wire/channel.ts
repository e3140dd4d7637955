import cluster from 'node:cluster'

import { SharedBoundError, StoppedError } from '../errors.ts'
import { opened, type ToSupervisor, type ToWorker } from './messages.ts'
import { workerProcess } from './worker-process.ts'

/** Whether this process was started by a supervisor; it may be dead by now. */
export function isSupervised(): boolean {
  // A child process of a worker inherits the environment, and is none.
  return (
    workerProcess.attended ||
    (cluster.isWorker && process.env['TOKKYU_WORKER'] === '1' && process.connected)
  )
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
  { resolve: (value: unknown) => void; reject: (error: Error) => void }
>()
let listens = false

/**
 * Sends a message that is answered.
 *
 * @throws {SharedBoundError} when the shared state has no room.
 * @throws {StoppedError} when the supervisor is dead, or dies before it answers.
 * @throws {TypeError} when the message holds what JSON cannot.
 */
export async function ask(make: (id: number) => ToSupervisor): Promise<unknown> {
  if (!process.connected) throw new StoppedError('ask it')
  if (!listens) {
    listens = true
    hear(settle)
    process.once('disconnect', () => {
      for (const { reject } of questions.values()) reject(new StoppedError('ask it'))
      questions.clear()
    })
  }
  const id = ++lastQuestion
  tell(make(id))
  return new Promise((resolve, reject) => {
    questions.set(id, { resolve, reject })
  })
}

function settle(message: ToWorker): void {
  if (message.type !== 'answer') return
  const question = questions.get(message.id)
  questions.delete(message.id)
  if (message.full === undefined) question?.resolve(message.value)
  else question?.reject(new SharedBoundError(message.full))
}
