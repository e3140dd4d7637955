import type { RequestHandler } from '@tokkyu/core'

import type { Rooms } from '../duel/rooms.ts'
import { speak } from '../language.ts'
import { leaderboardOf } from '../leaderboard.ts'
import type { PlayerOf } from '../player.ts'
import type { Profiles } from '../profiles/profiles.ts'
import type { ShowProfile } from '../public-profile.ts'
import { allowScript } from '../security-headers.ts'

/** `GET /leaderboard`: the frame of the page at once, and each panel when it is ready. */
export function showLeaderboard(
  playerOf: PlayerOf,
  profiles: Profiles,
  show: ShowProfile,
  rooms: Rooms,
): RequestHandler {
  return async (req, res) => {
    const t = speak(req, res)
    const { playerId } = playerOf(req)
    const panels = leaderboardOf(profiles, show, () => rooms.live(), playerId)
    res.set('Cache-Control', 'private, no-store')
    const isPage = req.accepts('html', 'json') !== 'json'
    res.vary('Accept')
    if (isPage) {
      allowScript(res) // the one that puts panels in their places
      return res.renderStream(
        'leaderboard.html',
        { t, ...panels },
        { wayBack: t.leaderboard.whole },
      )
    }
    const [week, ever, duels, place] = await Promise.all([
      panels.week,
      panels.ever,
      panels.duels,
      panels.place,
    ])
    return res.json({ week, ever, duels, place })
  }
}
