import type { RequestHandler } from '@tokkyu/core'

import { NotFoundError } from '../errors.ts'
import { speak } from '../language.ts'
import { playerIdOf, type PlayerOf, scoreboardOf } from '../player.ts'
import { newProfile } from '../profiles/profile.ts'
import type { Profiles } from '../profiles/profiles.ts'
import { type PublicProfile, profileUrl, type ShowProfile } from '../public-profile.ts'

/** `POST /profile`: takes a name for others to see, or another one; results count from the first on. */
export function chooseName(
  playerOf: PlayerOf,
  profiles: Profiles,
  show: ShowProfile,
): RequestHandler<object, unknown, { name: string }> {
  return async (req, res) => {
    const { name } = req.body
    const player = playerOf(req)
    const id = playerIdOf(player)
    const profile = await profiles.change(id, (former) =>
      former
        ? { ...former, name }
        : {
            ...newProfile(id, name, player.avatar ?? null, Date.now()),
            bestStreak: scoreboardOf(player).bestStreak,
          },
    )
    if (!profile) throw new NotFoundError(req.method, req.path)
    const told = show(profile)
    res.format({
      html: () => res.redirect(303, '/'),
      json: () => res.json(told),
      text: () => res.send(`${told.url}\n`),
    })
  }
}

/**
 * `GET /players/:id`: what everybody may know of a player, the same for all who ask. Its ETag is a
 * strong one: two answers that share it are the same byte for byte.
 */
export function showProfile(profiles: Profiles, show: ShowProfile): RequestHandler<{ id: string }> {
  return async (req, res) => {
    const t = speak(req, res)
    const profile = await profiles.find(req.params.id)
    if (!profile) throw new NotFoundError(req.method, profileUrl(req.params.id))
    const player: PublicProfile = show(profile)
    res.set('Cache-Control', 'no-cache')
    const page = () => res.render('profile.html', { t, player })
    res.format({ html: page, json: () => res.json(player), default: page })
  }
}
