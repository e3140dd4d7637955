import type { RefusalReason } from '../errors/overloaded-error.ts'

export interface GateLimits {
  /** How many are inside at once. */
  readonly max: number
  /** How many wait before it. */
  readonly queue: number
  /** How long one waits, in milliseconds. */
  readonly timeout: number
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
  #inside = 0

  constructor(limits: GateLimits) {
    this.#limits = limits
  }

  /** @returns what takes a visitor who waits out of the queue; nothing, when it was let in or refused at once. */
  enter(visitor: Visitor): (() => void) | undefined {
    if (this.#inside < this.#limits.max) {
      this.#inside++
      visitor.onEnter()
      return undefined
    }
    if (this.#waiting.length >= this.#limits.queue && !this.#displace(visitor.priority)) {
      visitor.onRefused('full')
      return undefined
    }
    return this.#enqueue({ ...visitor })
  }

  /** One who was let in goes; the place goes to the next at once, so that nobody overtakes. */
  leave(): void {
    const next = this.#waiting.shift()
    if (!next) {
      this.#inside--
      return
    }
    clearTimeout(next.timer)
    next.onEnter()
  }

  get isEmpty(): boolean {
    return this.#inside === 0 && this.#waiting.length === 0
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
