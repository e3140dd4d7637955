import { ProtocolError } from '../errors/protocol-error.ts'
import { RpcError } from '../status/rpc-error.ts'
import { Pieces } from '../wire/pieces.ts'
import type { Budget } from './budget.ts'
import { MessageQueue } from './message-queue.ts'

/** Bounds of the messages of a stream. */
interface ReceiverLimits {
  readonly messageBytes: number
  readonly windowBytes: number
  readonly emptyMessages: number
}

/** A stream, as far as its messages need it. */
export interface Credited {
  /** Tells the other side that it may send so many bytes more. */
  credit: (bytes: number) => void
}

/** What a receiver needs of the connection that its stream is of. */
export interface ReceiverLink {
  readonly limits: ReceiverLimits
  /** Of messages that are larger than a window. */
  readonly budget: Budget
  /** By how much windows of the connection may grow. */
  readonly growth: Budget
}

/** How many times its first size the window of a stream may have. */
const WIDEST = 16

/** Takes the next message, or nothing when there will be none. */
export type Taker = (message: Buffer | undefined) => void

/**
 * Receives the messages of a stream and hands each to whoever asks.
 *
 * The window that the other side may fill counts what nobody has asked for yet. A message larger than the
 * window leaves it bit by bit, once the connection's budget for such messages has room for all of it.
 */
export class MessageReceiver {
  readonly #link: ReceiverLink
  readonly #stream: Credited
  /** Made when something has to wait: on most streams nothing ever does. */
  #queue: MessageQueue | undefined
  /** How many bytes may wait here: as many as the limit says, and more while they are taken at once. */
  #size: number
  /** Bytes that the other side may send. */
  #window: number
  /** Bytes that were taken, and that the other side has not been told of. */
  #owed = 0
  /** Bytes to come of the message that came last. */
  #missing = 0
  #taker: Taker | undefined
  #partial: PartialMessage | undefined
  #ended = false

  /** @param stream - whose messages they are */
  constructor(link: ReceiverLink, stream: Credited) {
    this.#link = link
    this.#stream = stream
    this.#size = link.limits.windowBytes
    this.#window = this.#size
  }

