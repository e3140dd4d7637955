import type { LiveDuel } from './duel/rooms.ts'
import { pointsOf, type Profile, type Span, tallyOf } from './profiles/profile.ts'
import type { Place, Profiles } from './profiles/profiles.ts'
import type { PublicProfile, ShowProfile } from './public-profile.ts'

/** How many players a board shows. */
const SHOWN = 10

/** One line of a board. */
interface Standing extends Pick<PublicProfile, 'name' | 'url' | 'avatar'> {
  /** Players with as many points share one. */
  readonly rank: number
  readonly points: number
}

/** Where the player who asks stands. */
interface OwnPlace {
  readonly name: string
  readonly url: string
  readonly week: Place | null
  readonly ever: Place | null
}

/** The panels of the leaderboard, each when it is ready. */
export interface Leaderboard {
  readonly week: Promise<readonly Standing[]>
  readonly ever: Promise<readonly Standing[]>
  readonly duels: Promise<readonly LiveDuel[]>
  /** Nothing for who has not chosen a name. */
  readonly place: Promise<OwnPlace | null>
}

export function leaderboardOf(
  profiles: Profiles,
  show: ShowProfile,
  live: () => Promise<readonly LiveDuel[]>,
  playerId: string | undefined,
): Leaderboard {
  return {
    week: standings(profiles, show, 'week'),
    ever: standings(profiles, show, 'ever'),
    duels: live(),
    place: playerId === undefined ? Promise.resolve(null) : ownPlace(profiles, show, playerId),
  }
}

async function standings(
  profiles: Profiles,
  show: ShowProfile,
  span: Span,
): Promise<readonly Standing[]> {
  const now = Date.now()
  const points = (profile: Profile): number => pointsOf(tallyOf(profile, span, now))
  const top = await profiles.top(span, SHOWN)
  return top.map((profile) => {
    const { name, url, avatar } = show(profile)
    const rank = top.findIndex((other) => points(other) === points(profile)) + 1
    return { rank, points: points(profile), name, url, avatar }
  })
}

async function ownPlace(
  profiles: Profiles,
  show: ShowProfile,
  playerId: string,
): Promise<OwnPlace | null> {
  const [profile, week, ever] = await Promise.all([
    profiles.find(playerId),
    profiles.placeOf(playerId, 'week'),
    profiles.placeOf(playerId, 'ever'),
  ])
  if (!profile) return null
  const { name, url } = show(profile)
  return { name, url, week: week ?? null, ever: ever ?? null }
}
