import { ConfigError } from '../config.ts'

import type { RedisClientType } from 'redis'

/** A connection for commands, and one that hears channels; Redis asks for two. */
export interface Redis {
  readonly client: RedisClientType
  readonly subscriber: RedisClientType
  readonly close: () => Promise<void>
}

const LONGEST_PAUSE_MS = 1_000

/**
 * Connects to the server at `url`. Once that is done it connects again whenever it has to; what is asked
 * meanwhile fails at once.
 *
 * @throws {ConfigError} `BAD_CONFIG`, when there is no such server.
 */
export async function connectRedis(url: string): Promise<Redis> {
  // Loaded on use: who plays in one process needs no client.
  const { createClient } = await import('redis')
  let wasReady = false
  const reconnectStrategy = (retries: number): number | false =>
    wasReady && Math.min(retries * 50, LONGEST_PAUSE_MS)
  const client: RedisClientType = createClient({
    url,
    disableOfflineQueue: true,
    socket: { reconnectStrategy },
  })
  // A subscriber waits: what it shall hear it shall hear once it can.
  const subscriber: RedisClientType = client.duplicate({ disableOfflineQueue: false })
  try {
    for (const each of [client, subscriber]) {
      each.on('error', (error: Error) => {
        if (wasReady) console.error(`Redis: ${error.message}`)
      })
      await each.connect()
    }
  } catch (error) {
    client.destroy()
    throw new ConfigError('REDIS_URL', error instanceof Error ? error.message : String(error))
  }
  wasReady = true
  return {
    client,
    subscriber,
    close: async () => void (await Promise.all([client.close(), subscriber.close()])),
  }
}
