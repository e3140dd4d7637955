import type { ClientDuplexStream, Metadata, StatusObject } from '@grpc/grpc-js'

import type { CallObserver, Leaver, MadeCall } from '../channel/callable.ts'
import type { Taker } from '../channel/message-receiver.ts'
import { statusCodeOf } from '../errors/status-code.ts'
import type { Fields, Status } from '../wire/frame.ts'
import type { Outgoing } from '../wire/outgoing.ts'
import { fieldsOf } from './grpc-fields.ts'
import { GrpcSender } from './grpc-sender.ts'

/** A call to a gRPC server, over an HTTP/2 stream of its own. */
export type GrpcStream = ClientDuplexStream<Uint8Array, Buffer>

const NO_FIELDS: Fields = new Map()
const NOTHING: () => void = () => {}

/** A call that was made by gRPC, as the rest of the client sees any. */
export class GrpcMadeCall implements MadeCall {
  readonly #stream: GrpcStream
  readonly #sender: GrpcSender
  readonly #observer: CallObserver
  readonly #ended: () => void
  #taker: Taker | undefined
  #sending: Leaver | undefined
  #isOpen = true
  /** All messages were taken, or nobody wants them. */
  #isDone = false

  /** @param ended - told once, after the observer */
  constructor(stream: GrpcStream, observer: CallObserver, ended: () => void) {
    this.#stream = stream
    this.#sender = new GrpcSender(stream)
    this.#observer = observer
    this.#ended = ended
    stream.on('metadata', (metadata: Metadata) => {
      if (this.#isOpen) observer.headers(fieldsOf(metadata))
    })
    stream.on('readable', () => this.#serve())
    stream.on('end', () => {
      this.#isDone = true
      this.#serve()
    })
    // What it says is in the status, too.
    stream.on('error', NOTHING)
    stream.on('status', ({ code, details, metadata }: StatusObject) => {
      const number: number = code
      const outcome = number === 0 ? 'OK' : statusCodeOf(number)
      this.#end({ code: outcome, details }, fieldsOf(metadata))
    })
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  onStop(sending: Leaver): void {
    if (this.#isOpen) this.#sending = sending
    else sending.leave()
  }

  send(message: Outgoing, sent: () => void = NOTHING): void {
    if (!this.#isOpen) {
      sent()
      return
    }
    this.#sender.send(message, sent)
  }

  halfClose(): void {
    if (this.#isOpen) this.#stream.end()
  }

  take(taker: Taker): void {
    this.#taker = taker
    this.#serve()
  }

  cancel(status: Status): void {
    if (!this.#isOpen) return
    this.#isDone = true
    this.#end(status, NO_FIELDS)
    this.#stream.cancel()
    this.#serve()
  }

  #serve(): void {
    const taker = this.#taker
    if (!taker) return
    const message = this.#isDone ? null : (this.#stream.read() as Buffer | null)
    if (message === null && !this.#isDone) return
    this.#taker = undefined
    taker(message ?? undefined)
  }

  /** Whether a handler has seen the call grpc-js does not tell, so that none is made again unasked. */
  #end(status: Status, trailers: Fields): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#sender.goOn()
    this.#sending?.leave()
    this.#observer.ended(status, trailers, true)
    this.#ended()
  }
}
