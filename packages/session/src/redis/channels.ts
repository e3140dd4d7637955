import { randomBytes } from 'node:crypto'
import { SessionOptionError } from '../option-error.ts'

/** A client of node-redis or ioredis that publishes, as far as it is used here. */
export interface RedisPublisher {
  /** `PUBLISH` */
  publish(channel: string, message: Buffer): Promise<unknown>
}

/**
 * A client of node-redis or ioredis that does nothing else than listen, as Redis asks for a connection of its own:
 * `client.duplicate()`.
 */
export interface RedisSubscriber {
  /** `SUBSCRIBE` */
  subscribe(channel: string, ...listener: never[]): Promise<unknown>
  /** `UNSUBSCRIBE` */
  unsubscribe(channel: string, ...listener: never[]): Promise<unknown>
  /** Heard for `ready`, and the messages of ioredis. */
  on(event: string, listener: (...args: unknown[]) => void): unknown
}

/** Options of `redisChannels`. */
export interface RedisChannelsOptions {
  /** Publishes; it may do other things too. */
  readonly client: RedisPublisher
  /** Listens. */
  readonly subscriber: RedisSubscriber
  /** How the name of each channel in Redis begins. @default 'channel:' */
  readonly prefix?: string
  /**
   * Told when the subscriber was disconnected and listens again: what was published in between is lost, so what
   * must be known is to be read anew. A client of a cluster does not say when.
   */
  readonly onReconnect?: () => void
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
  const commands = COMMANDS[kindOf('client', client, 'publish')]
  if (COMMANDS[kindOf('subscriber', subscriber, 'subscribe')] !== commands) {
    throw new SessionOptionError('subscriber', 'subscriber option must be as client is')
  }
  if (onReconnect) tellReconnects(subscriber, onReconnect)
  const listen = commands.event === undefined ? byListeners : byEvents
  const listening = listen(subscriber, commands)
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

type Receive = (frame: Buffer) => void

interface Listening {
  begin(channel: string, receive: Receive): Promise<unknown>
  end(channel: string): Promise<unknown>
}

/** What the clients call the commands, and where ioredis says all messages; the same frame goes over each. */
const COMMANDS = {
  ioredis: named('publish', 'subscribe', 'unsubscribe', 'messageBuffer'),
  'a cluster of ioredis': named('spublish', 'ssubscribe', 'sunsubscribe', 'smessageBuffer'),
  'node-redis': named('publish', 'subscribe', 'unsubscribe'),
  'a cluster of node-redis': named('sPublish', 'sSubscribe', 'sUnsubscribe'),
}

interface Commands {
  readonly publish: string
  readonly subscribe: string
  readonly unsubscribe: string
  readonly event: string | undefined
}

function named(publish: string, subscribe: string, unsubscribe: string, event?: string): Commands {
  return { publish, subscribe, unsubscribe, event }
}

function kindOf(option: string, client: object | undefined, method: string): keyof typeof COMMANDS {
  const shape = Object(client) as Record<string, unknown>
  const has = (name: string) => typeof shape[name] === 'function'
  if (!has(method)) {
    throw new SessionOptionError(
      option,
      `${option} option must be a client of node-redis or ioredis`,
    )
  }
  if (!has('psubscribe')) return has('nodeClient') ? 'a cluster of node-redis' : 'node-redis'
  if (!has('nodes')) return 'ioredis'
  const { shardedSubscribers } = Object(shape['options']) as { shardedSubscribers?: unknown }
  if (option === 'client' || shardedSubscribers === true) return 'a cluster of ioredis'
  throw new SessionOptionError(
    option,
    `${option} option must have shardedSubscribers: true, as it is a cluster of ioredis`,
  )
}

function call(client: object, command: string, ...args: unknown[]): Promise<unknown> {
  const method = (client as Record<string, (...args: unknown[]) => Promise<unknown>>)[command]
  return Reflect.apply(method as () => Promise<unknown>, client, args)
}

/** ioredis has one event for the messages of all channels. */
function byEvents(
  subscriber: RedisSubscriber,
  { subscribe, unsubscribe, event }: Commands,
): Listening {
  const receivers = new Map<string, Receive>()
  subscriber.on(event as string, (channel, frame) => {
    receivers.get((channel as Buffer).toString())?.(frame as Buffer)
  })
  return {
    begin(channel, receive) {
      receivers.set(channel, receive)
      return call(subscriber, subscribe, channel)
    },
    end(channel) {
      receivers.delete(channel)
      return call(subscriber, unsubscribe, channel)
    },
  }
}

/** node-redis takes a listener for each channel; `true` asks for bytes. */
function byListeners(subscriber: RedisSubscriber, { subscribe, unsubscribe }: Commands): Listening {
  const receivers = new Map<string, Receive>()
  return {
    begin(channel, receive) {
      receivers.set(channel, receive)
      return call(subscriber, subscribe, channel, receive, true)
    },
    end(channel) {
      const receive = receivers.get(channel)
      receivers.delete(channel)
      return call(subscriber, unsubscribe, channel, receive, true)
    },
  }
}

// A frame says who sent it, in text of one length: 12 characters for the process, 10 digits to the base of 36 for the
// number of the message, `t` for text or `b` for bytes. Then comes the message.
const ORIGIN_SIZE = 12
const COUNT_SIZE = 10
const HEAD_SIZE = ORIGIN_SIZE + COUNT_SIZE + 1

function framed(origin: string, count: number, message: string | Buffer): Buffer {
  const kind = typeof message === 'string' ? 't' : 'b'
  const head = origin + count.toString(36).padStart(COUNT_SIZE, '0') + kind
  return Buffer.concat([Buffer.from(head), Buffer.from(message as string)])
}

/** Leaves out what this process sent, and what came again, as a client may send twice after a lost connection. */
function receiver(own: string, deliver: (message: string | Buffer) => void): Receive {
  const last = new Map<string, string>()
  return (frame) => {
    const head = frame.toString('latin1', 0, HEAD_SIZE)
    const origin = head.slice(0, ORIGIN_SIZE)
    const count = head.slice(ORIGIN_SIZE, -1)
    if (head.length < HEAD_SIZE || origin === own || count <= (last.get(origin) ?? '')) return
    last.delete(origin)
    last.set(origin, count)
    if (last.size > MOST_ORIGINS) last.delete(last.keys().next().value as string)
    const message = frame.subarray(HEAD_SIZE)
    deliver(head.endsWith('t') ? message.toString() : message)
  }
}

/** Processes that publish in one channel, those that have ended among them. */
const MOST_ORIGINS = 1_000

function tellReconnects(subscriber: RedisSubscriber, tell: () => void): void {
  const { status, isReady } = subscriber as { status?: unknown; isReady?: unknown }
  let wasReady = status === 'ready' || isReady === true
  subscriber.on('ready', () => {
    if (wasReady) tell()
    wasReady = true
  })
}
