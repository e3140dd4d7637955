import cluster from 'node:cluster'
import { createServer } from 'node:http'

import { supervise, worker } from '@tokkyu/cluster'

import { createGame } from './app.ts'
import { type Config, readConfig } from './config.ts'
import { openKeptData } from './kept-data.ts'

/** How long answers under way may still take once the game is told to stop. */
const GRACE_MS = 2_000

/** How long a connection that rests is kept then, for a client that is just about to ask. */
const LINGER_MS = 500

/** Where `tokkyu status`, `reload` and `scale` look for the supervisor, in the folder of its start. */
const CONTROL = '.tokkyu.sock'

try {
  const config = readConfig(process.env)
  // A worker of `tokkyu start` serves; how many there are was decided there.
  if (config.workers > 1 && cluster.isPrimary) serveByMany(config)
  else await serve(config)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
}

async function serve(config: Config): Promise<void> {
  const kept = await openKeptData(config)
  const { app, rooms } = createGame({ config, ...kept })
  const server = createServer(app)
  app.attach(server)
  const { port, host } = config
  const end = async (): Promise<void> => {
    await rooms.close()
    await kept.close()
  }
  try {
    const { address } = await worker(server, {
      port,
      host,
      linger: LINGER_MS,
      grace: GRACE_MS,
      onEnd: end,
    })
    console.log(`Rock, paper, scissors is served at http://${inUrl(host)}:${address.port}/`)
  } catch (error) {
    throw explainListenError(error as NodeJS.ErrnoException, config)
  }
}

/** Keeps several processes of this file alive; each of them tells where it serves. */
function serveByMany({ workers }: Config): void {
  const supervisor = supervise({ entry: import.meta.filename, workers, control: CONTROL })
  supervisor.on('event', (event) => console.error(JSON.stringify(event)))
}

function explainListenError(error: NodeJS.ErrnoException, { host, port }: Config): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'another program listens there already; set PORT to a free port',
    EACCES: 'this user may not; set PORT to a port above 1023',
    EADDRNOTAVAIL: 'this machine has no such address; set HOST to one it has',
    ENOTFOUND: 'no such host is known; set HOST to an address of this machine',
  }
  const reason = reasons[error.code ?? ''] ?? error.message
  return new Error(`Cannot listen on ${inUrl(host)}:${port}: ${reason}`, { cause: error })
}

/** An IPv6 address stands in brackets in a URL (RFC 3986 §3.2.2). */
function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
