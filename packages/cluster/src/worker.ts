import { createServer, type RequestListener } from 'node:http'
import { Server as NetServer } from 'node:net'

import { isSupervised } from './channel.ts'
import { type AnyServer, ConnectionWatch } from './connection-watch.ts'
import type { Address } from './messages.ts'
import { readiness } from './readiness.ts'
import { serveAlone } from './serve-alone.ts'
import { serveSupervised } from './serve-supervised.ts'
import type { WorkerOptions } from './worker-options.ts'

export interface RunningWorker {
  readonly server: AnyServer
  readonly address: Address
}

/**
 * Serves `app` (a request listener, or any server of node) at an address.
 *
 * Under a supervisor the connections come from it; alone it is an ordinary `listen` with a gentle stop
 * on SIGTERM and SIGINT.
 *
 * @example
 * worker(app, { port: 3000 })
 */
export async function worker(
  app: RequestListener | AnyServer,
  options: WorkerOptions,
): Promise<RunningWorker> {
  const server: AnyServer = app instanceof NetServer ? app : createServer(app)
  const watch = new ConnectionWatch(server)
  const serve = isSupervised() ? serveSupervised : serveAlone
  const { port, host, path } = options
  const address = await serve(server, watch, options, {
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host }),
    ...(path !== undefined && { path }),
  })
  readiness.ready = true
  return { server, address }
}
