import { createServer, type RequestListener } from 'node:http'
import { Server as NetServer } from 'node:net'

import { isSupervised } from '../wire/channel.ts'
import type { AnyServer } from '../drain/connection-watch.ts'
import type { Address } from '../wire/messages.ts'
import { milliseconds } from '../check-time.ts'
import { stopOnSignals } from './stop-on-signals.ts'
import type { WorkerOptions } from './worker-options.ts'
import { workerProcess } from '../wire/worker-process.ts'

/** A server that listens, as `worker()` gives it. */
export interface RunningWorker {
  /** The server that was given, or the `http.Server` made for a request listener. */
  readonly server: AnyServer
  /** Where it listens: `port` (the real one where 0 was asked for) and `host`, or `path`. */
  readonly address: Pick<Address, 'port' | 'host' | 'path'>
}

/**
 * Serves `app` (a request listener, or any server of node) at an address.
 *
 * Under a supervisor the connections come from it, and it hears `ready` after `warmUp`; alone it is an
 * ordinary `listen` with a gentle stop on SIGTERM and SIGINT. Rejects as `warmUp` or `listen` fails.
 *
 * @throws {OptionError} `CLUSTER_BAD_OPTION` for a `linger`, `grace` or `unreadyDelay` that is no time.
 * @example
 * worker(app, { port: 3000 })
 */
export async function worker(
  app: RequestListener | AnyServer,
  options: WorkerOptions,
): Promise<RunningWorker> {
  for (const name of ['linger', 'grace', 'unreadyDelay'] as const)
    if (options[name] !== undefined) milliseconds(name, options[name])
  const server: AnyServer = app instanceof NetServer ? app : createServer(app)
  workerProcess.hooks.push(options)
  if (!isSupervised()) stopOnSignals(server, options)
  workerProcess.wanted ??= false
  workerProcess.preparing++
  try {
    await options.warmUp?.()
    await listen(server, options)
  } finally {
    workerProcess.preparing--
  }
  if (workerProcess.preparing === 0) workerProcess.announce()
  return { server, address: addressOf(server) }
}

function listen(server: AnyServer, { port, host, path }: WorkerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(
      {
        ...(port !== undefined && { port }),
        ...(host !== undefined && { host }),
        ...(path !== undefined && { path }),
      },
      () => {
        server.off('error', reject)
        resolve()
      },
    )
  })
}

function addressOf(server: AnyServer): RunningWorker['address'] {
  const address = server.address()
  if (typeof address === 'string') return { path: address }
  return address ? { port: address.port, host: address.address } : {}
}
