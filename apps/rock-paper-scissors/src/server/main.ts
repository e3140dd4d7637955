import type { AddressInfo } from 'node:net'

import type { Express } from '@tokkyu/core'

import { createApp } from './app.ts'
import { type Config, readConfig } from './config.ts'
import { type KeptData, openDataDirectory } from './data-directory.ts'
import { StoredProfiles } from './profiles/stored-profiles.ts'

/** How long answers under way may still take once the game is told to stop. */
const GRACE_MS = 2_000

try {
  serve(readConfig(process.env))
} catch (error) {
  exitBecause(error)
}

function serve(config: Config): void {
  const kept = openDataDirectory(config)
  const app = createApp({ config, ...kept, profiles: new StoredProfiles(kept.profileStore) })
  const server = app.listen(config.port, config.host, (error) => {
    if (error) exitBecause(explainListenError(error, config))
    const { port } = server.address() as AddressInfo // a TCP server has no other kind
    // Once: who asks a second time wants it to end at once, which is what signals do by themselves.
    process.once('SIGINT', () => void stop(app, kept))
    process.once('SIGTERM', () => void stop(app, kept))
    console.log(`Rock, paper, scissors is served at http://${inUrl(config.host)}:${port}/`)
  })
}

/** Takes no more requests, lets those under way finish, and ends with exit code 0. */
async function stop(app: Express, { sessionStore, profileStore }: KeptData): Promise<void> {
  await app.close({ grace: GRACE_MS })
  await Promise.all([sessionStore.close(), profileStore.close()])
  process.exit(0)
}

function exitBecause(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
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
