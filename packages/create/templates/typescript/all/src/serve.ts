import type { Express } from '@tokkyu/core'

import type { Config } from './config.ts'

/** How long requests under way may still take when the process is told to stop, in milliseconds. */
const GRACE = 10_000

/**
 * Listens. At SIGTERM or SIGINT no more connections are taken, and the process ends when what is under
 * way is finished; `afterwards` puts away what the app has used. A second signal ends it at once.
 */
export function serve(
  app: Express,
  { host, port }: Config,
  afterwards: () => Promise<void> = async () => {},
): void {
  const server = app.listen(port, host, (error) => {
    if (error) {
      console.error(`Cannot listen on ${host}:${port}: ${error.message}`)
      process.exit(1)
    }
    const address = server.address()
    const taken = typeof address === 'object' && address ? address.port : port
    console.log(`Listening on http://${host.includes(':') ? `[${host}]` : host}:${taken}`)
  })
  const stop = async () => {
    await app.close({ grace: GRACE })
    await afterwards()
    process.exit(0)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}
