import type { ClientDuplexStream, ServerDuplexStream } from '@grpc/grpc-js'

import { isLent, type Outgoing } from '../wire/outgoing.ts'

type GrpcStream = ClientDuplexStream<Uint8Array, unknown> | ServerDuplexStream<unknown, Uint8Array>

/** Sends the messages of a call one by one over a stream of grpc-js, which wants each in one piece. */
export class GrpcSender {
  readonly #stream: GrpcStream
  /** What waits for the message that is being sent. */
  #sent: (() => void) | undefined

  constructor(stream: GrpcStream) {
    this.#stream = stream
  }

  /** @param sent - called when the message has gone, or never will. */
  send(message: Outgoing, sent: () => void): void {
    this.#sent = sent
    this.#stream.write(isLent(message) ? Buffer.concat(message) : message, () => this.goOn())
  }

  /** Waits no longer: the message has gone, or the call has ended. */
  goOn(): void {
    const sent = this.#sent
    this.#sent = undefined
    sent?.()
  }
}
