import { CacheOptionError } from '../errors/option-error.ts'
import { countOption, delayOption } from '../option-values.ts'

/** Signs of overload by which a limit is lowered, and how far. */
export interface AdaptiveOptions {
  /**
   * How low the limit may go.
   *
   * @default 1
   */
  readonly min?: number | undefined
  /**
   * How late the event loop may run a timer; later means that this process has too much to do.
   *
   * - Unit: milliseconds, from 1; `Infinity` does not look at it.
   *
   * @default 50
   */
  readonly delay?: number | undefined
  /**
   * How long what was let in may take on average; longer means that what stands behind it has too much to do.
   *
   * - Unit: milliseconds, from 1.
   *
   * @default Infinity: it is not looked at
   */
  readonly latency?: number | undefined
}

/** The goals, checked, with their defaults, and the most that is let in. */
export interface AdaptiveGoals {
  readonly max: number
  readonly min: number
  readonly delay: number
  readonly latency: number
}

/** What was seen since the last look. */
export interface Seen {
  /** How late the event loop ran, in milliseconds. */
  readonly delay: number
  /** How many are inside now. */
  readonly inside: number
  /** Whether more wanted in than the limit allowed, or nobody is there at all. */
  readonly mayRise: boolean
}

/** The share of the limit that is left, at the least, after one look. */
const STEEPEST = 0.5
/** By which share of itself a limit rises in one look; by one at least. */
const RISE = 1 / 20
/** With how many it begins, as nobody knows yet how many are too many. */
const FIRST = 16

/**
 * A limit that falls by how far a goal was missed, and rises in small steps while none is: additive increase
 * (for a limit below 20), multiplicative decrease. A decrease is waited for, so that one overload is not answered twice.
 * It begins low, and doubles until it falls for the first time.
 */
export class AdaptiveLimit {
  readonly #goals: AdaptiveGoals
  #hasFallen = false
  #current: number
  /** When the limit last fell; who was let in before says nothing of the limit now. */
  #fellAt = -Infinity
  #served = 0
  #time = 0

  constructor(goals: AdaptiveGoals) {
    this.#goals = goals
    this.#current = Math.min(goals.max, Math.max(goals.min, FIRST))
  }

  get current(): number {
    return this.#current
  }

  get isLowered(): boolean {
    return this.#current < this.#goals.max
  }

  /** One that was let in at `begun` is done; milliseconds of one clock. */
  count(begun: number, now: number): void {
    if (begun < this.#fellAt) return
    this.#served++
    this.#time += now - begun
  }

  look({ delay, inside, mayRise }: Seen, now: number): void {
    const { max, min } = this.#goals
    const latency = this.#served === 0 ? 0 : this.#time / this.#served
    this.#served = this.#time = 0
    // Those who are too many are still inside: the last decrease has not done its work.
    if (inside > this.#current) return
    const excess = Math.max(delay / this.#goals.delay, latency / this.#goals.latency)
    if (excess > 1) {
      const share = Math.max(STEEPEST, 1 / excess)
      this.#current = Math.max(min, Math.floor(this.#current * share))
      this.#fellAt = now
      this.#hasFallen = true
    } else if (mayRise) {
      const step = this.#hasFallen ? Math.ceil(this.#current * RISE) : this.#current
      this.#current = Math.min(max, this.#current + step)
    }
  }
}

/** @returns the goals, or nothing where the limit stays as it is. */
export function adaptiveOption(
  option: boolean | AdaptiveOptions | undefined,
  max: number,
): AdaptiveGoals | undefined {
  if (option === undefined || option === false) return undefined
  if (option !== true && (typeof option !== 'object' || option === null))
    throw new CacheOptionError('adaptive', 'true, false or an object', option)
  if (max === Infinity)
    throw new CacheOptionError('max', 'a number that an adaptive limit can begin with', max)
  const { min, delay, latency } = option === true ? {} : option
  const goals = {
    max,
    min: countOption('adaptive.min', min, 1),
    delay: delayOption('adaptive.delay', delay, 50),
    latency: delayOption('adaptive.latency', latency, Infinity),
  }
  if (goals.min > max) throw new CacheOptionError('adaptive.min', `at most max (${max})`, min)
  return goals
}
