/** How often workers that die are replaced before the supervisor gives up. */
export interface RestartLimits {
  /** More restarts than this within `window` are a crash loop. @default 10 */
  readonly max?: number | undefined
  /** For how long a restart counts; milliseconds. @default 60_000 */
  readonly window?: number | undefined
  /**
   * The longest pause before a restart; milliseconds. The first within `window` has none, the second
   * 100, each further one twice as long, up to half of it less by jitter.
   *
   * @default 10_000
   */
  readonly maxDelay?: number | undefined
}

/** When the next worker may start: the first at once, each further one later, with jitter. */
export class RestartPolicy {
  readonly max: number
  readonly window: number
  readonly maxDelay: number
  readonly random: () => number
  private times: number[] = []

  constructor(limits: RestartLimits = {}, random: () => number = Math.random) {
    this.max = limits.max ?? 10
    this.window = limits.window ?? 60_000
    this.maxDelay = limits.maxDelay ?? 10_000
    this.random = random
  }

  /**
   * Notes a restart at `now`.
   *
   * @returns the pause before it in milliseconds, or `giveup`.
   */
  next(now: number): number | 'giveup' {
    this.times = this.times.filter((time) => now - time < this.window)
    this.times.push(now)
    const count = this.times.length
    if (count > this.max) return 'giveup'
    if (count === 1) return 0
    // Half of the pause is jitter, so that many supervisors of one bad release do not beat in step.
    return Math.min(this.maxDelay, 100 * 2 ** (count - 2)) * (0.5 + this.random() / 2)
  }

  forget(): void {
    this.times = []
  }
}
