import { randomBytes } from 'node:crypto'

import { ArgumentError, ArgumentRangeError } from '../errors/argument-error.ts'
import { ownOptions } from '../own-options.ts'
import type { EventHistory, Follower, ServerEvent } from '../types/events.ts'
import { eventText } from './event-text.ts'

/** How much a log keeps for clients that come back. */
export interface EventLogOptions {
  /** Events that are kept; older ones are forgotten. @default 1000 */
  readonly keep?: number | undefined
  /** Bytes of events that are kept. @default 1_048_576 */
  readonly keepBytes?: number | undefined
}

interface Kept {
  readonly id: string
  readonly bytes: Buffer
}

/**
 * Events for many clients: each is written once, sent to all who follow, and kept for a while, so that a
 * client that comes back gets what it has missed.
 *
 * Ids count up behind a word that is this log's alone: an id of another process, or of one that has since
 * been started anew, is not taken for one of these.
 *
 * @example
 *   const prices = new EventLog()
 *   app.get('/prices', (req, res) => res.sse(prices))
 *   prices.publish({ event: 'price', data: { symbol: 'TOK', price: 41 } })
 */
export class EventLog implements EventHistory {
  readonly #keep: number
  readonly #keepBytes: number
  readonly #word = randomBytes(6).toString('base64url')
  readonly #followers = new Set<Follower>()
  /** Oldest first; positions are counted from the first event there ever was. */
  #kept: Kept[] = []
  #bytes = 0
  #first = 0
  #last = 0
  readonly #positions = new Map<string, number>()
  #isEnded = false

  /** @throws {RangeError} `ARGUMENT_OUT_OF_RANGE` for what is no amount. */
  constructor(options?: EventLogOptions) {
    const { keep = 1000, keepBytes = 2 ** 20 } = ownOptions(options)
    for (const [name, amount] of Object.entries({ keep, keepBytes })) {
      if (Number.isSafeInteger(amount) && amount >= 0) continue
      throw new ArgumentRangeError(
        `Cannot keep events with ${name} ${amount}: a whole number is needed`,
      )
    }
    this.#keep = keep
    this.#keepBytes = keepBytes
  }

  /** Clients that are following. */
  get size(): number {
    return this.#followers.size
  }

  /** Whether the log was ended. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  /**
   * Sends an event to all who follow, and keeps it.
   *
   * @returns the id of the event: its own, or one that the log gives it.
   * @throws {TypeError} `ARGUMENT_INVALID` for what is no event, and when the log was ended.
   */
  publish(event: ServerEvent | string): string {
    if (this.#isEnded) throw new ArgumentError('Cannot publish an event: the log was ended')
    const fields = typeof event === 'string' ? { data: event } : event
    const id = String(fields.id ?? `${this.#word}-${this.#last + 1}`)
    const bytes = Buffer.from(eventText({ ...fields, id }))
    this.#last += 1
    this.#remember({ id, bytes })
    for (const follower of this.#followers) follower.write(bytes)
    return id
  }

  /** Ends all streams that follow; a client that comes back having seen all is told not to come again. */
  end(): void {
    this.#isEnded = true
    for (const follower of this.#followers) follower.end()
    this.#followers.clear()
  }

  /** Hands each event from now on to `follower`, until the function that it returns is called. */
  follow(follower: Follower): () => void {
    this.#followers.add(follower)
    return () => this.#followers.delete(follower)
  }

  /**
   * What came after an event that a client has seen.
   *
   * @returns `isWhole` false when the event is not known (any more): then all that is kept, and some may
   *   be missing. Without an id nothing, since there is nothing to come back to.
   */
  after(id: string | undefined): { readonly events: readonly Buffer[]; readonly isWhole: boolean } {
    if (id === undefined) return { events: [], isWhole: true }
    const position = this.#positions.get(id)
    const from = position === undefined ? 0 : position + 1 - this.#first
    return {
      events: this.#kept.slice(from).map(({ bytes }) => bytes),
      isWhole: position !== undefined,
    }
  }

  #remember(event: Kept): void {
    this.#positions.set(event.id, this.#first + this.#kept.length)
    this.#kept.push(event)
    this.#bytes += event.bytes.length
    // The last event of all stays known, so that a client which has it is told that it missed nothing.
    while (this.#kept.length > Math.max(this.#keep, 1) || this.#isTooHeavy) {
      const oldest = this.#kept.shift()!
      this.#bytes -= oldest.bytes.length
      // A later event may have been given the same id.
      if (this.#positions.get(oldest.id) === this.#first) this.#positions.delete(oldest.id)
      this.#first += 1
    }
  }

  get #isTooHeavy(): boolean {
    return this.#bytes > this.#keepBytes && this.#kept.length > 1
  }
}
