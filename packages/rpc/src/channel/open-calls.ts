import { ProtocolError } from '../errors/protocol-error.ts'
import type { Limits } from '../limits.ts'
import type {
  AnswerFrame,
  CallerFrame,
  Fields,
  NewStreamFrame,
  SettingsFrame,
  Status,
} from '../wire/frame.ts'
import { Budget } from './budget.ts'
import type { CallObserver } from './callable.ts'
import { IncomingCall } from './incoming-call.ts'
import type { Link } from './link.ts'
import type { Outbox } from './outbox.ts'
import { OutgoingCall, REFUSED } from './outgoing-call.ts'

/** The one revision of grpctunnel.v1 that is spoken here: the one with flow control. */
export const REVISION = 1

/** Who hears of the calls of a connection. */
export interface CallsObserver {
  /** The other side has called. */
  accept: (call: IncomingCall) => void
  /** A call has ended, or a handler: perhaps the last one. */
  ended: () => void
}

/** The calls of both sides that are open on a connection: which there are, and which frame is for which. */
export class OpenCalls {
  readonly #outbox: Outbox
  readonly #limits: Limits
  readonly #observer: CallsObserver
  readonly #outgoingLink: Link
  readonly #incomingLink: Link
  readonly #outgoing = new Map<number, OutgoingCall>()
  readonly #incoming = new Map<number, IncomingCall>()
  #lastOutgoing = 0
  #lastIncoming = -1
  /** Calls of the other side above this one are not taken. */
  #lastTaken = Number.MAX_SAFE_INTEGER
  /** Handlers that have not ended, also those of calls that have. */
  #handlers = 0

  constructor(outbox: Outbox, limits: Limits, observer: CallsObserver) {
    this.#outbox = outbox
    this.#limits = limits
    this.#observer = observer
    const link = {
      outbox,
      limits,
      budget: new Budget(limits.assembledBytes),
      growth: new Budget(limits.growthBytes),
      release: () => {
        this.#handlers--
        observer.ended()
      },
    }
    this.#outgoingLink = { ...link, forget: (id) => this.#forget(this.#outgoing, id) }
    this.#incomingLink = { ...link, forget: (id) => this.#forget(this.#incoming, id) }
  }

  /** Calls that this side has made and that have not ended. */
  get pending(): number {
    return this.#outgoing.size
  }

  /** Whether nothing runs, on either side. */
  get areNone(): boolean {
    return this.#outgoing.size === 0 && this.#incoming.size === 0 && this.#handlers === 0
  }

  /** The last call of the other side that has come. */
  get lastIncoming(): number {
    return this.#lastIncoming
  }

  /** Begins a call; `window` is how many bytes the other side takes. */
  make(method: string, headers: Fields, window: number, observer: CallObserver): OutgoingCall {
    const id = ++this.#lastOutgoing
    const call = new OutgoingCall(this.#outgoingLink, id, window, observer)
    this.#outgoing.set(id, call)
    this.#outbox.frames.newStream(id, method, headers, this.#limits.windowBytes)
    this.#outbox.touch()
    return call
  }

  /** Refuses all calls that come from now on. */
  takeNoMore(): void {
    this.#lastTaken = this.#lastIncoming
  }

  fromCaller(frame: CallerFrame): void {
    if (frame.kind === 'newStream') {
      this.#begin(frame)
      return
    }
    const call = this.#incoming.get(frame.stream)
    if (call) call.receive(frame)
    else if (frame.stream > this.#lastIncoming) throw new ProtocolError('a stream was never begun')
  }

  fromAnswerer(frame: Exclude<AnswerFrame, SettingsFrame>): void {
    const call = this.#outgoing.get(frame.stream)
    if (call) call.receive(frame)
    else if (frame.stream > this.#lastOutgoing) throw new ProtocolError('a stream was never begun')
  }

  /** The other side has taken no call above one, and will not. */
  loseAbove(last: number): void {
    const details = 'The server is shutting down'
    for (const [id, call] of this.#outgoing) {
      if (id > last) call.lose({ code: 'UNAVAILABLE', details }, false)
    }
  }

  /** The connection is gone. */
  loseAll(status: Status): void {
    for (const call of this.#outgoing.values()) call.lose(status, true)
    for (const call of this.#incoming.values()) call.lose()
  }

  #begin(frame: NewStreamFrame): void {
    const { stream, headers } = frame
    if (stream <= this.#lastIncoming) throw new ProtocolError('a stream is begun twice')
    this.#lastIncoming = stream
    if (stream > this.#lastTaken) {
      // Where the carrier has no frame that says so the caller cannot know.
      this.#refuse(stream, 'UNAVAILABLE', 'The server is shutting down')
    } else if (frame.revision !== REVISION) {
      this.#refuse(stream, 'UNAVAILABLE', `Revision ${frame.revision} is not spoken here`)
    } else if (!headers) {
      const most = this.#limits.metadataBytes
      this.#refuse(stream, 'RESOURCE_EXHAUSTED', `Metadata is limited to ${most} bytes`)
    } else if (Math.max(this.#handlers, this.#incoming.size) >= this.#limits.streams) {
      this.#refuse(stream, 'UNAVAILABLE', `More than ${this.#limits.streams} calls at once`)
    } else {
      this.#handlers++
      const call = new IncomingCall(this.#incomingLink, { ...frame, headers })
      this.#incoming.set(stream, call)
      this.#observer.accept(call)
    }
  }

  /** Answers a call that no handler has seen, and says so. */
  #refuse(stream: number, code: 'UNAVAILABLE' | 'RESOURCE_EXHAUSTED', details: string): void {
    this.#outbox.frames.close(stream, { code, details }, new Map([[REFUSED, ['1']]]))
    this.#outbox.touch()
  }

  #forget(calls: Map<number, unknown>, id: number): void {
    calls.delete(id)
    this.#observer.ended()
  }
}
