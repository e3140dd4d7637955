import { channel as diagnosticsChannel } from 'node:diagnostics_channel'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'

import { answerCall, type AnyHandler, type Offer } from '../answering/answer-call.ts'
import type { Handlers } from '../answering/handlers.ts'
import type { ServerCall } from '../answering/server-call.ts'
import type { Carrier } from '../carriers/carrier.ts'
import { answer, type Answerer } from '../channel/answerer.ts'
import { Connection } from '../channel/connection.ts'
import type { IncomingCall } from '../channel/incoming-call.ts'
import { keepaliveOf, type KeepaliveOptions } from '../channel/keepalive.ts'
import type { Interceptor } from '../context/interceptor.ts'
import { checkCount, RpcOptionError } from '../errors/option-error.ts'
import { type GrpcListener, type GrpcListenOptions, listenGrpc } from '../grpc/listen-grpc.ts'
import { type GivenLimits, type Limits, limitsOf } from '../limits.ts'
import { reflectionServices } from '../schema/reflection-service.ts'
import type { Service, ServiceShape } from '../schema/service.ts'
import { HealthState, healthService } from './health.ts'
import { Reflection } from './reflection.ts'

/** Tells why each connection of a server has ended: `{ error, peer }`. */
const closedChannel = diagnosticsChannel('tokkyu.rpc.closed')

/** How a server answers. */
export interface RpcServerOptions {
  /**
   * Bounds of each connection.
   *
   * @default defaultLimits, for each that is not given
   */
  readonly limits?: GivenLimits | undefined
  /**
   * Connections at once, for each address listened at by `listen`; more are closed unheard.
   *
   * @default 10_000
   */
  readonly connections?: number | undefined
  /**
   * When a client that is silent is asked whether it lives, and when its connection is given up; not for
   * those of `listenGrpc`.
   *
   * @default asked after 30 s, given up 20 s later
   */
  readonly keepalive?: KeepaliveOptions | undefined
  /**
   * Stand around every call, the first outermost.
   *
   * @default []
   */
  readonly interceptors?: readonly Interceptor<ServerCall>[] | undefined
  /**
   * Whether gRPC's health service is answered.
   *
   * @default true
   */
  readonly health?: boolean | undefined
  /**
   * Whether gRPC's reflection service is answered, v1 and v1alpha: it shows the schemas of all services to
   * whoever can connect.
   *
   * @default false
   */
  readonly reflection?: boolean | undefined
  /**
   * Hears of what a handler throws that is no `RpcError`, and of a response that its schema does not take:
   * the caller is only told that the handler failed.
   *
   * @default nobody hears
   */
  readonly onError?: ((error: unknown, call: ServerCall) => void) | undefined
}

/** Where a server listens: `{ port }`, `{ host, port }`, or `{ path }` for a Unix socket. */
export interface ListenOptions {
  /**
   * The TCP port, from 0 to 65535; 0 is any free one, which `listen` resolves to.
   *
   * @default none: there is a `path`
   */
  readonly port?: number | undefined
  /**
   * The address or name to listen at, with `port`.
   *
   * @default all addresses, as with `listen` of node
   */
  readonly host?: string | undefined
  /** The path of a Unix socket, when there is no `port`. @default none: there is a `port` */
  readonly path?: string | undefined
  /**
   * Makes connections TLS ones; `{ requestCert: true, ca }` lets in only clients with a certificate.
   *
   * @default no TLS
   */
  readonly tls?: tls.TlsOptions | undefined
}

/** Answers calls of services, on any number of addresses. */
export class RpcServer implements Answerer {
  readonly #limits: Limits
  readonly #options: RpcServerOptions
  readonly #keepalive: KeepaliveOptions
  readonly #offers = new Map<string, Offer>()
  readonly #listeners = new Set<net.Server>()
  readonly #connections = new Set<Connection>()
  readonly #grpcListeners = new Set<GrpcListener>()
  readonly #health = new HealthState()
  readonly #reflection = new Reflection()
  readonly #allClosed: (() => void)[] = []

  constructor(options: RpcServerOptions = {}) {
    this.#limits = limitsOf(options.limits)
    this.#options = options
    this.#keepalive = keepaliveOf(options.keepalive)
    if (options.connections !== undefined) checkCount('connections', options.connections, 1)
    if (options.health !== false) this.add(healthService, this.#health.handlers)
    if (options.reflection) {
      for (const each of reflectionServices) this.add(each, this.#reflection.handlers)
    }
  }

  /**
   * Offers a service. A method without a handler is answered with `UNIMPLEMENTED`.
   *
   * @throws {RpcOptionError} `RPC_BAD_OPTION` for a handler of no method, or a method offered twice.
   * @example server.add(shop, { getBook: ({ id }) => books.get(id) })
   */
  add<Shape extends ServiceShape<Shape>>(service: Service<Shape>, handlers: Handlers<Shape>): this {
    this.#health.add(service.name)
    this.#reflection.add(service)
    const given = handlers as Readonly<Record<string, unknown>>
    for (const name of Object.keys(given)) {
      if (!service.methods.has(name)) {
        throw new RpcOptionError('handlers', `Service "${service.name}" has no method "${name}"`)
      }
    }
    for (const method of service.methods.values()) {
      const handler = given[method.name]
      if (handler === undefined) continue
      if (typeof handler !== 'function') {
        throw new RpcOptionError('handlers', `The handler of "${method.name}" is no function`)
      }
      if (this.#offers.has(method.path)) {
        throw new RpcOptionError('handlers', `"${method.path}" is offered already`)
      }
      this.#offers.set(method.path, {
        method,
        // Called with its handlers as `this`, so that they may be an object of a class.
        handler: (handler as AnyHandler).bind(handlers),
        interceptors: this.#options.interceptors ?? [],
        failed: this.#options.onError ?? (() => {}),
      })
    }
    return this
  }

