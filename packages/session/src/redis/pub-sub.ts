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

type Receive = (frame: Buffer) => void

/** Hears channels, each by one receiver. */
export interface Listening {
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

/** The names of the commands, and of ioredis's event for messages. */
export interface Commands {
  readonly publish: string
  readonly subscribe: string
  readonly unsubscribe: string
  readonly event: string | undefined
}

function named(publish: string, subscribe: string, unsubscribe: string, event?: string): Commands {
  return { publish, subscribe, unsubscribe, event }
}

/** @throws {SessionOptionError} for what is no client. */
export function commandsFor(option: 'client' | 'subscriber', client: object): Commands {
  return COMMANDS[kindOf(option, client)]
}

function kindOf(option: 'client' | 'subscriber', client: object): keyof typeof COMMANDS {
  const shape = Object(client) as Record<string, unknown>
  const has = (name: string) => typeof shape[name] === 'function'
  if (!has(option === 'client' ? 'publish' : 'subscribe')) {
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

/** Calls a method of a client by its name. */
export function call(client: object, command: string, ...args: unknown[]): Promise<unknown> {
  const method = (client as Record<string, (...args: unknown[]) => Promise<unknown>>)[command]
  return Reflect.apply(method as () => Promise<unknown>, client, args)
}

export function listenerOn(subscriber: RedisSubscriber, commands: Commands): Listening {
  return commands.event === undefined
    ? byListeners(subscriber, commands)
    : byEvents(subscriber, commands)
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
