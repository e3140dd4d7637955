import { Gate, type GateLimits, type Visitor } from './gate.ts'

/** How often adaptive limits are looked at, in milliseconds. */
const INTERVAL = 50

/** A gate for each key, as long as somebody stands at it or its limit is lowered. */
export class Gates {
  readonly #gates = new Map<string, Gate>()
  readonly #limits: GateLimits
  #timer: NodeJS.Timeout | undefined

  constructor(limits: GateLimits) {
    this.#limits = limits
  }

  enter(key: string, visitor: Visitor): (() => void) | undefined {
    let gate = this.#gates.get(key)
    if (!gate) this.#gates.set(key, (gate = new Gate(this.#limits)))
    if (this.#limits.adaptive && !this.#timer) this.#lookLater()
    return gate.enter(visitor)
  }

  /** @param begun - when who leaves was let in, by `performance.now()`. */
  leave(key: string, begun: number): void {
    const gate = this.#gates.get(key)
    gate?.leave(begun)
    if (gate?.isForgettable) this.#gates.delete(key)
  }

  get size(): number {
    return this.#gates.size
  }

  /** The lateness of the timer is that of the event loop; it runs only while there is somebody to limit. */
  #lookLater(): void {
    const due = performance.now() + INTERVAL
    this.#timer = setTimeout(() => {
      const delay = performance.now() - due
      for (const [key, gate] of this.#gates) {
        gate.adapt(delay)
        if (gate.isForgettable) this.#gates.delete(key)
      }
      this.#timer = undefined
      if (this.#gates.size > 0) this.#lookLater()
    }, INTERVAL)
    this.#timer.unref()
  }
}
