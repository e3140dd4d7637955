import { type ChildProcess, execFile } from 'node:child_process'
import { request } from 'node:http'
import { request as requestSecure } from 'node:https'
import path from 'node:path'

export const bin = path.join(import.meta.dirname, '../entry/tokkyu.cjs')

/** Runs the command to its end. */
export function tokkyu(...args: string[]): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [bin, ...args], (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, text: stdout + stderr }),
    )
  })
}

/** The same in a folder, stdout and stderr apart. */
export function tokkyuIn(
  cwd: string,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [bin, ...args], { cwd }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

/** Settles when the process has written `wanted`. */
export function writes(child: ChildProcess, wanted: string): Promise<void> {
  let text = ''
  return new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        text += String(chunk)
        if (text.includes(wanted)) resolve()
      })
  })
}

/** The body of a GET by a unix socket. */
export function get(socketPath: string, secure = false): Promise<string> {
  const ask = secure ? requestSecure : request
  return new Promise((resolve, reject) => {
    ask({ socketPath, agent: false, rejectUnauthorized: false }, (answer) => {
      let text = ''
      answer.on('data', (chunk) => (text += String(chunk)))
      answer.once('end', () => resolve(text))
    })
      .once('error', reject)
      .end()
  })
}
