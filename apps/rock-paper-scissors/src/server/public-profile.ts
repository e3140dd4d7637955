import { type AvatarGallery, avatarUrl } from './avatar-gallery.ts'
import { pointsOf, type Profile, type Tally, tallyOf } from './profiles/profile.ts'

/** A profile as pages and programs are shown it. */
export interface PublicProfile {
  readonly id: string
  readonly url: string
  readonly name: string
  readonly avatar: string | null
  /** The day on which the name was chosen, as in 2026-11-26 (UTC). */
  readonly since: string
  readonly bestStreak: number
  readonly points: number
  readonly pointsThisWeek: number
  readonly ever: Tally
}

export type ShowProfile = (profile: Profile) => PublicProfile

/** @param gallery - where an avatar may be gone that a profile still names. */
export function profilesShownWith(gallery: AvatarGallery): ShowProfile {
  return (profile) => {
    const { id, name, since, bestStreak, ever } = profile
    const avatar = profile.avatar !== null && gallery.find(profile.avatar) ? profile.avatar : null
    return {
      id,
      url: profileUrl(id),
      name,
      avatar: avatar === null ? null : avatarUrl(avatar),
      since: new Date(since).toISOString().slice(0, 10),
      bestStreak,
      points: pointsOf(ever),
      pointsThisWeek: pointsOf(tallyOf(profile, 'week', Date.now())),
      ever,
    }
  }
}

export function profileUrl(id: string): string {
  return `/players/${encodeURIComponent(id)}`
}
