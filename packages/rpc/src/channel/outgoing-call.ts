import { ProtocolError } from '../errors/protocol-error.ts'
import { RpcError } from '../status/rpc-error.ts'
import type { AnswerFrame, Fields, SettingsFrame, Status } from '../wire/frame.ts'
import type { Outgoing } from '../wire/outgoing.ts'
import type { CallObserver, Leaver, MadeCall } from './callable.ts'
import type { Link } from './link.ts'
import { MessageReceiver, type Taker } from './message-receiver.ts'
import { MessageSender } from './message-sender.ts'

/** Set by a server when it has refused a call before a handler saw it. Handlers cannot set such a name. */
export const REFUSED = 'grpc-tunnel-refused'

const NO_FIELDS: Fields = new Map()
const NOTHING: () => void = () => {}

/** One call that this side has made, as frames. */
export class OutgoingCall implements MadeCall {
  readonly id: number
  readonly #link: Link
  readonly #observer: CallObserver
  readonly #sender: MessageSender
  readonly #receiver: MessageReceiver
  #gotHeaders = false
  #isOpen = true
  #sending: Leaver | undefined

  constructor(link: Link, id: number, window: number, observer: CallObserver) {
    this.id = id
    this.#link = link
    this.#observer = observer
    this.#sender = new MessageSender(link.outbox, 'caller', id, window)
    this.#receiver = new MessageReceiver(link, this)
  }

  /** Whether the server may still answer. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Says who leaves when the call has ended: no more messages are wanted. */
  onStop(sending: Leaver): void {
    if (this.#isOpen) this.#sending = sending
    else sending.leave()
  }

  /** Sends a message; the one before must have gone. A call that has ended sends nothing more. */
  send(message: Outgoing, sent: () => void = NOTHING): void {
    if (this.#isOpen) this.#sender.send(message, sent)
    else sent()
  }

  /** No more messages will be sent. */
  halfClose(): void {
    if (!this.#isOpen) return
    this.#link.outbox.frames.halfClose(this.id)
    this.#link.outbox.touch()
  }

  /** Lets the other side send more. */
  credit(bytes: number): void {
    if (!this.#isOpen) return
    this.#link.outbox.frames.window('caller', this.id, bytes)
    this.#link.outbox.touch()
  }

  /** Asks for the next message; nothing when there will be none. */
  take(taker: Taker): void {
    this.#receiver.take(taker)
  }

  /** Gives the call up: the server is told, and whatever it still says is not heard. */
  cancel(status: Status): void {
    if (!this.#isOpen) return
    this.#link.outbox.frames.cancel(this.id)
    this.#link.outbox.touch()
    this.#receiver.stop()
    this.#end(status, NO_FIELDS, true)
  }

  /** The connection is gone, or has refused the call. */
  lose(status: Status, reached: boolean): void {
    this.#receiver.end()
    this.#end(status, NO_FIELDS, reached)
  }

  /** Hears a frame of this call. */
  receive(frame: Exclude<AnswerFrame, SettingsFrame>): void {
    try {
      this.#hear(frame)
    } catch (error) {
      if (!(error instanceof RpcError)) throw error
      this.cancel({ code: error.code, details: error.details })
    }
  }

  #hear(frame: Exclude<AnswerFrame, SettingsFrame>): void {
    if (frame.kind === 'message') this.#receiver.begin(frame.size, frame.data)
    else if (frame.kind === 'more') this.#receiver.more(frame.data)
    else if (frame.kind === 'window') this.#sender.grant(frame.bytes)
    else if (frame.kind === 'headers') this.#takeHeaders(frame.headers)
    else this.#close(frame.status, frame.trailers)
  }

  #takeHeaders(headers: Fields | undefined): void {
    if (this.#gotHeaders) throw new ProtocolError('headers come twice')
    this.#gotHeaders = true
    this.#observer.headers(checked(headers))
  }

  #close(status: Status, given: Fields | undefined): void {
    if (status.code === 'OK' && this.#receiver.isUnfinished) {
      throw new ProtocolError('a message breaks off')
    }
    const trailers = checked(given)
    this.#receiver.end()
    this.#end(status, trailers, !trailers.has(REFUSED))
  }

  #end(status: Status, trailers: Fields, reached: boolean): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#sender.stop()
    this.#link.forget(this.id)
    this.#sending?.leave()
    this.#observer.ended(status, trailers, reached)
  }
}

function checked(fields: Fields | undefined): Fields {
  if (fields) return fields
  throw new RpcError('RESOURCE_EXHAUSTED', 'The metadata of the answer is larger than the limit')
}
