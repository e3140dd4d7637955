import type { RequestHandler } from '@tokkyu/core'

import { UnknownActionError } from '../errors.ts'
import { playRound, type RandomInt, type Round } from '../game/match.ts'
import { isAction } from '../game/rules.ts'
import { record } from '../game/scoreboard.ts'
import { homePage } from '../home-page.ts'
import { speak } from '../language.ts'
import { type PlayerOf, scoreboardOf } from '../player.ts'
import { tellRound, type ToldRound } from '../told-round.ts'

/** `GET /game?action=…`: one round for anybody, which leaves no trace. */
export function playOnce(randomInt: RandomInt): RequestHandler {
  return (req, res) => {
    const t = speak(req, res)
    const round = tellRound(play(req.query['action'], randomInt), t)
    res.set('Cache-Control', 'no-store') // asking again is another round
    res.format({
      html: () => res.render('round.html', { t, round, number: 1 }),
      json: () => res.json(round),
      text: () => res.send(inText(round)),
    })
  }
}

/** `POST /game`: a round that counts on the player's scoreboard. */
export function playForPoints(playerOf: PlayerOf, randomInt: RandomInt): RequestHandler {
  return (req, res) => {
    const t = speak(req, res)
    const player = playerOf(req)
    // Played only once a format is agreed on: what is answered 406 must not count.
    const playAndCount = (): ToldRound => {
      const round = play(fieldOf(req.body, 'action'), randomInt)
      player.scoreboard = record(scoreboardOf(player), round)
      return tellRound(round, t)
    }
    res.format({
      html: () => {
        playAndCount()
        return res.render('home.html', homePage(player, t))
      },
      json: () => res.json({ ...playAndCount(), scoreboard: player.scoreboard }),
      text: () => res.send(inText(playAndCount())),
    })
  }
}

function play(action: unknown, randomInt: RandomInt): Round {
  if (!isAction(action)) throw new UnknownActionError(action)
  return playRound(action, randomInt)
}

/** A field of a parsed body, whatever the body was: nothing at all, a form, an array, a number. */
function fieldOf(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined
  return (body as Record<string, unknown>)[name]
}

function inText({ message, reason }: ToldRound): string {
  return `${message}\n${reason}\n`
}
