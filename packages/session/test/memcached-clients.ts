import Memcached from 'memcached'
import memjs from 'memjs'
import type { MemcachedClient, MemjsClient } from '@tokkyu/session/memcached'

/** A client as an app makes one, and how the app closes it. */
export interface OpenMemcached {
  readonly client: MemcachedClient | MemjsClient
  readonly close: () => void
}

export const MEMCACHED_CLIENTS: [name: string, open: (servers: string[]) => OpenMemcached][] = [
  [
    'memcached',
    (servers) => {
      // Without these it would not look for a server that is back before half a minute has gone.
      const client = new Memcached(servers, { retries: 0, retry: 50, failures: 1e6, timeout: 500 })
      return { client, close: () => client.end() }
    },
  ],
  [
    'memjs',
    (servers) => {
      const client = memjs.Client.create(servers.join(','), { logger: { log() {} } })
      return { client, close: () => client.close() }
    },
  ],
]
