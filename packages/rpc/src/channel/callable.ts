import type { Fields, Status } from '../wire/frame.ts'
import type { Outgoing } from '../wire/outgoing.ts'
import type { Taker } from './message-receiver.ts'

/** Who calls. */
export interface CallObserver {
  /** Header fields have come, before the first message if at all. */
  headers: (headers: Fields) => void
  /** The call has ended. Messages that came before can still be taken. */
  ended: (status: Status, trailers: Fields, reached: boolean) => void
}

/** Sends messages until nobody wants more. */
export interface Leaver {
  leave: () => void
}

/** A call that this side has made, over whatever carries it. */
export interface MadeCall {
  /** Whether the server may still answer. */
  readonly isOpen: boolean
  /** Says who leaves when the call has ended: no more messages are wanted. */
  onStop: (sending: Leaver) => void
  /** Sends a message; the one before must have gone. A call that has ended sends nothing more. */
  send: (message: Outgoing, sent?: () => void) => void
  /** No more messages will be sent. */
  halfClose: () => void
  /** Asks for the next message; nothing when there will be none. */
  take: (taker: Taker) => void
  /** Gives the call up: the server is told, and whatever it still says is not heard. */
  cancel: (status: Status) => void
}

/** A connection, as far as this side calls over it. */
export interface Callable {
  /** Whether a call can be made now. */
  readonly isReady: boolean
  /** Calls that this side has made and that have not ended. */
  readonly pending: number
  /**
   * Begins a call.
   *
   * @throws {RpcError} `UNAVAILABLE` when the connection takes no more, `UNIMPLEMENTED` when it takes none.
   */
  call: (method: string, headers: Fields, observer: CallObserver) => MadeCall
  /** Takes no more calls, and ends when those have ended that run. */
  drain: () => void
  /** Ends at once; calls that run are lost. */
  destroy: (reason: string) => void
}
