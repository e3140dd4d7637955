import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { NoApplicationError } from '../program/errors.ts'
import { InspectionError } from './errors.ts'
import { nodeArguments } from '../program/node-arguments.ts'
import { taskVariable } from '../program/preload.ts'
import type { Answer, Question } from './question.ts'

/** How long an application may take until it shows itself; milliseconds. */
const PATIENCE = 30_000

/**
 * Loads an application in a process of its own, where `listen` only notes who listens, and asks it.
 *
 * What the application prints goes to stderr: stdout is for the answer.
 *
 * @throws {NoApplicationError} CLI_NO_APPLICATION when the entry shows none.
 * @throws {InspectionError} CLI_INSPECTION when it fails, or takes too long.
 */
export async function inspect(entry: string, question: Question): Promise<Answer> {
  const child = spawn(process.execPath, nodeArguments(entry), {
    stdio: ['ignore', 2, 2, 'ipc'],
    env: { ...process.env, [taskVariable]: JSON.stringify({ task: 'inspect', entry, question }) },
  })
  let answer: Answer | undefined
  child.once('message', (message) => {
    answer = message as Answer
    child.kill('SIGKILL') // it has nothing left to do, and may hold timers and connections
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
  const [code] = (await once(child, 'exit')) as [number | null]
  clearTimeout(timer)
  if (answer === undefined)
    throw new InspectionError(
      code === null
        ? `Found no application in ${entry}: nothing was exported and nobody listened within ${PATIENCE / 1000} s.`
        : `Cannot look at ${entry}: it ended with code ${code} before it showed an application.`,
    )
  if ('missing' in answer) throw new NoApplicationError(entry, answer.missing)
  if ('failed' in answer) throw new InspectionError(answer.failed)
  return answer
}
