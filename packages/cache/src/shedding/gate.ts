import type { RefusalReason } from '../errors/overloaded-error.ts'
import { type AdaptiveGoals, AdaptiveLimit } from './adaptive-limit.ts'

export interface GateLimits {
  /** How many are inside at once. */
  readonly max: number
  /** How many wait before it. */
  readonly queue: number
  /** How long one waits, in milliseconds. */
  readonly timeout: number
  /** By what `max` is lowered, if at all. */
  readonly adaptive?: AdaptiveGoals | undefined
}

/** One who wants in, and hears of it once: let in, or refused. */
export interface Visitor {
  readonly priority: number
  readonly onEnter: () => void
  readonly onRefused: (reason: RefusalReason) => void
}

interface Waiting extends Visitor {
  timer?: NodeJS.Timeout
}

/** Lets in so many at once; the others wait by priority, then in the order in which they came. */
export class Gate {
  readonly #limits: GateLimits
  readonly #waiting: Waiting[] = []
  readonly #adaptive: AdaptiveLimit | undefined
  #inside = 0
  /** Whether somebody found all places taken since the last look. */
  #wasFull = false

  constructor(limits: GateLimits) {
    this.#limits = limits
    this.#adaptive = limits.adaptive && new AdaptiveLimit(limits.adaptive)
  }

  /** @returns what takes a visitor who waits out of the queue; nothing, when it was let in or refused at once. */
  enter(visitor: Visitor): (() => void) | undefined {
    if (this.#inside < this.#max) {
      this.#inside++
      visitor.onEnter()
      return undefined
    }
    this.#wasFull = true
    if (this.#waiting.length >= this.#limits.queue && !this.#displace(visitor.priority)) {
      visitor.onRefused('full')
      return undefined
    }
    return this.#enqueue({ ...visitor })
  }

  /** One who was let in at `begun` goes; the place goes to the next at once, so that nobody overtakes. */
  leave(begun: number): void {
    this.#adaptive?.count(begun, performance.now())
    this.#inside--
    this.#admit()
  }

  /** Looks at what was seen since the last time, of which this is how late the event loop was. */
  adapt(delay: number): void {
    const mayRise = this.#wasFull || this.#isEmpty
    this.#adaptive?.look({ delay, inside: this.#inside, mayRise }, performance.now())
    this.#wasFull = this.#waiting.length > 0
    this.#admit()
  }

  /** Whether a new gate would be the same. */
  get isForgettable(): boolean {
    return this.#isEmpty && !this.#adaptive?.isLowered
  }

  get #isEmpty(): boolean {
    return this.#inside === 0 && this.#waiting.length === 0
  }

  get #max(): number {
    return this.#adaptive?.current ?? this.#limits.max
  }

  #admit(): void {
    while (this.#inside < this.#max) {
      const next = this.#waiting.shift()
      if (!next) return
      clearTimeout(next.timer)
      this.#inside++
      next.onEnter()
    }
  }

  #enqueue(waiting: Waiting): () => void {
    const after = this.#waiting.findIndex(({ priority }) => priority < waiting.priority)
    this.#waiting.splice(after === -1 ? this.#waiting.length : after, 0, waiting)
    if (this.#limits.timeout !== Infinity) {
      waiting.timer = setTimeout(() => {
        this.#remove(waiting)
        waiting.onRefused('timeout')
      }, this.#limits.timeout)
    }
    return () => this.#remove(waiting)
  }

  /** Refuses the last of the queue, if it matters less than the newcomer. */
  #displace(priority: number): boolean {
    const last = this.#waiting.at(-1)
    if (!last || last.priority >= priority) return false
    this.#remove(last)
    last.onRefused('displaced')
    return true
  }

  #remove(waiting: Waiting): void {
    clearTimeout(waiting.timer)
    const at = this.#waiting.indexOf(waiting)
    if (at !== -1) this.#waiting.splice(at, 1)
  }
}
