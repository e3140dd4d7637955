import type { WebSocketMessage } from '../types/web-socket.ts'

/** Messages and bytes up to which a client is read while nobody takes them. */
const MOST_MESSAGES = 64
const MOST_BYTES = 65_536

/** A message as it came. */
export interface Arrived {
  readonly data: Buffer
  readonly isBinary: boolean
}

/** What can be read from, and told to wait. */
interface Source {
  readonly isPaused: boolean
  pause(): void
  resume(): void
}

/** Messages that came and that nobody has taken yet. While there are many, their source is not read. */
export class Inbox {
  readonly #source: Source
  #messages: Arrived[] = []
  #bytes = 0
  #hasPaused = false
  #isClosed = false
  #waiting: (() => void)[] = []

  constructor(source: Source) {
    this.#source = source
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0
  }

  get isFull(): boolean {
    return this.#messages.length >= MOST_MESSAGES || this.#bytes >= MOST_BYTES
  }

  put(message: Arrived): void {
    this.#messages.push(message)
    this.#bytes += message.data.length
    if (this.isFull && !this.#hasPaused && !this.#source.isPaused) {
      this.#hasPaused = true
      this.#source.pause()
    }
    this.#wake()
  }

  take(): Arrived | undefined {
    const message = this.#messages.shift()
    if (message === undefined) return undefined
    this.#bytes -= message.data.length
    if (this.#hasPaused && this.isEmpty) {
      this.#hasPaused = false
      this.#source.resume()
    }
    return message
  }

  /** Forgets what is there, and reads on. */
  clear(): void {
    while (this.take() !== undefined);
  }

  /** Nothing more will come. */
  close(): void {
    this.#isClosed = true
    this.#wake()
  }

  /** The next message; undefined when there will be none. */
  async next(): Promise<WebSocketMessage | undefined> {
    for (;;) {
      const message = this.take()
      if (message !== undefined) return message.isBinary ? message.data : message.data.toString()
      if (this.#isClosed) return undefined
      // oxlint-disable-next-line no-await-in-loop -- one message after the other
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** Whoever waits looks again. */
  #wake(): void {
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