  /**
   * Begins to listen; rejects with node's error when it cannot.
   *
   * @returns where, so that `{ port: 0 }` can be asked for; the path of a Unix socket.
   * @example await server.listen({ port: 4000 })
   */
  async listen({ tls: secure, ...where }: ListenOptions): Promise<net.AddressInfo | string> {
    const listener = secure
      ? tls.createServer({ handshakeTimeout: this.#limits.handshakeTime, ...secure })
      : net.createServer({ noDelay: true })
    listener.maxConnections = this.#options.connections ?? 10_000
    listener.on(secure ? 'secureConnection' : 'connection', (socket: net.Socket) =>
      this.#connect(
        socket,
        socket.remoteAddress === undefined
          ? undefined
          : `${socket.remoteAddress}:${socket.remotePort}`,
      ),
    )
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject)
      listener.listen(where, () => {
        listener.off('error', reject)
        resolve()
      })
    })
    this.#listeners.add(listener)
    return listener.address()!
  }

  /**
   * Begins to listen for gRPC, which any of its clients can speak: the same handlers, at the cost of gRPC.
   * Needs the package `@grpc/grpc-js`. What is added later is not offered there.
   *
   * @returns the port, so that `{ port: 0 }` can be asked for.
   * @throws {RpcOptionError} `RPC_BAD_OPTION` without the package; its own error when it cannot listen.
   * @example await server.listenGrpc({ port: 50051 })
   */
  async listenGrpc(options: GrpcListenOptions): Promise<{ readonly port: number }> {
    const listener = await listenGrpc(
      this.#offers.values(),
      this.#limits,
      options,
      (tunnel, peer) => this.#connect(tunnel, peer, 'answers'),
    )
    this.#grpcListeners.add(listener)
    return { port: listener.port }
  }

  /**
   * Stops listening, takes no more calls, and resolves when those that run have ended. Called again it
   * waits for the same end, and may grant less time.
   *
   * @param grace - milliseconds until the calls that still run are given up. @default 10_000
   * @example await server.close()
   */
  async close(grace = 10_000): Promise<void> {
    this.#health.stop()
    const closed = [
      ...[...this.#listeners].map(
        (listener) =>
          new Promise<void>((resolve) => {
            listener.close(() => {
              this.#listeners.delete(listener)
              resolve()
            })
          }),
      ),
      ...[...this.#grpcListeners].map(async (listener) => {
        await listener.close()
        this.#grpcListeners.delete(listener)
      }),
      this.#connectionsClosed(),
    ]
    for (const connection of this.#connections) connection.drain()
    const timer = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy('The server is shutting down')
      for (const listener of this.#grpcListeners) listener.destroy()
    }, grace)
    await Promise.all(closed)
    clearTimeout(timer)
  }

  /** Listeners wait for their own; nobody else does for those of carriers. */
  async #connectionsClosed(): Promise<void> {
    if (this.#connections.size === 0) return
    await new Promise<void>((resolve) => {
      this.#allClosed.push(resolve)
    })
  }

  /**
   * Answers calls that come over a carrier: a port between threads, a channel between processes, or any
   * stream whose other end is a client.
   *
   * @throws what opening the carrier throws.
   * @example server.accept(portCarrier(parentPort))
   */
  accept(carrier: Carrier): this {
    this.#connect(carrier.open(), carrier.name, carrier.oneWay ? 'answers' : undefined)
    return this
  }

  #connect(stream: Duplex, peer: string | undefined, only?: 'answers'): void {
    const options = { limits: this.#limits, keepalive: this.#keepalive, only }
    const connection = new Connection(stream, options, {
      accept: (call) => this[answer](call, connection, peer),
      ready: () => {},
      draining: () => {},
      closed: (error) => {
        this.#connections.delete(connection)
        if (this.#connections.size === 0) for (const each of this.#allClosed.splice(0)) each()
        if (closedChannel.hasSubscribers) closedChannel.publish({ error, peer })
      },
    })
    this.#connections.add(connection)
  }

  /** Answers a call that came over a connection. */
  [answer](call: IncomingCall, connection: Connection, peer: string | undefined): void {
    const offer = this.#offers.get(call.method.startsWith('/') ? call.method.slice(1) : call.method)
    if (offer) answerCall(call, offer, { connection, peer })
    else {
      const details = `There is no method "${call.method}"`
      call.close({ code: 'UNIMPLEMENTED', details }, new Map())
      call.release()
    }
  }
}

/**
 * Makes a server, which then is told what to offer and where to listen.
 *
 * @throws {RpcOptionError} `RPC_BAD_OPTION` for an option that cannot be meant.
 *
 * @example
 * const server = createRpcServer().add(shop, { getBook: ({ id }) => books.get(id) })
 * await server.listen({ port: 4000 })
 */
export function createRpcServer(options: RpcServerOptions = {}): RpcServer {
  return new RpcServer(options)
}
