import type tls from 'node:tls'

import type { IncomingCall } from '../channel/incoming-call.ts'
import type { KeepaliveOptions } from '../channel/keepalive.ts'
import type { Interceptor } from '../context/interceptor.ts'
import { type Limits, limitsOf } from '../limits.ts'
import type { AnyService, Encoding, Service, ServiceShape } from '../schema/service.ts'
import type { Client } from './client.ts'
import { type ClientCall, makeClient } from './make-client.ts'
import { type Address, parseAddress } from './address.ts'
import { type ConnectionTaker, Peer } from './peer.ts'

/** How a client connects. */
export interface ConnectOptions {
  /** Bounds of its connections; see `defaultLimits`. */
  readonly limits?: Partial<Limits>
  readonly keepalive?: KeepaliveOptions
  /** Makes the connection a TLS one; `{ ca, cert, key }` makes both sides show who they are. */
  readonly tls?: tls.ConnectionOptions
  /** Stand around every call, the first outermost. */
  readonly interceptors?: readonly Interceptor<ClientCall>[]
  /**
   * How messages are written. JSON is for looking at them.
   *
   * @default 'protobuf'
   */
  readonly encoding?: Encoding
}

/** The connections behind a client. */
export interface Channel {
  /** Calls another service over the same connections. */
  client: <Shape extends ServiceShape<Shape> = AnyService>(service: Service<Shape>) => Client<Shape>
  /** Makes no more calls, and closes when those that run have ended. */
  close: () => void
  /** Closes at once; calls that run fail with `UNAVAILABLE`. */
  destroy: () => void
}

/**
 * Calls a service at an address. Connects when the first call is made.
 *
 * @param address - `host:port`, `unix:/path`, or one of both as an object
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
  const { keepalive = {}, encoding = 'protobuf', interceptors = [] } = options
  const peer = new Peer(typeof address === 'string' ? parseAddress(address) : address, {
    limits: limitsOf(options.limits),
    keepalive,
    tls: options.tls,
    accept: refuse,
  })
  const setup = {
    acquire: (take: ConnectionTaker) => peer.acquire(take),
    interceptors,
    encoding,
  }
  const channel: Channel = {
    client: (other) => makeClient(other, setup),
    close: () => peer.drain(),
    destroy: () => peer.destroy('The client was destroyed'),
  }
  return { ...makeClient(service, setup), $channel: channel }
}

function refuse(call: IncomingCall): void {
  call.close({ code: 'UNIMPLEMENTED', details: 'This client answers no calls' }, new Map())
  call.release()
}
