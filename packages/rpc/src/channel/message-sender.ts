import { ProtocolError } from '../errors/protocol-error.ts'
import { isLent, lengthOf, type Outgoing, partOf } from '../wire/outgoing.ts'
import type { Outbox, Waiting } from './outbox.ts'

const LARGEST_WINDOW = 0xffff_ffff

/** Sends the messages of a stream, one after the other, in parts and no faster than its window allows. */
export class MessageSender implements Waiting {
  readonly #outbox: Outbox
  readonly #from: 'caller' | 'answerer'
  readonly #stream: number
  /** Bytes that the other side takes before it gives leave for more. */
  #window: number
  #message: Outgoing | undefined
  #length = 0
  #sentBytes = 0
  #sent: (() => void) | undefined
  #inLine = false

  constructor(outbox: Outbox, from: 'caller' | 'answerer', stream: number, window: number) {
    this.#outbox = outbox
    this.#from = from
    this.#stream = stream
    this.#window = window
  }

  /**
   * Sends a message; the one before must have gone. `sent` is called when this one has, or never will: one whose
   * bytes are lent when they have been written, any other as soon as it is among the frames that leave.
   */
  send(message: Outgoing, sent: () => void): void {
    const length = lengthOf(message)
    const { partBytes, isBusy } = this.#outbox
    if (length <= partBytes && length <= this.#window && !isBusy && !isLent(message)) {
      this.#window -= length
      this.#outbox.frames.message(this.#from, this.#stream, length, message)
      this.#outbox.touch()
      sent()
      return
    }
    this.#message = message
    this.#length = length
    this.#sentBytes = 0
    this.#sent = sent
    // Nobody waits for a turn: this message need not wait for one either.
    if (this.#outbox.isBusy || this.#sendWhileFree()) this.#getInLine()
  }

  /** The other side takes `bytes` more. */
  grant(bytes: number): void {
    this.#window += bytes
    if (this.#window > LARGEST_WINDOW) throw new ProtocolError('a window is larger than 32 bits')
    if (this.#message) this.#getInLine()
  }

  sendNext(): boolean {
    this.#inLine = false
    const message = this.#message
    if (!message) return false
    const rest = this.#length - this.#sentBytes
    const length = Math.min(rest, this.#outbox.partBytes, this.#window)
    if (length === 0 && rest > 0) return false
    const part = partOf(message, this.#sentBytes, this.#sentBytes + length)
    const { frames } = this.#outbox
    if (this.#sentBytes === 0) frames.message(this.#from, this.#stream, this.#length, part)
    else frames.more(this.#from, this.#stream, part)
    this.#window -= length
    this.#sentBytes += length
    if (length < rest) {
      this.#inLine = this.#window > 0
      return this.#inLine
    }
    this.#message = undefined
    if (isLent(message)) this.#outbox.afterWrite(() => this.stop())
    else this.stop()
    return false
  }

  /** Has done with the message, sent or not. */
  stop(): void {
    const sent = this.#sent
    this.#message = undefined
    this.#sent = undefined
    sent?.()
  }

  /** Sends parts while nothing else has to go; says whether there is one that could, but for that. */
  #sendWhileFree(): boolean {
    let more = this.sendNext()
    while (more && !this.#outbox.isBusy) more = this.sendNext()
    this.#inLine = false
    this.#outbox.touch()
    return more
  }

  #getInLine(): void {
    if (this.#inLine) return
    this.#inLine = true
    this.#outbox.wait(this)
  }
}
