import type { RequestHandler } from '@tokkyu/core'

import type { Opponent } from '../game/computer.ts'
import { opponentOf, type PlayerOf, scoreboardOf } from '../player.ts'

/** `POST /opponent`: another computer sits down across the table; the score goes on. */
export function chooseOpponent(
  playerOf: PlayerOf,
): RequestHandler<object, unknown, { opponent: Opponent }> {
  return (req, res) => {
    const player = playerOf(req)
    player.opponent = req.body.opponent
    res.format({
      html: () => res.redirect(303, '/'),
      json: () => res.json({ opponent: opponentOf(player) }),
      text: () => res.send(`${opponentOf(player)}\n`),
    })
  }
}

/** `POST /reset`: score, history and habits begin anew; opponent and avatar stay. */
export function reset(playerOf: PlayerOf): RequestHandler {
  return (req, res) => {
    const player = playerOf(req)
    delete player.scoreboard
    delete player.moves
    res.format({
      html: () => res.redirect(303, '/'),
      json: () => res.json({ scoreboard: scoreboardOf(player) }),
      text: () => res.send('0\n'),
    })
  }
}
