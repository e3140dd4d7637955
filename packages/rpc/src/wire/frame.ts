import type { StatusCode } from '../errors/status-code.ts'

/** Header fields or trailers as the wire has them: names in lower case, each with its values. */
export type Fields = ReadonlyMap<string, readonly string[]>

/** How a call ended: `OK`, or one of the sixteen ways to fail with what there is to say about it. */
export interface Status {
  readonly code: StatusCode | 'OK'
  readonly details: string
}

/** A call begins. */
export interface NewStreamFrame {
  readonly kind: 'newStream'
  stream: number
  /** `pkg.Service/Method` */
  readonly method: string
  /** Nothing when they are larger than the bound. */
  readonly headers: Fields | undefined
  /** How many bytes of messages the caller takes before it gives leave for more. */
  readonly window: number
  /** The revision of the protocol that the caller speaks on this stream. */
  readonly revision: number
}

/** A message, or the first part of one of `size` bytes. */
export interface MessageFrame {
  readonly kind: 'message'
  stream: number
  readonly size: number
  readonly data: Buffer
}

/** A further part of the message that was begun. */
export interface MoreFrame {
  readonly kind: 'more'
  stream: number
  readonly data: Buffer
}

/** The receiver has taken bytes out of its window; as many more may come. */
interface WindowFrame {
  readonly kind: 'window'
  stream: number
  readonly bytes: number
}

/** The caller sends no more messages. */
interface HalfCloseFrame {
  readonly kind: 'halfClose'
  stream: number
}

/** The caller is no longer interested. */
interface CancelFrame {
  readonly kind: 'cancel'
  stream: number
}

/** The first frame of whoever answers calls: what it speaks, and the window of each new stream. */
export interface SettingsFrame {
  readonly kind: 'settings'
  readonly revisions: readonly number[]
  readonly window: number
}

/** Header fields of an answer, before its first message. */
interface HeadersFrame {
  readonly kind: 'headers'
  stream: number
  /** Nothing when they are larger than the bound. */
  readonly headers: Fields | undefined
}

/** The call has ended. */
interface CloseFrame {
  readonly kind: 'close'
  stream: number
  readonly status: Status
  /** Nothing when they are larger than the bound. */
  readonly trailers: Fields | undefined
}

/** Asks whether the other side still answers. */
interface PingFrame {
  readonly kind: 'ping'
  readonly payload: Buffer
}

/** The answer to a ping, with its payload. */
interface PongFrame {
  readonly kind: 'pong'
  readonly payload: Buffer
}

/** No stream above `lastStream` was taken or will be; with a failure the connection ends at once. */
export interface GoAwayFrame {
  readonly kind: 'goAway'
  readonly lastStream: number
  readonly status: Status
}

/** What a caller sends: the published message `grpctunnel.v1.ClientToServer`. */
export type CallerFrame =
  | NewStreamFrame
  | MessageFrame
  | MoreFrame
  | HalfCloseFrame
  | CancelFrame
  | WindowFrame

/** What answers a caller: the published message `grpctunnel.v1.ServerToClient`. */
export type AnswerFrame =
  | SettingsFrame
  | HeadersFrame
  | MessageFrame
  | MoreFrame
  | CloseFrame
  | WindowFrame

/** What HTTP/2 would carry beside a tunnel, and a bare socket does not. */
export type CarrierFrame = PingFrame | PongFrame | GoAwayFrame

/** What hears of frames, in the order they came. Both ends of a connection call and answer. */
export interface FrameSink {
  fromCaller(frame: CallerFrame): void
  fromAnswerer(frame: AnswerFrame): void
  fromCarrier(frame: CarrierFrame): void
}

/** The first byte of a frame on a byte stream. Three bytes of length follow, then the message. */
export const frameKinds = { caller: 0, answerer: 1, ping: 2, pong: 3, goAway: 4 } as const

/** Bytes before each message on a byte stream: one for its kind, three for its length. */
export const PREFIX_BYTES = 4

/** The most bytes of a message that one frame carries, as grpctunnel.v1 has it. */
export const CHUNK_BYTES = 16_384

/** The most where the frames are on a byte stream of ours, and no other message waits for its turn. */
export const LONG_CHUNK_BYTES = 131_072

/** The numbers of grpctunnel.v1's fields: tunnel.proto, google/rpc/status.proto. */
export const fields = {
  streamId: 1,
  caller: { newStream: 2, message: 3, more: 4, halfClose: 5, cancel: 6, window: 7 },
  answerer: { headers: 2, message: 3, more: 4, close: 5, settings: 6, window: 7 },
  newStream: { method: 1, headers: 2, window: 3, revision: 4 },
  message: { size: 1, data: 2 },
  settings: { revisions: 1, window: 2 },
  close: { trailers: 1, status: 2 },
  goAway: { lastStream: 1, status: 2 },
  metadata: { entry: 1, key: 1, value: 2, values: 1 },
  status: { code: 1, message: 2 },
} as const
