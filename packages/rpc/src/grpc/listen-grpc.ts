import { isIPv6 } from 'node:net'
import { Duplex } from 'node:stream'

import type { Server, ServerDuplexStream } from '@grpc/grpc-js'

import { answerCall, type Offer } from '../answering/answer-call.ts'
import type { Carrier } from '../carriers/carrier.ts'
import type { Limits } from '../limits.ts'
import { RpcError } from '../status/rpc-error.ts'
import { GrpcCall } from './grpc-call.ts'
import { grpcJs, RAW } from '../over-grpc/grpc-js.ts'
import { AcceptedTunnel } from './tunnel-ends.ts'
import { isNegotiated, OPEN_REVERSE_TUNNEL, OPEN_TUNNEL } from './tunnel-stream.ts'

/** Where a server listens for gRPC. */
export interface GrpcListenOptions {
  /** The TCP port, from 0 to 65535; 0 is any free one, which `listenGrpc` resolves to. */
  readonly port: number
  /**
   * The address or name to listen at; one of IPv6 with or without brackets.
   *
   * @default '0.0.0.0'
   */
  readonly host?: string | undefined
  /**
   * Makes connections TLS ones; each is PEM text. With `ca` only clients with a certificate of it are let
   * in.
   *
   * @default no TLS
   */
  readonly tls?:
    | { readonly key: string; readonly cert: string; readonly ca?: string | undefined }
    | undefined
  /**
   * Whether a client may open tunnels: many calls inside one gRPC stream, by grpctunnel's `OpenTunnel`.
   *
   * @default false
   */
  readonly tunnel?: boolean | undefined
  /**
   * Hears of each client that has opened a reverse tunnel, by grpctunnel's `OpenReverseTunnel`: the carrier is for
   * one `connect`, whose calls that client answers.
   *
   * @default none may be opened
   */
  readonly reverseTunnel?: ((client: Carrier) => void) | undefined
}

type GrpcServerStream = ServerDuplexStream<Buffer, Uint8Array>

/** A server that listens for gRPC. */
export interface GrpcListener {
  readonly port: number
  /** Ends when the calls that run have ended, or at once. */
  close: () => Promise<void>
  destroy: () => void
}

/** Offers methods to any gRPC client, by the package `@grpc/grpc-js`, which the application brings. */
export async function listenGrpc(
  offers: Iterable<Offer>,
  limits: Limits,
  { port, host = '0.0.0.0', tls, tunnel = false, reverseTunnel }: GrpcListenOptions,
  tunnelOpened: (tunnel: Duplex, peer: string) => void,
): Promise<GrpcListener> {
  const grpc = await grpcJs('listenGrpc')
  const server = new grpc.Server({
    'grpc.max_receive_message_length': limits.messageBytes,
    'grpc.max_metadata_size': limits.metadataBytes,
    'grpc.max_concurrent_streams': limits.streams,
  })
  for (const offer of offers) {
    const { path } = offer.method
    server.addService(
      { [path]: { path: `/${path}`, ...RAW } },
      {
        [path]: (stream: GrpcServerStream) =>
          answerCall(new GrpcCall(stream, grpc.Metadata), offer, {
            connection: undefined,
            peer: stream.getPeer(),
          }),
      },
    )
  }
  const offerTunnel = (path: string, opened: (stream: GrpcServerStream) => void): void => {
    const open = (stream: GrpcServerStream): void => {
      if (isNegotiated(stream.metadata)) opened(stream)
      else {
        const details = 'Only tunnels with flow control are spoken here: grpctunnel-negotiate'
        stream.emit('error', { code: grpc.status.UNIMPLEMENTED, details })
      }
    }
    server.addService({ [path]: { path, ...RAW } }, { [path]: open })
  }
  if (tunnel) {
    offerTunnel(OPEN_TUNNEL, (stream) =>
      tunnelOpened(new AcceptedTunnel('answerer', stream, new grpc.Metadata()), stream.getPeer()),
    )
  }
  if (reverseTunnel) {
    offerTunnel(OPEN_REVERSE_TUNNEL, (stream) =>
      reverseTunnel(
        once(stream.getPeer(), new AcceptedTunnel('caller', stream, new grpc.Metadata())),
      ),
    )
  }
  const credentials = tls
    ? grpc.ServerCredentials.createSsl(
        tls.ca === undefined ? null : Buffer.from(tls.ca),
        [{ private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) }],
        tls.ca !== undefined,
      )
    : grpc.ServerCredentials.createInsecure()
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${isIPv6(host) ? `[${host}]` : host}:${port}`, credentials, (error, on) =>
      error ? reject(error) : resolve(on),
    )
  })
  return { port: bound, close: () => drained(server), destroy: () => server.forceShutdown() }
}

function drained(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.tryShutdown(() => resolve())
  })
}

/** A carrier that is open already, and that only the other side could open again. */
function once(peer: string, tunnel: AcceptedTunnel): Carrier {
  let isTaken = false
  return {
    name: `grpc:${peer}`,
    oneWay: true,
    open() {
      if (isTaken) {
        return new Duplex().destroy(new RpcError('UNAVAILABLE', 'The tunnel of the client is gone'))
      }
      isTaken = true
      return tunnel
    },
  }
}