  get #isEmpty(): boolean {
    return this.#queue === undefined || this.#queue.isEmpty
  }

  /** Whether no more messages will come. */
  get hasEnded(): boolean {
    return this.#ended
  }

  /**
   * A message begins.
   *
   * @throws {ProtocolError} when the other side breaks the rules
   * @throws {RpcError} `RESOURCE_EXHAUSTED` when this stream cannot go on
   */
  begin(size: number, data: Buffer): void {
    if (this.#missing > 0) throw new ProtocolError('a message begins inside another')
    this.#receive(data)
    const { messageBytes, emptyMessages } = this.#link.limits
    if (size > messageBytes) {
      const reason = `A message of ${size} bytes is larger than ${messageBytes}`
      throw new RpcError('RESOURCE_EXHAUSTED', reason)
    }
    this.#missing = size - data.length
    if (this.#taker && this.#missing === 0 && this.#isEmpty) {
      this.#hand(data, data.length)
      return
    }
    const queue = (this.#queue ??= new MessageQueue())
    queue.begin(size, data)
    if (queue.empties > emptyMessages) {
      throw new RpcError('RESOURCE_EXHAUSTED', `More than ${emptyMessages} empty messages wait`)
    }
    this.#serve()
  }

  /** A message goes on. Throws as `begin` does. */
  more(data: Buffer): void {
    if (data.length > this.#missing) throw new ProtocolError('a message is longer than it says')
    this.#receive(data)
    this.#missing -= data.length
    if (this.#partial?.isGranted) this.#addPart(data)
    else {
      this.#queue!.extend(data)
      this.#serve()
    }
  }

  /** Whether the last message is still coming. */
  get isUnfinished(): boolean {
    return this.#missing > 0
  }

  /** No more messages come. One that is unfinished is forgotten, and those before it can be taken. */
  end(): void {
    this.#ended = true
    this.#missing = 0
    this.#dropPartial()
    this.#serve()
  }

  /** Asks for the next message; the answer before must have come. */
  take(taker: Taker): void {
    this.#taker = taker
    this.#serve()
  }

  /** Whoever asks, now or later, gets nothing; what has come is forgotten. */
  stop(): void {
    this.#ended = true
    this.#missing = 0
    this.#queue = undefined
    this.#dropPartial()
    this.#shrink()
    this.#serve()
  }

  #receive(data: Buffer): void {
    if (this.#ended) throw new ProtocolError('a message comes after the last')
    if (data.length > this.#window) throw new ProtocolError('a window is overrun')
    this.#window -= data.length
  }

  /** Hands on what there is, when somebody waits for it. */
  #serve(): void {
    if (!this.#taker || this.#partial) return
    const message = this.#queue?.takeMessage()
    if (message) {
      this.#hand(message, message.length)
      return
    }
    if (this.#ended) {
      this.#shrink()
      this.#hand(undefined, 0)
      return
    }
    const size = this.#queue?.firstSize()
    if (size !== undefined) this.#putTogether(size)
  }

  /** The first message is still coming: its parts no longer pass the queue. */
  #putTogether(size: number): void {
    if (this.#window < this.#missing) this.#pay() // or the rest of it could not come
    const partial = new PartialMessage(size)
    this.#partial = partial
    if (size <= this.#link.limits.windowBytes) {
      partial.isGranted = true
      partial.add(this.#queue!.takePart())
    } else partial.reserve(this.#link.budget, () => this.#addPart(this.#queue!.takePart()))
  }

  /** A message that fits into the window leaves it when it is whole, a larger one part by part. */
  #addPart(data: Buffer): void {
    const partial = this.#partial!
    partial.add(data)
    const fits = partial.size <= this.#link.limits.windowBytes
    if (!fits) this.#give(data.length)
    if (!partial.isWhole) return
    this.#dropPartial()
    this.#hand(partial.take(), fits ? partial.size : 0)
  }

  #dropPartial(): void {
    this.#partial?.release()
    this.#partial = undefined
  }

  #hand(message: Buffer | undefined, bytes: number): void {
    const taker = this.#taker
    this.#taker = undefined
    if (bytes > 0) this.#give(bytes)
    taker?.(message)
  }

  /** The application has taken so many bytes. The other side hears of it when it is worth a frame. */
  #give(bytes: number): void {
    this.#owed += bytes
    if (2 * this.#owed < this.#size) return
    if (this.#isEmpty) this.#grow()
    this.#pay()
  }

  /** Nothing waits here: what is slow is the way, and more may be on it. */
  #grow(): void {
    const more = Math.min(this.#size, WIDEST * this.#link.limits.windowBytes - this.#size)
    if (this.#ended || more <= 0 || !this.#link.growth.take(more)) return
    this.#size += more
    this.#owed += more
  }

  /** No more messages come, or none is taken. */
  #shrink(): void {
    const more = this.#size - this.#link.limits.windowBytes
    if (more === 0) return
    this.#size = this.#link.limits.windowBytes
    this.#link.growth.give(more)
  }

  #pay(): void {
    if (this.#owed === 0 || this.#ended) return
    this.#window += this.#owed
    this.#stream.credit(this.#owed)
    this.#owed = 0
  }
}

/** A message that is still coming. */
class PartialMessage {
  readonly size: number
  readonly #parts = new Pieces()
  #release: (() => void) | undefined
  isGranted = false

  constructor(size: number) {
    this.size = size
  }

  get isWhole(): boolean {
    return this.#parts.length === this.size
  }

  reserve(budget: Budget, granted: () => void): void {
    this.#release = budget.reserve(this.size, () => {
      this.isGranted = true
      granted()
    })
  }

  release(): void {
    const release = this.#release
    this.#release = undefined
    release?.()
  }

  add(part: Buffer): void {
    this.#parts.add(part)
  }

  /** The whole message, once. */
  take(): Buffer {
    return this.#parts.take()
  }
}
