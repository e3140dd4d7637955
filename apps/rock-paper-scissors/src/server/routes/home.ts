import type { RequestHandler } from '@tokkyu/core'

import { avatarUrl } from '../avatar-gallery.ts'
import { habitsOf } from '../game/habits.ts'
import { homePage } from '../home-page.ts'
import { speak } from '../language.ts'
import { movesOf, opponentOf, type PlayerOf, scoreboardOf } from '../player.ts'
import type { Profiles } from '../profiles/profiles.ts'
import type { ShowProfile } from '../public-profile.ts'

/** `GET /`: the page of the game as it stands for this player. */
export function showHome(
  playerOf: PlayerOf,
  profiles: Profiles,
  show: ShowProfile,
): RequestHandler {
  return async (req, res) => {
    const t = speak(req, res)
    res.set('Cache-Control', 'private, no-cache') // going back must not show an old score
    const player = playerOf(req)
    const found = player.playerId === undefined ? undefined : await profiles.find(player.playerId)
    const profile = found && show(found)
    const page = () => res.render('home.html', homePage(player, profile, t))
    res.format({
      html: page,
      json: () =>
        res.json({
          scoreboard: scoreboardOf(player),
          opponent: opponentOf(player),
          habits: habitsOf(movesOf(player)),
          avatar: player.avatar ? avatarUrl(player.avatar) : null,
          profile: profile ?? null,
        }),
      default: page,
    })
  }
}
