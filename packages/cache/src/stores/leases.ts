/** Who may fill which key, in one process. */
export class Leases {
  readonly #held = new Map<string, { readonly fence: number; readonly until: number }>()
  #lastFence = 0

  /** A fence that is higher than any before; `undefined` while another holds the key. */
  take(key: string, ttl: number): number | undefined {
    const held = this.#held.get(key)
    if (held && held.until > Date.now()) return undefined
    this.#forgetOld()
    const fence = ++this.#lastFence
    this.#hold(key, fence, ttl)
    return fence
  }

  /** Whether this fence is the newest of its key. One that ran out may do so while nobody took it over. */
  holds(key: string, fence: number): boolean {
    return this.#held.get(key)?.fence === fence
  }

  /** Lets it end so much later, if it is the newest of its key. */
  extend(key: string, fence: number, ttl: number): boolean {
    if (!this.holds(key, fence)) return false
    this.#hold(key, fence, ttl)
    return true
  }

  give(key: string, fence: number): void {
    if (this.holds(key, fence)) this.#held.delete(key)
  }

  get size(): number {
    return this.#held.size
  }

  /** Makes the leases of these keys worthless, after a deletion. */
  break(concerns: (key: string) => boolean): void {
    for (const key of this.#held.keys()) if (concerns(key)) this.#held.delete(key)
  }

  #hold(key: string, fence: number, ttl: number): void {
    // It goes to the end: the oldest stand first.
    this.#held.delete(key)
    this.#held.set(key, { fence, until: Date.now() + ttl })
  }

  /** Those who hold a lease may never come back to release it. */
  #forgetOld(): void {
    for (const [key, { until }] of this.#held) {
      if (until > Date.now()) return
      this.#held.delete(key)
    }
  }
}
