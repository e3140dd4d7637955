import type { Metadata as GrpcMetadata, ServerDuplexStream } from '@grpc/grpc-js'

import type { CancelObserver, Incoming } from '../answering/incoming.ts'
import type { Taker } from '../channel/message-receiver.ts'
import { timeoutText } from '../channel/timeout.ts'
import { statusCodes } from '../errors/status-code.ts'
import { fieldsOf, fill } from '../over-grpc/grpc-fields.ts'
import { GrpcSender } from '../over-grpc/grpc-sender.ts'
import type { Fields, Status } from '../wire/frame.ts'
import type { Outgoing } from '../wire/outgoing.ts'

type Stream = ServerDuplexStream<Buffer, Uint8Array>
type MakeMetadata = new () => GrpcMetadata

/** A call that came by gRPC, as the rest of the server sees any. */
export class GrpcCall implements Incoming {
  readonly method: string
  readonly headers: Fields
  readonly #stream: Stream
  readonly #sender: GrpcSender
  readonly #makeMetadata: MakeMetadata
  #taker: Taker | undefined
  #ended = false
  #isOpen = true
  #observer: CancelObserver | undefined

  constructor(stream: Stream, makeMetadata: MakeMetadata) {
    this.#stream = stream
    this.#sender = new GrpcSender(stream)
    this.#makeMetadata = makeMetadata
    this.method = stream.getPath().slice(1)
    this.headers = headersOf(stream)
    stream.on('readable', () => this.#serve())
    stream.on('end', () => {
      this.#ended = true
      this.#serve()
    })
    stream.on('error', () => this.#giveUp())
    stream.on('cancelled', () => this.#giveUp())
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  onCancel(observer: CancelObserver): void {
    this.#observer = observer
  }

  take(taker: Taker): void {
    this.#taker = taker
    this.#serve()
  }

  sendHeaders(headers: Fields): void {
    if (this.#isOpen) this.#stream.sendMetadata(fill(new this.#makeMetadata(), headers))
  }

  send(message: Outgoing, sent: () => void): void {
    if (!this.#isOpen) {
      sent()
      return
    }
    this.#sender.send(message, sent)
  }

  close({ code, details }: Status, trailers: Fields): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    const metadata = fill(new this.#makeMetadata(), trailers)
    if (code === 'OK') this.#stream.end(metadata)
    // grpc-js ends a stream with a failure when it is told of an error.
    else this.#stream.emit('error', { code: statusCodes[code].number, details, metadata })
    this.#sender.goOn()
  }

  release(): void {
    // grpc-js counts its calls by itself.
  }

  #serve(): void {
    const taker = this.#taker
    if (!taker) return
    const message = this.#isOpen ? (this.#stream.read() as Buffer | null) : null
    if (message === null && this.#isOpen && !this.#ended) return
    this.#taker = undefined
    taker(message ?? undefined)
  }

  #giveUp(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#observer?.cancelled('cancelled')
    this.#sender.goOn()
    this.#serve()
  }
}

function headersOf(stream: Stream): Fields {
  const headers = fieldsOf(stream.metadata)
  const deadline = Number(stream.getDeadline()) // a Date, or Infinity
  if (Number.isFinite(deadline)) {
    headers.set('grpc-timeout', [timeoutText(deadline - Date.now())])
  }
  return headers
}
