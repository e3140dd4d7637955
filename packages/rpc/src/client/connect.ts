import type tls from 'node:tls'

import { type Address, addressText } from '../addressing/address.ts'
import { type Balance, type Balancer, balancerOf } from '../addressing/balancer.ts'
import { breakerOf, type BreakerOptions } from '../addressing/breaker.ts'
import type { PeerOptions } from '../addressing/peer.ts'
import { Pool } from '../addressing/pool.ts'
import { type Registry, staticRegistry } from '../addressing/registry.ts'
import { answer, type Answerer } from '../channel/answerer.ts'
import type { IncomingCall } from '../channel/incoming-call.ts'
import { keepaliveOf, type KeepaliveOptions } from '../channel/keepalive.ts'
import type { Interceptor } from '../context/interceptor.ts'
import { checkCount, checkTime } from '../errors/option-error.ts'
import { type GivenLimits, limitsOf } from '../limits.ts'
import type { AnyService, Encoding, Service, ServiceShape } from '../schema/service.ts'
import type { Client } from './client.ts'
import { type ClientCall, type ClientSetup, makeClient } from './make-client.ts'
import { Retries, type RetryOptions } from './retry.ts'

/** How a client connects. */
export interface ConnectOptions {
  /**
   * Bounds of its connections.
   *
   * @default defaultLimits, for each that is not given
   */
  readonly limits?: GivenLimits | undefined
  /**
   * When a server that is silent is asked whether it lives, and when its connection is given up.
   *
   * @default asked after 30 s, given up 20 s later
   */
  readonly keepalive?: KeepaliveOptions | undefined
  /**
   * Makes the connection a TLS one; `{ ca, cert, key }` makes both sides show who they are.
   *
   * @default no TLS
   */
  readonly tls?: tls.ConnectionOptions | undefined
  /**
   * Stand around every call, the first outermost.
   *
   * @default []
   */
  readonly interceptors?: readonly Interceptor<ClientCall>[] | undefined
  /**
   * How messages are written. JSON is for looking at them.
   *
   * @default 'protobuf'
   */
  readonly encoding?: Encoding | undefined
  /**
   * Knows the servers behind a name; with it, `connect` takes a name in place of an address.
   *
   * @default none: `connect` takes an address
   */
  readonly registry?: Registry | undefined
  /**
   * Which of several servers a call goes to: each in turn, the less busy of two drawn by lot, or always the
   * same for the same `key`.
   *
   * @default 'least-pending'
   */
  readonly balance?: Balance | Balancer | undefined
  /**
   * How many of the servers behind a name this client calls, each client others: with thousands of clients
   * and hundreds of servers not every client connects to every server.
   *
   * @default all
   */
  readonly subset?: number | undefined
  /**
   * Milliseconds until a server that has come, or come back, gets as many calls as its weight says; at first
   * it gets a tenth.
   *
   * @default 0
   */
  readonly slowStart?: number | undefined
  /**
   * Leaves a server alone that fails again and again.
   *
   * @default none
   */
  readonly breaker?: BreakerOptions | undefined
  /**
   * How often a call that failed is made again, where that does no harm.
   *
   * @default 3 attempts in all, and for no more than a tenth of the calls over time
   */
  readonly retry?: RetryOptions | undefined
  /**
   * Answers calls that the server makes over the same connection: a server that need not listen.
   *
   * @default such calls fail with `UNIMPLEMENTED`
   */
  readonly serve?: Answerer | undefined
}

/** The connections behind a client. */
export interface Channel {
  /** Calls another service over the same connections. */
  client: <Shape extends ServiceShape<Shape> = AnyService>(service: Service<Shape>) => Client<Shape>
  /** Makes no more calls, and closes when those that run have ended; later ones fail: `UNAVAILABLE`. */
  close: () => void
  /** Closes at once; calls that run fail with `UNAVAILABLE`. */
  destroy: () => void
}

/**
 * Calls a service at an address, or at the addresses that a registry has for a name. Connects when calls
 * are made.
 *
 * @param address - `host:port`, `unix:/path`, `grpc://host:port` of a server that speaks gRPC, or one of them as
 *   an object, or a carrier. With any other text, and no
 *   registry, each call fails: `RPC_BAD_OPTION`.
 * @throws {RpcOptionError} `RPC_BAD_OPTION` for an option that cannot be meant.
 *
 * @example
 * const catalog = connect(shop, 'localhost:4000')
 * const book = await catalog.getBook({ id: 1 }, { deadline: 200 })
 * catalog.$channel.close()
 */
export function connect<Shape extends ServiceShape<Shape> = AnyService>(
  service: Service<Shape>,
  address: string | Address,
  options: ConnectOptions = {},
): Client<Shape> & { readonly $channel: Channel } {
  const { encoding = 'protobuf', interceptors = [], serve } = options
  const source = sourceOf(address, options, {
    limits: limitsOf(options.limits),
    keepalive: options.keepalive && keepaliveOf(options.keepalive),
    tls: options.tls,
    slowStart: options.slowStart ?? 0,
    accept: (call, connection) =>
      serve ? serve[answer](call, connection, undefined) : refuse(call),
  })
  const setup: ClientSetup = {
    acquire: (take, key, tried) => source.acquire(take, key, tried),
    interceptors,
    encoding,
    retries: new Retries(options.retry),
    pause: () => source.pause,
  }
  const channel: Channel = {
    client: (other) => makeClient(other, setup),
    close: () => source.drain(),
    destroy: () => source.destroy('The client was destroyed'),
  }
  return { ...makeClient(service, setup), $channel: channel }
}

function sourceOf(
  address: string | Address,
  { registry, balance = 'least-pending', subset, slowStart, breaker }: ConnectOptions,
  options: PeerOptions,
): Pool {
  if (subset !== undefined) checkCount('subset', subset, 1)
  if (slowStart !== undefined && slowStart !== 0) checkTime('slowStart', slowStart)
  const name = typeof address === 'string' ? address : addressText(address)
  return new Pool(name, {
    ...options,
    registry: registry ?? staticRegistry({ [name]: [{ address }] }),
    balancer: typeof balance === 'string' ? balancerOf(balance) : balance,
    subset,
    breaker: breaker && breakerOf(breaker),
  })
}

function refuse(call: IncomingCall): void {
  call.close({ code: 'UNIMPLEMENTED', details: 'This client answers no calls' }, new Map())
  call.release()
}
