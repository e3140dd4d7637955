import type { RequestHandler } from '@tokkyu/core'

import { chooseAction } from '../game/computer.ts'
import { remember } from '../game/habits.ts'
import { playRound, type RandomInt, settleRound } from '../game/match.ts'
import type { Action } from '../game/rules.ts'
import { record } from '../game/scoreboard.ts'
import { speak } from '../language.ts'
import { movesOf, opponentOf, type PlayerOf, scoreboardOf } from '../player.ts'
import { countRound } from '../profiles/profile.ts'
import type { Profiles } from '../profiles/profiles.ts'
import { tellRound, type ToldRound } from '../told-round.ts'

/** `GET /game?action=…`: one round for anybody, which leaves no trace. */
export function playOnce(
  randomInt: RandomInt,
): RequestHandler<object, unknown, unknown, { action: Action }> {
  return (req, res) => {
    const t = speak(req, res)
    const round = tellRound(playRound(req.query.action, randomInt), t)
    res.set('Cache-Control', 'no-store') // asking again is another round
    res.format({
      html: () => res.render('round.html', { t, round, number: 1, avatar: undefined }),
      json: () => res.json(round),
      text: () => res.send(inText(round)),
    })
  }
}

/** `POST /game`: a round that counts on the player's scoreboard, against the chosen opponent. */
export function playForPoints(
  playerOf: PlayerOf,
  profiles: Profiles,
  randomInt: RandomInt,
): RequestHandler<object, unknown, { action: Action }> {
  return async (req, res) => {
    const { action } = req.body
    const t = speak(req, res)
    const player = playerOf(req)
    const computer = chooseAction(opponentOf(player), movesOf(player), randomInt)
    const round = settleRound(action, computer)
    const scoreboard = record(scoreboardOf(player), round)
    player.scoreboard = scoreboard
    player.moves = remember(movesOf(player), action)
    if (player.playerId !== undefined) {
      await profiles.change(
        player.playerId,
        (profile) => profile && countRound(profile, round.outcome, scoreboard.streak, Date.now()),
      )
    }
    const told = tellRound(round, t)
    res.format({
      html: () => res.redirect(303, '/'), // reloading the page that follows plays no round
      json: () => res.json({ ...told, scoreboard }),
      text: () => res.send(inText(told)),
    })
  }
}

function inText({ message, reason }: ToldRound): string {
  return `${message}\n${reason}\n`
}
