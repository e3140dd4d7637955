import { Duplex } from 'node:stream'

import { RpcError } from '../status/rpc-error.ts'

/** Bytes that may be on their way before the other side has said that it read them. */
const ON_THE_WAY = 262_144

/** What carries messages: a port, or a channel between processes. */
export interface MessageChannelEnd {
  post: (message: Envelope) => void
  /** Hears every message; answers how to hear no more. */
  listen: (heard: (message: unknown) => void, closed: () => void) => () => void
}

/** A message of ours among those of the application. */
export interface Envelope {
  /** Which of several connections over one channel it is for. */
  readonly rpc: string
  readonly data?: Uint8Array | string
  /** Bytes that were read. */
  readonly read?: number
  readonly state?: 'open' | 'end' | 'closed'
}

/**
 * A byte stream over messages. Each side says how much it has read, since neither a port nor a channel
 * between processes tells a sender that nobody reads.
 */
export class MessageDuplex extends Duplex {
  readonly #name: string
  readonly #channel: MessageChannelEnd
  #stopListening: (() => void) | undefined
  #opened: ((error?: Error) => void) | undefined
  #onTheWay = 0
  /** Waits until more may be on the way. */
  #written: (() => void) | undefined
  /** Bytes that have come and that wait to be read, when reading has stopped. */
  #unread = 0
  #isOpen = false

  constructor(name: string, channel: MessageChannelEnd) {
    super({ allowHalfOpen: false })
    this.#name = name
    this.#channel = channel
  }

  /** Both sides say that they listen: messages to a port that nobody listens to yet may be lost. */
  override _construct(opened: (error?: Error) => void): void {
    this.#opened = opened
    this.#stopListening = this.#channel.listen(
      (message) => {
        if (isEnvelope(message) && message.rpc === this.#name) this.#hear(message)
      },
      () => this.destroy(gone()),
    )
    this.#post({ state: 'open' })
  }

  override _write(data: Buffer, _encoding: BufferEncoding, written: (error?: Error) => void): void {
    this.#onTheWay += data.length
    this.#post({ data })
    if (this.#onTheWay < ON_THE_WAY) written()
    else this.#written = written
  }

  override _read(): void {
    this.#confirm()
  }

  override _final(ended: () => void): void {
    this.#post({ state: 'end' })
    ended()
  }

  override _destroy(error: Error | null, destroyed: (error: Error | null) => void): void {
    if (this.#isOpen) this.#post({ state: 'closed' })
    this.#stopListening?.()
    destroyed(error)
  }

  #hear({ state, data, read }: Envelope): void {
    if (state === 'open') this.#open()
    else if (state === 'end') this.push(null)
    else if (state === 'closed') {
      this.#isOpen = false
      this.destroy()
    }
    if (read !== undefined) this.#confirmed(read)
    if (data !== undefined)
      this.#take(typeof data === 'string' ? Buffer.from(data, 'base64') : data)
  }

  #open(): void {
    if (this.#isOpen) return
    this.#isOpen = true
    this.#post({ state: 'open' }) // once more: it may not have listened the first time
    this.#opened?.()
  }

  #take(data: Uint8Array): void {
    this.#unread += data.length
    if (this.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength))) this.#confirm()
  }

  #confirm(): void {
    if (this.#unread === 0) return
    this.#post({ read: this.#unread })
    this.#unread = 0
  }

  #confirmed(bytes: number): void {
    this.#onTheWay -= bytes
    if (this.#onTheWay >= ON_THE_WAY) return
    const written = this.#written
    this.#written = undefined
    written?.()
  }

  /** A channel that is gone says so by throwing. */
  #post(message: Omit<Envelope, 'rpc'>): void {
    try {
      this.#channel.post({ rpc: this.#name, ...message })
    } catch (cause) {
      this.destroy(cause instanceof Error ? cause : gone())
    }
  }
}

function gone(): RpcError {
  return new RpcError('UNAVAILABLE', 'The other side of the channel is gone')
}

function isEnvelope(message: unknown): message is Envelope {
  return typeof message === 'object' && message !== null && 'rpc' in message
}
