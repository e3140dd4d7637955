import { isIPv6 } from 'node:net'
import type { Duplex } from 'node:stream'

import type { Server, ServerDuplexStream } from '@grpc/grpc-js'

import { answerCall, type Offer } from '../answering/answer-call.ts'
import type { Limits } from '../limits.ts'
import { GrpcCall } from './grpc-call.ts'
import { grpcJs, RAW } from './grpc-js.ts'
import { AcceptedTunnel } from './tunnel-ends.ts'
import { isNegotiated, OPEN_TUNNEL } from './tunnel-stream.ts'

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
}

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
  { port, host = '0.0.0.0', tls, tunnel = false }: GrpcListenOptions,
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
        [path]: (stream: ServerDuplexStream<Buffer, Uint8Array>) =>
          answerCall(new GrpcCall(stream, grpc.Metadata), offer, {
            connection: undefined,
            peer: stream.getPeer(),
          }),
      },
    )
  }
  if (tunnel) {
    const open = (stream: ServerDuplexStream<Buffer, Uint8Array>): void => {
      if (isNegotiated(stream.metadata)) {
        tunnelOpened(new AcceptedTunnel(stream, new grpc.Metadata()), stream.getPeer())
      } else {
        const details = 'Only tunnels with flow control are spoken here: grpctunnel-negotiate'
        stream.emit('error', { code: grpc.status.UNIMPLEMENTED, details })
      }
    }
    server.addService({ open: { path: OPEN_TUNNEL, ...RAW } }, { open })
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
