import { chmodSync, unlinkSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'

import { CommandError, NoSupervisorError } from '../errors.ts'

/** What may be asked by the control socket. */
export type Command =
  | { readonly command: 'status' }
  | { readonly command: 'reload' }
  | { readonly command: 'scale'; readonly workers: number | 'max' }
  | { readonly command: 'stop' }

const mostBytes = 64 * 1024

/**
 * Opens a unix socket for commands, one JSON line each way. Nobody but this user may connect.
 *
 * What a dead supervisor left behind is taken over; a living one is an error.
 */
export async function openControlSocket(
  path: string,
  run: (command: Command) => Promise<unknown>,
): Promise<Server> {
  if (await answers(path)) throw new CommandError(`A supervisor runs already at "${path}"`)
  try {
    unlinkSync(path)
  } catch {
    // there was none
  }
  const server = createServer((socket) => serve(socket, run))
  // From its first moment it is ours alone: a mode set afterwards would leave a gap.
  const mask = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
  } finally {
    process.umask(mask)
  }
  chmodSync(path, 0o600)
  return server
}

/**
 * Sends one command to the supervisor whose control socket is at `path`.
 *
 * @returns the `Status` afterwards; `undefined` for `stop`, which is answered when the stop begins.
 * @throws {NoSupervisorError} `CLUSTER_NO_SUPERVISOR` when nobody answers, or somebody else.
 * @throws {CommandError} `CLUSTER_COMMAND_FAILED` when the command failed.
 * @example await sendCommand('/run/app.sock', { command: 'reload' })
 */
export function sendCommand(path: string, command: Command): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const question = `${JSON.stringify(command)}\n`
    const socket = connect(path)
    socket.once('error', (error) => reject(new NoSupervisorError(path, error.message)))
    socket.once('connect', () => socket.write(question))
    readLine(socket, Infinity, (line) => {
      socket.destroy()
      if (line === undefined) {
        reject(new NoSupervisorError(path, 'it went away'))
        return
      }
      const answer = answerIn(line)
      if (!answer) reject(new NoSupervisorError(path, 'somebody else answered'))
      else if (answer.error === undefined) resolve(answer.value)
      else reject(new CommandError(answer.error))
    })
  })
}

/** Nothing when it is none: anybody may listen at a path. */
function answerIn(line: string): { value?: unknown; error?: string } | undefined {
  try {
    const answer: unknown = JSON.parse(line)
    return typeof answer === 'object' && answer !== null && !Array.isArray(answer)
      ? answer
      : undefined
  } catch {
    return undefined
  }
}

function serve(socket: Socket, run: (command: Command) => Promise<unknown>): void {
  socket.on('error', () => {})
  readLine(socket, mostBytes, (line) => {
    if (line === undefined) {
      socket.destroy()
      return
    }
    Promise.resolve()
      .then(() => run(JSON.parse(line) as Command))
      .then(
        (value) => socket.end(`${JSON.stringify({ value })}\n`),
        (error: Error) => socket.end(`${JSON.stringify({ error: error.message })}\n`),
      )
  })
}

function readLine(socket: Socket, most: number, then: (line: string | undefined) => void): void {
  let text = ''
  socket.setEncoding('utf8')
  const more = (chunk: string): void => {
    text += chunk
    if (text.includes('\n') || text.length > most) finish()
  }
  const finish = (): void => {
    socket.off('data', more)
    socket.off('close', finish)
    then(text.includes('\n') ? text.slice(0, text.indexOf('\n')) : undefined)
  }
  socket.on('data', more)
  socket.on('close', finish)
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
