import { ArgumentError } from '../errors/argument-error.ts'
import type { Application } from '../types/application.ts'
import type {
  Channel,
  ChannelAdapter,
  ChannelMessage,
  ServerWebSocket,
} from '../types/web-socket.ts'
import { ChannelError } from './errors.ts'

/** The channels of an app that have members, or are about to be left. */
const channels = new WeakMap<Application, Map<string, Members>>()

/**
 * A channel of an app by its name.
 *
 * @throws {TypeError} `ARGUMENT_INVALID` for a name that is no text, and an adapter that lacks a function.
 */
export function channelOf(app: Application, name: string): Channel {
  if (typeof name !== 'string') throw new ArgumentError('Cannot name a channel: a text is needed')
  return new AppChannel(app, name, adapterOf(app))
}

function adapterOf(app: Application): ChannelAdapter | undefined {
  const adapter = app.get('channel adapter') as ChannelAdapter | undefined
  if (adapter === undefined || adapter === null) return undefined
  for (const name of ['publish', 'subscribe', 'unsubscribe'] as const) {
    if (typeof adapter[name] !== 'function') {
      throw new ArgumentError(`Cannot use the setting "channel adapter": it has no ${name}()`)
    }
  }
  return adapter
}

/** The members of a channel in this process, and how it stands with the adapter. */
interface Members {
  readonly sockets: Set<ServerWebSocket>
  /** The calls that the adapter was given, one after the other; undefined while it has none to do. */
  calls: Promise<void> | undefined
  /** Whether the last of them subscribes. */
  isSubscribed: boolean
}

type PublishOptions = Parameters<Channel['publish']>[1]

/** A name and where to look it up: it holds nothing, so that an empty channel is gone. */
class AppChannel implements Channel {
  readonly name: string
  readonly #app: Application
  readonly #adapter: ChannelAdapter | undefined

  constructor(app: Application, name: string, adapter: ChannelAdapter | undefined) {
    this.#app = app
    this.name = name
    this.#adapter = adapter
  }

  get size(): number {
    return this.#members()?.sockets.size ?? 0
  }

  has(socket: ServerWebSocket): boolean {
    return this.#members()?.sockets.has(socket) === true
  }

  join(socket: ServerWebSocket): Promise<void> {
    if (socket.readyState === socket.CLOSED) return Promise.resolve()
    const members = this.#members() ?? this.#open()
    if (!members.sockets.has(socket)) {
      members.sockets.add(socket)
      rememberChannel(socket, this)
    }
    if (!members.isSubscribed) this.#subscribe(members)
    const joined = (members.calls ?? Promise.resolve()).catch((error: unknown) => {
      this.leave(socket)
      socket.close(1013, 'try again later')
      throw new ChannelError(this.name, 'subscribe to', error)
    })
    // Whoever does not wait is told by the close of the socket.
    joined.catch(() => {})
    return joined
  }

  leave(socket: ServerWebSocket): void {
    const members = this.#members()
    if (members?.sockets.delete(socket) !== true) return
    channelsOf.get(socket)?.delete(this.name)
    if (members.sockets.size === 0) this.#unsubscribe(members)
  }

  async publish(message: string | Uint8Array, options?: PublishOptions): Promise<void> {
    const data = typeof message === 'string' ? message : asBuffer(message)
    this.#deliver(data, options?.except)
    try {
      await this.#adapter?.publish(this.name, data)
    } catch (error) {
      throw new ChannelError(this.name, 'publish in', error)
    }
  }

  publishJson(value: unknown, options?: PublishOptions): Promise<void> {
    return this.publish(JSON.stringify(value), options)
  }

  #deliver(message: ChannelMessage, except?: ServerWebSocket): void {
    for (const socket of this.#members()?.sockets ?? []) {
      if (socket !== except && socket.readyState === socket.OPEN) void socket.send(message)
    }
  }

  #members(): Members | undefined {
    return channels.get(this.#app)?.get(this.name)
  }

  #open(): Members {
    const members: Members = { sockets: new Set(), calls: undefined, isSubscribed: false }
    const byName = channels.get(this.#app) ?? new Map<string, Members>()
    channels.set(this.#app, byName.set(this.name, members))
    return members
  }

  #subscribe(members: Members): void {
    members.isSubscribed = true
    this.#call(members, (adapter) =>
      adapter.subscribe(this.name, (message) => this.#deliver(message)),
    )
    members.calls?.catch(() => {
      members.isSubscribed = false
    })
  }

  #unsubscribe(members: Members): void {
    const wasSubscribed = members.isSubscribed
    members.isSubscribed = false
    if (wasSubscribed) this.#call(members, (adapter) => adapter.unsubscribe(this.name))
    if (members.calls === undefined) this.#forget(members)
    // What fails now, nobody misses.
    else void members.calls.catch(() => {}).then(() => this.#forget(members))
  }

  /** An adapter is asked one thing after the other, so that the last one stands. */
  #call(members: Members, ask: (adapter: ChannelAdapter) => void | PromiseLike<void>): void {
    const adapter = this.#adapter
    if (adapter === undefined) return
    const before = members.calls?.catch(() => {}) ?? Promise.resolve()
    const calls = before.then(() => ask(adapter))
    members.calls = calls
    calls.catch(() => {})
  }

  #forget(members: Members): void {
    const byName = channels.get(this.#app)
    if (members.sockets.size === 0 && byName?.get(this.name) === members) byName.delete(this.name)
  }
}

/** The channels a socket is in. One listener leaves them all. */
const channelsOf = new WeakMap<ServerWebSocket, Map<string, AppChannel>>()

function rememberChannel(socket: ServerWebSocket, channel: AppChannel): void {
  const known = channelsOf.get(socket)
  if (known !== undefined) {
    known.set(channel.name, channel)
    return
  }
  channelsOf.set(socket, new Map([[channel.name, channel]]))
  socket.once('close', () => {
    for (const each of channelsOf.get(socket)?.values() ?? []) each.leave(socket)
  })
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
