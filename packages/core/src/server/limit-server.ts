import type { Server } from 'node:http'

import type { limitsToListen } from '../limits/limits.ts'

/** Sets what an app has set of the limits that a server of HTTP/1 keeps; node's own stay where it has not. */
export function limitServer(server: Server, limit: ReturnType<typeof limitsToListen>): void {
  const given: Partial<Record<keyof Server, number | undefined>> = {
    maxHeadersCount: limit('headerFields'),
    maxConnections: finite(limit('sockets')),
    maxRequestsPerSocket: finite(limit('requestsPerSocket')),
    headersTimeout: limit('headersTimeout'),
    requestTimeout: limit('requestTimeout'),
    keepAliveTimeout: limit('keepAliveTimeout'),
  }
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) Reflect.set(server, name, value)
  }
}

/** Node has no number for no limit: it is one that nobody set. */
function finite(limit: number | undefined): number | undefined {
  return limit === Infinity ? undefined : limit
}
