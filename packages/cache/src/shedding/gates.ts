import { Gate, type GateLimits, type Visitor } from './gate.ts'

/** A gate for each key, as long as somebody stands at it. */
export class Gates {
  readonly #gates = new Map<string, Gate>()
  readonly #limits: GateLimits

  constructor(limits: GateLimits) {
    this.#limits = limits
  }

  enter(key: string, visitor: Visitor): (() => void) | undefined {
    let gate = this.#gates.get(key)
    if (!gate) this.#gates.set(key, (gate = new Gate(this.#limits)))
    return gate.enter(visitor)
  }

  leave(key: string): void {
    const gate = this.#gates.get(key)
    gate?.leave()
    if (gate?.isEmpty) this.#gates.delete(key)
  }

  get size(): number {
    return this.#gates.size
  }
}
