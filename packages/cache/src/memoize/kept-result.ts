/** A result as it lies in a store; plain, so that any store can write it down. */
export interface KeptResult<Result> {
  readonly result: Result
  /** Until when it is fresh, in milliseconds since 1970. */
  readonly freshUntil: number
}

/** What a kept result is good for: as it is, while it is renewed, or only if renewing it fails. */
export type Freshness = 'fresh' | 'while-revalidating' | 'if-error' | 'gone'

/** How long a result may be used once it is stale, in milliseconds. */
export interface StaleTimes {
  readonly staleWhileRevalidate: number
  readonly staleIfError: number
}

export function freshnessOf(
  kept: KeptResult<unknown> | undefined,
  { staleWhileRevalidate, staleIfError }: StaleTimes,
  now: number,
): Freshness {
  if (!kept) return 'gone'
  if (now < kept.freshUntil) return 'fresh'
  if (now < kept.freshUntil + staleWhileRevalidate) return 'while-revalidating'
  return now < kept.freshUntil + staleIfError ? 'if-error' : 'gone'
}
