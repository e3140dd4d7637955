import { randomBytes } from 'node:crypto'
import { SessionOptionError } from '../option-error.ts'
import { framed, receiver } from './channel-frames.ts'
import { call, commandsFor, listenerOn } from './pub-sub.ts'
import type { RedisPublisher, RedisSubscriber } from './pub-sub.ts'

/** Options of `redisChannels`. */
export interface RedisChannelsOptions {
  /** Publishes; it may do other things too. */
  readonly client: RedisPublisher
  /** Listens. */
  readonly subscriber: RedisSubscriber
  /** How the name of each channel in Redis begins. @default 'channel:' */
  readonly prefix?: string | undefined
  /**
   * Told when the subscriber was disconnected and listens again: what was published in between is lost, so what
   * must be known is to be read anew. A client of a cluster does not say when.
   *
   * @default nobody is told
   */
  readonly onReconnect?: (() => void) | undefined
}

/** What brings the messages of a channel to the other processes; the shape of core's `ChannelAdapter`. */
export interface RedisChannels {
  /** Hands a message to every other process that is subscribed. */
  publish(channel: string, message: string | Buffer): Promise<void>
  /** Begins to deliver what other processes publish. */
  subscribe(channel: string, deliver: (message: string | Buffer) => void): Promise<void>
  /** Ends what `subscribe` has begun. */
  unsubscribe(channel: string): Promise<void>
}

/**
 * Carries the channels of an app between its processes, over Redis's publish and subscribe: at most once,
 * and what one process publishes in its order.
 *
 * With clients of a cluster a channel lives in one shard (`SPUBLISH`, Redis 7), as nodes that pass messages on do not
 * keep their order; ioredis then wants `shardedSubscribers: true`.
 *
 * @throws {SessionOptionError} for what are no clients, or not of one kind.
 * @example app.set('channel adapter', redisChannels({ client, subscriber: client.duplicate() }))
 */
export function redisChannels(options: RedisChannelsOptions): RedisChannels {
  const { client, subscriber, prefix = 'channel:', onReconnect } = options
  const commands = commandsFor('client', client)
  if (commandsFor('subscriber', subscriber) !== commands) {
    throw new SessionOptionError('subscriber', 'subscriber option must be as client is')
  }
  if (onReconnect) tellReconnects(subscriber, onReconnect)
  const listening = listenerOn(subscriber, commands)
  const origin = randomBytes(9).toString('base64url')
  let count = 0
  return {
    async publish(channel, message) {
      const frame = framed(origin, count++, message)
      await call(client, commands.publish, prefix + channel, frame)
    },
    async subscribe(channel, deliver) {
      await listening.begin(prefix + channel, receiver(origin, deliver))
    },
    async unsubscribe(channel) {
      await listening.end(prefix + channel)
    },
  }
}

function tellReconnects(subscriber: RedisSubscriber, tell: () => void): void {
  const { status, isReady } = subscriber as { status?: unknown; isReady?: unknown }
  let wasReady = status === 'ready' || isReady === true
  subscriber.on('ready', () => {
    if (wasReady) tell()
    wasReady = true
  })
}
