import { isIPv6 } from 'node:net'
import tls from 'node:tls'

import type { Client } from '@grpc/grpc-js'

import type { Callable, CallObserver, MadeCall } from '../channel/callable.ts'
import type { ConnectionObserver } from '../channel/connection.ts'
import type { KeepaliveOptions } from '../channel/keepalive.ts'
import { timeoutOf } from '../channel/timeout.ts'
import type { Limits } from '../limits.ts'
import { RpcError } from '../status/rpc-error.ts'
import type { Fields, Status } from '../wire/frame.ts'
import { fill } from './grpc-fields.ts'
import { grpcJs, RAW } from './grpc-js.ts'
import { GrpcMadeCall } from './grpc-made-call.ts'

/** How a gRPC server is connected to. */
export interface GrpcConnectionOptions {
  readonly limits: Limits
  /** Pings, where they are asked for: many gRPC servers end connections that are pinged. */
  readonly keepalive: KeepaliveOptions | undefined
  readonly tls: tls.ConnectionOptions | undefined
}

type Grpc = typeof import('@grpc/grpc-js')

/** A connection to a server that speaks gRPC and no more, by the package `@grpc/grpc-js`. */
export class GrpcConnection implements Callable {
  readonly #options: GrpcConnectionOptions
  readonly #observer: Omit<ConnectionObserver, 'accept'>
  readonly #calls = new Set<GrpcMadeCall>()
  #grpc: Grpc | undefined
  #client: Client | undefined
  #state: 'connecting' | 'ready' | 'draining' | 'closed' = 'connecting'

  constructor(
    address: { readonly host: string; readonly port: number },
    options: GrpcConnectionOptions,
    observer: Omit<ConnectionObserver, 'accept'>,
  ) {
    this.#options = options
    this.#observer = observer
    const host = isIPv6(address.host) ? `[${address.host}]` : address.host
    this.#open(`${host}:${address.port}`).catch((error: Error) => this.#close(error))
  }

  get isReady(): boolean {
    return this.#state === 'ready'
  }

  get pending(): number {
    return this.#calls.size
  }

  call(method: string, headers: Fields, observer: CallObserver): MadeCall {
    if (this.#state !== 'ready') throw unavailable('The connection takes no more calls')
    if (headers.get('content-type')?.at(-1)?.endsWith('+json')) {
      throw new RpcError('UNIMPLEMENTED', 'gRPC servers read no JSON', { reached: false })
    }
    const { 'grpc-timeout': text, ...own } = Object.fromEntries(headers)
    const timeout = timeoutOf(text?.at(-1))
    const stream = this.#client!.makeBidiStreamRequest(
      `/${method}`,
      RAW.requestSerialize,
      RAW.responseDeserialize,
      fill(new this.#grpc!.Metadata(), new Map(Object.entries(own))),
      timeout === undefined ? {} : { deadline: Date.now() + timeout },
    )
    const call = new GrpcMadeCall(stream, observer, () => {
      this.#calls.delete(call)
      this.#closeIfIdle()
    })
    this.#calls.add(call)
    return call
  }

  drain(): void {
    if (this.#state === 'draining' || this.#state === 'closed') return
    this.#state = 'draining'
    this.#observer.draining()
    this.#closeIfIdle()
  }

  destroy(reason: string): void {
    this.#close(unavailable(reason))
  }

  async #open(target: string): Promise<void> {
    const grpc = await grpcJs('grpc://')
    if (this.#isClosed()) return
    const { limits, keepalive, tls: secure } = this.#options
    this.#grpc = grpc
    this.#client = new grpc.Client(target, credentialsOf(grpc, secure), {
      'grpc.max_receive_message_length': limits.messageBytes,
      'grpc.max_metadata_size': limits.metadataBytes,
      // Its own connection, its own choice of servers: both are seen to here.
      'grpc.use_local_subchannel_pool': 1,
      'grpc.service_config_disable_resolution': 1,
      ...(secure?.servername !== undefined && {
        'grpc.ssl_target_name_override': secure.servername,
      }),
      ...(keepalive && {
        'grpc.keepalive_time_ms': keepalive.interval ?? 30_000,
        'grpc.keepalive_timeout_ms': keepalive.timeout ?? 20_000,
      }),
    })
    this.#watch(grpc, this.#client, Date.now() + limits.handshakeTime)
  }

  /** Hears of every change of the state of the connection. */
  #watch(grpc: Grpc, client: Client, deadline: number): void {
    const channel = client.getChannel()
    const state = channel.getConnectivityState(this.#state === 'connecting')
    const { READY, TRANSIENT_FAILURE } = grpc.connectivityState
    if (this.#state === 'connecting' && state === READY) {
      this.#state = 'ready'
      this.#observer.ready()
    } else if (this.#state === 'connecting' && state === TRANSIENT_FAILURE) {
      this.#close(unavailable('no gRPC connection could be made'))
    } else if (this.#state === 'ready' && state !== READY) {
      this.drain() // what it would connect to next is another connection
    }
    if (this.#isClosed()) return
    const until = this.#state === 'connecting' ? deadline : Infinity
    channel.watchConnectivityState(state, until, (late) => {
      if (late) this.#close(unavailable('the gRPC connection took too long'))
      else if (!this.#isClosed()) this.#watch(grpc, client, deadline)
    })
  }

  #isClosed(): boolean {
    return this.#state === 'closed'
  }

  #closeIfIdle(): void {
    if (this.#state === 'draining' && this.#calls.size === 0) {
      this.#close(unavailable('The connection was closed'))
    }
  }

  #close(error: Error): void {
    if (this.#isClosed()) return
    this.#state = 'closed'
    const status: Status = { code: 'UNAVAILABLE', details: error.message }
    for (const call of this.#calls) call.cancel(status)
    this.#client?.close()
    this.#observer.closed(error)
  }
}

function credentialsOf(
  { credentials }: Grpc,
  options: tls.ConnectionOptions | undefined,
): ReturnType<Grpc['credentials']['createInsecure']> {
  if (!options) return credentials.createInsecure()
  const { rejectUnauthorized, checkServerIdentity } = options
  return credentials.createFromSecureContext(tls.createSecureContext(options), {
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    ...(checkServerIdentity && { checkServerIdentity }),
  })
}

function unavailable(details: string): RpcError {
  return new RpcError('UNAVAILABLE', details, { reached: false })
}
