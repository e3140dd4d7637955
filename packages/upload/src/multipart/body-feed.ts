import type { Buffer } from 'node:buffer'
import type { Readable } from 'node:stream'
import { RequestStalledError, RequestTooLargeError } from '../errors/limit-errors.ts'
import { BodyAlreadyReadError, RequestAbortedError } from '../errors/request-errors.ts'
import type { ResolvedLimits } from '../checks/limits.ts'

function ignore(): void {}

// What setTimeout can count; it turns more into 1 ms.
const MAX_TIMEOUT = 2 ** 31 - 1

/** Who reads the body. A `push` or `end` that throws ends the reading, through `failed`. */
export interface FeedEvents {
  push(chunk: Buffer): void
  end(): void
  /** Called once, with whatever ended the reading before its time. */
  failed(error: unknown): void
}

/**
 * Carries a request's body to its reader: no faster than the reader wants it, no longer than
 * `totalBytes`, not slower than `idleTime` allows, and with every way a client can vanish.
 */
export class BodyFeed {
  readonly #body: Readable
  readonly #events: FeedEvents
  readonly #limits: ResolvedLimits
  readonly #full = new Set<unknown>()
  #bytes = 0
  #idle: NodeJS.Timeout | undefined
  #over = false

  constructor(body: Readable, limits: ResolvedLimits, events: FeedEvents) {
    this.#body = body
    this.#limits = limits
    this.#events = events
  }

  start(): void {
    const body = this.#body
    // Node destroys a request that was read to its end, too.
    if (body.readableEnded) return this.fail(new BodyAlreadyReadError())
    if (body.destroyed) return this.fail(new RequestAbortedError())
    body
      .on('data', this.#data)
      .on('end', this.#end)
      .on('error', this.#error)
      .on('close', this.#close)
    this.#watch()
  }

  /** Stops asking the client for more until each holder has released. */
  hold(holder: unknown): void {
    if (this.#over) return
    this.#full.add(holder)
    this.#body.pause()
    clearTimeout(this.#idle)
    this.#idle = undefined
  }

  release(holder: unknown): void {
    if (!this.#full.delete(holder) || this.#full.size > 0 || this.#over) return
    this.#watch()
    this.#body.resume()
  }

  /** Ends the reading for the reader's own reasons. The body is left as it is. */
  fail(error: unknown): void {
    if (this.#over) return
    this.stop()
    this.#events.failed(error)
  }

  stop(): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#idle)
    const body = this.#body
    body.off('data', this.#data).off('end', this.#end).off('close', this.#close)
    // A request that breaks off later must not crash the process; nor keep all of the reader for as long as it is there.
    body.off('error', this.#error).on('error', ignore)
  }

  /** The time only runs while we are the ones who wait. */
  #watch(): void {
    const { idleTime } = this.#limits
    if (this.#idle !== undefined) this.#idle.refresh()
    else if (idleTime <= MAX_TIMEOUT) this.#idle = setTimeout(this.#stalled, idleTime)
  }

  readonly #data = (chunk: Buffer): void => {
    if (this.#over) return
    this.#idle?.refresh()
    this.#bytes += chunk.length
    const limit = this.#limits.totalBytes
    if (this.#bytes > limit) return this.fail(new RequestTooLargeError({ limit }))
    try {
      this.#events.push(chunk)
    } catch (error) {
      this.fail(error)
    }
  }

  readonly #end = (): void => {
    if (this.#over) return
    this.stop()
    try {
      this.#events.end()
    } catch (error) {
      this.#events.failed(error)
    }
  }

  readonly #error = (cause: unknown): void => this.fail(new RequestAbortedError({ cause }))

  readonly #close = (): void => this.fail(new RequestAbortedError())

  readonly #stalled = (): void => {
    this.fail(new RequestStalledError({ limit: this.#limits.idleTime }))
  }
}
