import type { RequestHandler } from '@tokkyu/core'

import { homePage } from '../home-page.ts'
import { speak } from '../language.ts'
import type { PlayerOf } from '../player.ts'

/** `GET /`: the page of the game as it stands for this player. */
export function showHome(playerOf: PlayerOf): RequestHandler {
  return (req, res) => {
    const t = speak(req, res)
    res.set('Cache-Control', 'private, no-cache') // going back must not show an old score
    return res.render('home.html', homePage(playerOf(req), t))
  }
}
