import { ProtocolError } from '../errors/protocol-error.ts'
import { RpcError } from '../status/rpc-error.ts'
import type { CallerFrame, Fields, NewStreamFrame, Status } from '../wire/frame.ts'
import type { Outgoing } from '../wire/outgoing.ts'
import type { Link } from './link.ts'
import { MessageReceiver, type Taker } from './message-receiver.ts'
import { MessageSender } from './message-sender.ts'

const NOTHING: () => void = () => {}

/** Hears that nobody waits for the answer of a call. */
interface CancelObserver {
  cancelled: (reason: 'cancelled' | 'lost') => void
}

/** One call that the other side has made, as frames. */
export class IncomingCall {
  readonly id: number
  /** `pkg.Service/Method` */
  readonly method: string
  readonly headers: Fields
  readonly #link: Link
  readonly #sender: MessageSender
  readonly #receiver: MessageReceiver
  #observer: CancelObserver | undefined
  #isOpen = true

  constructor(link: Link, frame: NewStreamFrame & { headers: Fields }) {
    const id = frame.stream
    this.id = id
    this.method = frame.method
    this.headers = frame.headers
    this.#link = link
    this.#sender = new MessageSender(link.outbox, 'answerer', id, frame.window)
    this.#receiver = new MessageReceiver(link, this)
  }

  /** Whether the caller still waits for its end. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Says who hears when the caller gives the call up, or is gone. */
  onCancel(observer: CancelObserver): void {
    this.#observer = observer
  }

  /** Lets the other side send more. */
  credit(bytes: number): void {
    if (!this.#isOpen) return
    this.#link.outbox.frames.window('answerer', this.id, bytes)
    this.#link.outbox.touch()
  }

  /** Asks for the next message; nothing when there will be none. */
  take(taker: Taker): void {
    this.#receiver.take(taker)
  }

  /** Sends header fields, once and before the first message. */
  sendHeaders(headers: Fields): void {
    if (!this.#isOpen) return
    this.#link.outbox.frames.headers(this.id, headers)
    this.#link.outbox.touch()
  }

  /** Sends a message; the one before must have gone. A call that has ended sends nothing more. */
  send(message: Outgoing, sent: () => void = NOTHING): void {
    if (this.#isOpen) this.#sender.send(message, sent)
    else sent()
  }

  /** Ends the call. */
  close(status: Status, trailers: Fields): void {
    if (!this.#isOpen) return
    this.#link.outbox.frames.close(this.id, status, trailers)
    this.#link.outbox.touch()
    this.#end()
  }

  /** The handler has ended. A call that was cancelled takes its place until then. */
  release(): void {
    this.#link.release()
  }

  /** The connection is gone. */
  lose(): void {
    this.#giveUp('lost')
  }

  /** Hears a frame of this call. */
  receive(frame: Exclude<CallerFrame, NewStreamFrame>): void {
    try {
      this.#hear(frame)
    } catch (error) {
      if (!(error instanceof RpcError)) throw error
      this.close({ code: error.code, details: error.details }, error.metadata.fields)
      this.#observer?.cancelled('cancelled')
    }
  }

  #hear(frame: Exclude<CallerFrame, NewStreamFrame>): void {
    if (frame.kind === 'message') this.#receiver.begin(frame.size, frame.data)
    else if (frame.kind === 'more') this.#receiver.more(frame.data)
    else if (frame.kind === 'window') this.#sender.grant(frame.bytes)
    else if (frame.kind === 'cancel') this.#giveUp('cancelled')
    else {
      if (this.#receiver.hasEnded) throw new ProtocolError('a call is half closed twice')
      if (this.#receiver.isUnfinished) throw new ProtocolError('a message breaks off')
      this.#receiver.end()
    }
  }

  #giveUp(reason: 'cancelled' | 'lost'): void {
    if (!this.#isOpen) return
    this.#end()
    this.#observer?.cancelled(reason)
  }

  #end(): void {
    this.#isOpen = false
    this.#sender.stop()
    this.#receiver.stop()
    this.#link.forget(this.id)
  }
}
