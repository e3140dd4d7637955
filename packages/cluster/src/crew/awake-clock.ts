const tick = 1000

/**
 * Time in which this process was awake. A supervisor that was suspended must not take its own silence
 * for that of its workers.
 */
export class AwakeClock {
  private asleep = 0
  private last = performance.now()
  private readonly ticker: NodeJS.Timeout

  constructor() {
    this.ticker = setInterval(() => this.now(), tick)
    this.ticker.unref()
  }

  /** Milliseconds; what is more than two ticks without one was sleep, but for one tick. */
  now(): number {
    const now = performance.now()
    const gap = now - this.last
    this.last = now
    if (gap > 2 * tick) this.asleep += gap - tick
    return now - this.asleep
  }

  /**
   * Does `action` when `delay` ms of being awake have passed, and what had arrived by then was read.
   *
   * @returns calls it off.
   */
  after(delay: number, action: () => void): () => void {
    const due = this.now() + delay
    let timer: NodeJS.Timeout | undefined
    let last: NodeJS.Immediate | undefined
    const wait = (): void => {
      const left = due - this.now()
      if (left > 0) timer = setTimeout(wait, Math.ceil(left))
      else last = setImmediate(action)
    }
    wait()
    return () => {
      clearTimeout(timer)
      clearImmediate(last)
    }
  }

  stop(): void {
    clearInterval(this.ticker)
  }
}
