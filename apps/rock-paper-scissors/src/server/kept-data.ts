import type { ChannelAdapter } from '@tokkyu/core'
import type { Store } from '@tokkyu/session'
import { RedisStore, redisChannels } from '@tokkyu/session/redis'

import type { Config } from './config.ts'
import { openDataDirectory, openFileStores } from './data-directory.ts'
import { CLOCKS } from './duel/room-state.ts'
import { RoomsInMemory, type RoomStore } from './duel/room-store.ts'
import type { Profiles } from './profiles/profiles.ts'
import { StoredProfiles } from './profiles/stored-profiles.ts'
import type { LimitStoreOf } from './rate-limits.ts'
import { connectRedis } from './redis/connect.ts'
import { RedisProfiles } from './redis/redis-profiles.ts'
import { RedisRateLimits } from './redis/redis-rate-limits.ts'
import { PREFIX } from './redis/redis-records.ts'
import { RedisRooms } from './redis/redis-rooms.ts'

/** What of the game outlives a request, and where it is kept. */
export interface KeptData {
  readonly sessionSecret: string
  readonly avatarDirectory: string
  readonly sessionStore: Store
  readonly profiles: Profiles
  readonly roomStore: RoomStore
  readonly limitStoreOf?: LimitStoreOf
  /** Brings what is told in a room to the other processes; what was told may have been lost at a reconnect. */
  readonly channelAdapter?: (onReconnect: () => void) => ChannelAdapter
  close(): Promise<void>
}

/**
 * Opens what the configuration says: a data directory of one process, or a Redis for many.
 *
 * @throws {ConfigError} `BAD_CONFIG`, when it cannot be used.
 */
export async function openKeptData(config: Config): Promise<KeptData> {
  const directory = openDataDirectory(config)
  return { ...directory, ...(await openStores(config)) }
}

async function openStores(
  config: Config,
): Promise<Omit<KeptData, 'sessionSecret' | 'avatarDirectory'>> {
  if (config.redisUrl !== undefined) return openRedis(config.redisUrl)
  const { sessionStore, profileStore } = openFileStores(config)
  return {
    sessionStore,
    profiles: new StoredProfiles(profileStore),
    roomStore: new RoomsInMemory(CLOCKS),
    async close() {
      await Promise.all([sessionStore.close(), profileStore.close()])
    },
  }
}

async function openRedis(
  url: string,
): Promise<Omit<KeptData, 'sessionSecret' | 'avatarDirectory'>> {
  const { client, subscriber, close } = await connectRedis(url)
  return {
    sessionStore: new RedisStore({ client, prefix: `${PREFIX}session:` }),
    profiles: new RedisProfiles(client),
    roomStore: new RedisRooms(client, CLOCKS),
    limitStoreOf: (name) => new RedisRateLimits(client, name),
    channelAdapter: (onReconnect) =>
      redisChannels({ client, subscriber, prefix: `${PREFIX}channel:`, onReconnect }),
    close,
  }
}
