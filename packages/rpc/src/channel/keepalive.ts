import { checkTime } from '../errors/option-error.ts'

/** When a silent connection is asked whether it still lives. */
export interface KeepaliveOptions {
  /**
   * Milliseconds without a byte from the other side until it is asked.
   *
   * @default 30_000
   */
  readonly interval?: number | undefined
  /**
   * Milliseconds without a byte after it was asked until the connection is given up. A peer whose event
   * loop is busy answers late: choose more than the longest time yours may be.
   *
   * @default 20_000
   */
  readonly timeout?: number | undefined
}

/**
 * The options, once they are checked.
 *
 * @throws {RpcOptionError} `RPC_BAD_OPTION` for a time that no timer takes.
 */
export function keepaliveOf(given: KeepaliveOptions = {}): KeepaliveOptions {
  const { interval, timeout } = given
  if (interval !== undefined) checkTime('keepalive.interval', interval)
  if (timeout !== undefined) checkTime('keepalive.timeout', timeout)
  return given
}

/** What keepalive needs of a connection. */
export interface Pinged {
  /** All bytes that have come so far. */
  readonly bytesRead: number
  ping: () => void
  dead: () => void
}

/**
 * Asks a silent peer whether it lives, and gives it up when it stays silent.
 *
 * Any byte is an answer. When this process itself was busy, bytes may lie unread: the verdict waits until
 * they had a chance to be read.
 */
export class Keepalive {
  readonly #pinged: Pinged
  readonly #interval: number
  readonly #timeout: number
  #timer: NodeJS.Timeout | undefined
  #seen = 0
  #asked = false

  constructor(pinged: Pinged, { interval = 30_000, timeout = 20_000 }: KeepaliveOptions = {}) {
    this.#pinged = pinged
    this.#interval = interval
    this.#timeout = timeout
    this.#wait()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #wait(): void {
    this.#seen = this.#pinged.bytesRead
    const delay = this.#asked ? this.#timeout : this.#interval
    // Two turns of the loop: one in which what lies in the socket is read, one in which it is seen.
    this.#timer = setTimeout(() => setImmediate(() => setImmediate(() => this.#judge())), delay)
    this.#timer.unref()
  }

  #judge(): void {
    if (!this.#timer) return
    const silent = this.#pinged.bytesRead === this.#seen
    if (silent && this.#asked) {
      this.stop()
      this.#pinged.dead()
      return
    }
    this.#asked = silent
    if (silent) this.#pinged.ping()
    this.#wait()
  }
}
