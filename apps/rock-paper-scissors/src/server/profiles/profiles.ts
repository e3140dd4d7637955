import type { Profile, Span } from './profile.ts'

/** A player's place among those who have points; players with as many share one. */
export interface Place {
  readonly rank: number
  readonly points: number
}

/** Keeps the profiles of all players who have chosen a name, and their order. */
export interface Profiles {
  find(id: string): Promise<Profile | undefined>

  /**
   * Makes one profile what `change` makes of it; resolves once that is kept. Changes to the same
   * profile come one after the other, so that none is lost; `change` may be called again.
   *
   * @param change - pure; gets nothing when there is no such profile. What gives nothing changes nothing.
   */
  change(
    id: string,
    change: (profile: Profile | undefined) => Profile | undefined,
  ): Promise<Profile | undefined>

  /** Those with most points, at most `count`; nobody without a point. */
  top(span: Span, count: number): Promise<readonly Profile[]>

  /** Nothing for who is not there, and for who has no point. */
  placeOf(id: string, span: Span): Promise<Place | undefined>
}
