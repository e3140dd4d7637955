import { isIPv6 } from 'node:net'

import type { Server, ServerDuplexStream } from '@grpc/grpc-js'

import { answerCall, type Offer } from '../answering/answer-call.ts'
import { RpcOptionError } from '../errors/option-error.ts'
import type { Limits } from '../limits.ts'
import { GrpcCall } from './grpc-call.ts'

/** Where a server listens for gRPC. */
export interface GrpcListenOptions {
  /** The TCP port, from 0 to 65535; 0 is any free one, which `listenGrpc` resolves to. */
  readonly port: number
  /**
   * The address or name to listen at; one of IPv6 with or without brackets.
   *
   * @default '0.0.0.0'
   */
  readonly host?: string
  /**
   * Makes connections TLS ones; each is PEM text. With `ca` only clients with a certificate of it are let
   * in.
   */
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string }
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
  { port, host = '0.0.0.0', tls }: GrpcListenOptions,
): Promise<GrpcListener> {
  const grpc = await grpcJs()
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

/** Every kind of call is a stream of messages both ways; what more a kind promises is kept by `answerCall`. */
const RAW = {
  requestStream: true,
  responseStream: true,
  requestSerialize: asBuffer,
  requestDeserialize: asIs,
  responseSerialize: asBuffer,
  responseDeserialize: asIs,
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function asIs(bytes: Buffer): Buffer {
  return bytes
}

function drained(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.tryShutdown(() => resolve())
  })
}

async function grpcJs(): Promise<typeof import('@grpc/grpc-js')> {
  try {
    return await import('@grpc/grpc-js')
  } catch {
    throw new RpcOptionError(
      'listenGrpc',
      'Cannot listen for gRPC without "@grpc/grpc-js": install it',
    )
  }
}
