// A subject in a process of its own, on a core of its own where the system can pin one.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import path from 'node:path'

/** Two cores at least, and a `taskset` that may use both: the servers take the first, the load the second. */
export const pinned =
  cpus().length > 1 && spawnSync('taskset', ['-c', '0,1', 'true'], { stdio: 'ignore' }).status === 0

/** Puts this process, and what makes the load for it, on the second core. */
export function pinLoad() {
  if (pinned) spawnSync('taskset', ['-acp', '1', String(process.pid)], { stdio: 'ignore' })
}

/** @param node - the program that runs the server; the one that runs this otherwise. */
export async function start(subject, scenario, { env = {}, node = process.execPath } = {}) {
  const command = [node, path.join(import.meta.dirname, 'serve.mjs'), subject, scenario]
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
    /** CPU time in µs (user and system) since the start, resident memory and its highest mark in bytes. */
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

/** Work that has nothing to do with the servers, one process on each core, until it is called off. */
export function keepCoresBusy() {
  const spin =
    'process.on("disconnect", () => process.exit()); const spin = () => { const end = Date.now() + 20; while (Date.now() < end); setImmediate(spin) }; spin()'
  const busy = cpus().map((_, core) => {
    const command = [process.execPath, '-e', spin]
    const [program, ...args] = pinned ? ['taskset', '-c', String(core), ...command] : command
    return spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  })
  return () => Promise.all(busy.map((child) => (child.disconnect(), once(child, 'exit'))))
}
