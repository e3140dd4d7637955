import { attendDevelopment } from './dev-child/attend.ts'
import { attendInspection } from './inspect/attend.ts'
import type { Question } from './inspect/question.ts'
import { taskVariable } from './program/preload.ts'

/** What a process is told that runs an application for this command. */
type Task =
  | { readonly task: 'inspect'; readonly entry: string; readonly question: Question }
  | { readonly task: 'dev' }

/** Called before the application is loaded, in the processes that this command starts. */
export function attend(): void {
  const text = process.env[taskVariable]
  if (text === undefined) return
  // The processes that the application starts are its own.
  delete process.env[taskVariable]
  const task = JSON.parse(text) as Task
  if (task.task === 'inspect') attendInspection(task.entry, task.question)
  else attendDevelopment()
}
