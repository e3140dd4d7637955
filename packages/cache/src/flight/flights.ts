import { TooManyWaitingError } from '../errors/flight-errors.ts'
import { type CallContext, Flight } from './flight.ts'

export interface FlightLimits {
  /** Longest time for one call, in milliseconds. */
  readonly timeout: number
  /** How many callers may wait at once, over all keys. */
  readonly maxWaiting: number
}

/** The calls under way, one for each key. */
export class Flights<Result> {
  readonly #flights = new Map<string, Flight<Result>>()
  readonly #limits: FlightLimits
  #waiting = 0

  constructor(limits: FlightLimits) {
    this.#limits = limits
  }

  /** Waits for the call of this key, which is begun when there is none. */
  join(
    key: string,
    call: (context: CallContext) => Result | PromiseLike<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (this.#waiting >= this.#limits.maxWaiting)
      return Promise.reject(new TooManyWaitingError(this.#limits.maxWaiting))
    const running = this.#flights.get(key)
    const flight = running ?? this.#open(key)
    this.#waiting++
    const result = flight.wait(signal, () => this.#waiting--)
    // The first caller waits before the call begins: one that ends at once must find it.
    if (!running) flight.start(call, this.#limits.timeout)
    return result
  }

  has(key: string): boolean {
    return this.#flights.has(key)
  }

  /** Lets nobody else join the call of this key: the next caller begins a new one. */
  part(key: string): void {
    this.#flights.delete(key)
  }

  /** The same for every key that is concerned. */
  partAll(concerns: (key: string) => boolean): void {
    for (const key of this.#flights.keys()) if (concerns(key)) this.#flights.delete(key)
  }

  #open(key: string): Flight<Result> {
    const flight = new Flight<Result>((waiting) => {
      this.#waiting -= waiting
      if (this.#flights.get(key) === flight) this.#flights.delete(key)
    })
    this.#flights.set(key, flight)
    return flight
  }
}
