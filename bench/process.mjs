// A subject in a process of its own, on a core of its own where the system can pin one.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import path from 'node:path'

/** Two cores at least, and a `taskset` that may use both: the servers take the first, the load the second. */
export const pinned =
  cpus().length > 1 && spawnSync('taskset', ['-c', '0,1', 'true'], { stdio: 'ignore' }).status === 0

/** Puts this process, which makes the load, on the second core. */
export function pinLoad() {
  if (pinned) spawnSync('taskset', ['-acp', '1', String(process.pid)], { stdio: 'ignore' })
}

export async function start(subject, scenario, env = {}) {
  const command = [process.execPath, path.join(import.meta.dirname, 'serve.mjs'), subject, scenario]
  const [program, ...args] = pinned ? ['taskset', '-c', '0', ...command] : command
  const child = spawn(program, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...env, NODE_ENV: 'production' },
  })
  const [{ port }] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() =>
      Promise.reject(new Error(`${subject} cannot serve ${scenario}`)),
    ),
  ])
  return {
    subject,
    port,
    /** CPU time in µs (user and system) since the start, and resident memory in bytes. */
    async usage() {
      child.send('usage')
      const [usage] = await once(child, 'message')
      return usage
    },
    stop() {
      child.disconnect()
      return once(child, 'exit')
    },
  }
}
