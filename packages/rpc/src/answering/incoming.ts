import type { Taker } from '../channel/message-receiver.ts'
import type { Fields, Status } from '../wire/frame.ts'
import type { Outgoing } from '../wire/outgoing.ts'

/** Hears that nobody waits for the answer of a call. */
export interface CancelObserver {
  cancelled: (reason: 'cancelled' | 'lost') => void
}

/** A call that has come, by whatever way: a channel, or gRPC. */
export interface Incoming {
  /** `pkg.Service/Method` */
  readonly method: string
  readonly headers: Fields
  /** Whether the caller still waits for its end. */
  readonly isOpen: boolean
  /** Says who hears when the caller gives the call up, or is gone. */
  onCancel: (observer: CancelObserver) => void
  /** Asks for the next message; nothing when there will be none. */
  take: (taker: Taker) => void
  /** Sends header fields, once and before the first message. */
  sendHeaders: (headers: Fields) => void
  /** Sends a message; `sent` is called when it has gone, or never will. */
  send: (message: Outgoing, sent: () => void) => void
  close: (status: Status, trailers: Fields) => void
  /** The handler has ended. */
  release: () => void
}
