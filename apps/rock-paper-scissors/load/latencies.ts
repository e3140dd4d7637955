/** Times, and what they are like together. */
export class Latencies {
  readonly #times: number[] = []

  get count(): number {
    return this.#times.length
  }

  add(milliseconds: number): void {
    this.#times.push(milliseconds)
  }

  told(): string {
    const sorted = this.#times.toSorted((one, other) => one - other)
    const at = (part: number): string =>
      `${(sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? 0).toFixed(1)} ms`
    return `p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}`
  }
}
