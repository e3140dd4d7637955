import { Server as NetServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

import type { AnyServer, ConnectionWatch } from './connection-watch.ts'
import { drain } from './drain.ts'
import type { Address } from './messages.ts'
import { readiness } from './readiness.ts'
import type { WorkerOptions } from './worker-options.ts'

/** An ordinary `listen`, with a gentle stop on SIGTERM and SIGINT. */
export async function serveAlone(
  server: AnyServer,
  watch: ConnectionWatch,
  options: WorkerOptions,
  address: Address,
): Promise<Address> {
  await options.warmUp?.()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ ...address }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  let stopping = false
  const stop = (): void => {
    if (stopping) process.exit(130)
    stopping = true
    void finish(server, watch, options)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', () => {
    if (!stopping) stop()
  })
  if (options.onReopen) process.on('SIGUSR2', options.onReopen)
  const at = server.address()
  if (typeof at === 'string') return { path: at }
  return at ? { port: at.port, host: at.address } : address
}

async function finish(
  server: AnyServer,
  watch: ConnectionWatch,
  options: WorkerOptions,
): Promise<void> {
  readiness.ready = false
  await pause(options.unreadyDelay ?? 0)
  options.onDrain?.()
  // The `close` of an HTTP server would also reset its idle connections, in their clients' face.
  NetServer.prototype.close.call(server)
  await drain(server, watch, { linger: options.linger ?? 5_000, grace: options.grace ?? 30_000 })
  await options.onEnd?.()
  process.exit(0)
}
