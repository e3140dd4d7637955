import type { Client, ClientDuplexStream, Metadata, ServerDuplexStream } from '@grpc/grpc-js'

import { ProtocolError } from '../errors/protocol-error.ts'
import { grpcJs, RAW } from '../over-grpc/grpc-js.ts'
import type { GrpcTunnelOptions } from './tunnel-options.ts'
import {
  isNegotiated,
  negotiated,
  OPEN_REVERSE_TUNNEL,
  OPEN_TUNNEL,
  TunnelStream,
} from './tunnel-stream.ts'

/** The end of a tunnel that opens it. */
export class OpenedTunnel extends TunnelStream {
  readonly #method: string
  readonly #address: string
  readonly #options: GrpcTunnelOptions
  #client: Client | undefined
  #stream: ClientDuplexStream<Uint8Array, Buffer> | undefined

  constructor(role: 'caller' | 'answerer', address: string, options: GrpcTunnelOptions) {
    super(role)
    this.#method = role === 'caller' ? OPEN_TUNNEL : OPEN_REVERSE_TUNNEL
    this.#address = address
    this.#options = options
  }

  override _construct(opened: (error?: Error) => void): void {
    this.#open().then(() => opened(), opened)
  }

  override _destroy(error: Error | null, destroyed: (error: Error | null) => void): void {
    this.#stream?.cancel()
    this.#client?.close()
    destroyed(error)
  }

  async #open(): Promise<void> {
    const { Client: GrpcClient, credentials, Metadata: GrpcMetadata } = await grpcJs('grpcTunnel')
    const { tls } = this.#options
    this.#client = new GrpcClient(
      this.#address,
      tls
        ? credentials.createSsl(bytesOf(tls.ca), bytesOf(tls.key), bytesOf(tls.cert))
        : credentials.createInsecure(),
    )
    const stream = this.#client.makeBidiStreamRequest(
      this.#method,
      RAW.requestSerialize,
      RAW.responseDeserialize,
      negotiated(new GrpcMetadata()),
    )
    this.#stream = stream
    stream.on('metadata', (metadata: Metadata) => {
      if (!isNegotiated(metadata)) {
        this.destroy(new ProtocolError('the other side of the tunnel has no flow control'))
      }
    })
    this.carry(stream)
  }
}

/** The other end: what a client of gRPC has opened. */
export class AcceptedTunnel extends TunnelStream {
  readonly #stream: ServerDuplexStream<Buffer, Uint8Array>

  constructor(
    role: 'caller' | 'answerer',
    stream: ServerDuplexStream<Buffer, Uint8Array>,
    metadata: Metadata,
  ) {
    super(role)
    this.#stream = stream
    stream.sendMetadata(negotiated(metadata))
    this.carry(stream)
  }

  override _destroy(error: Error | null, destroyed: (error: Error | null) => void): void {
    if (!this.#stream.writableEnded) this.#stream.end()
    destroyed(error)
  }
}

function bytesOf(pem: string | undefined): Buffer | null {
  return pem === undefined ? null : Buffer.from(pem)
}
