import { Server as NetServer } from 'node:net'
import { setImmediate as afterAccepting, setTimeout as pause } from 'node:timers/promises'

import { type AnyServer, ConnectionWatch } from '../drain/connection-watch.ts'
import { finish, type Served } from '../drain/finish.ts'
import type { WorkerOptions } from './worker-options.ts'
import { workerProcess } from '../wire/worker-process.ts'

/** As a shell says of one that SIGINT ended. */
const exitCodeOfInterrupt = 130

const served: (Served & { readonly server: AnyServer; readonly unreadyDelay: number })[] = []

/** Without a supervisor: SIGTERM and SIGINT stop gently, a second SIGINT at once. */
export function stopOnSignals(server: AnyServer, options: WorkerOptions): void {
  const { linger = 5_000, grace = 30_000, unreadyDelay = 0 } = options
  const watch = new ConnectionWatch(server)
  served.push({ server, watch, limits: { linger, grace }, unreadyDelay })
  if (served.length > 1) return
  let stopping = false
  let interrupted = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    void stopAll()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', () => {
    if (interrupted) process.exit(exitCodeOfInterrupt)
    interrupted = true
    stop()
  })
  process.on('SIGUSR2', () => {
    for (const { onReopen } of workerProcess.hooks) onReopen?.()
  })
}

async function stopAll(): Promise<void> {
  workerProcess.wanted = false
  await pause(Math.max(...served.map(({ unreadyDelay }) => unreadyDelay)))
  // Who stands in the queue of the listening socket would be lost with it.
  await afterAccepting()
  // The `close` of an HTTP server would also reset its idle connections, in their clients' face.
  for (const { server } of served) NetServer.prototype.close.call(server)
  await finish(served)
  process.exit(0)
}
