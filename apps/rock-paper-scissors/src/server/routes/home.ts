import type { RequestHandler } from '@tokkyu/core'

import { habitsOf } from '../game/habits.ts'
import { avatarUrl, homePage } from '../home-page.ts'
import { speak } from '../language.ts'
import { movesOf, opponentOf, type PlayerOf, scoreboardOf } from '../player.ts'

/** `GET /`: the page of the game as it stands for this player. */
export function showHome(playerOf: PlayerOf): RequestHandler {
  return (req, res) => {
    const t = speak(req, res)
    res.set('Cache-Control', 'private, no-cache') // going back must not show an old score
    const player = playerOf(req)
    const page = () => res.render('home.html', homePage(player, t))
    res.format({
      html: page,
      json: () =>
        res.json({
          scoreboard: scoreboardOf(player),
          opponent: opponentOf(player),
          habits: habitsOf(movesOf(player)),
          avatar: player.avatar ? avatarUrl(player.avatar) : null,
        }),
      default: page,
    })
  }
}
