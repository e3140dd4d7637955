import { avatarUrl } from './avatar-gallery.ts'
import { IMAGE_BYTES, IMAGE_LIMIT, IMAGE_TYPES } from './avatar-limits.ts'
import { OPPONENTS } from './game/computer.ts'
import { habitsOf } from './game/habits.ts'
import { ACTIONS } from './game/rules.ts'
import type { Messages } from './messages.ts'
import { NAME_LENGTH } from './profiles/player-name.ts'
import type { PublicProfile } from './public-profile.ts'
import type { Pages } from './pages.ts'
import { movesOf, opponentOf, type Player, scoreboardOf } from './player.ts'
import { tellRound } from './told-round.ts'

/** Puts together what the page of the game shows: `views/home.html` and its parts. */
export function homePage(
  player: Player,
  profile: PublicProfile | undefined,
  t: Messages,
): Pages['home.html'] {
  const scoreboard = scoreboardOf(player)
  const [last] = scoreboard.rounds
  return {
    t,
    actions: ACTIONS,
    scoreboard,
    number: scoreboard.wins + scoreboard.losses + scoreboard.draws,
    round: last ? tellRound(last, t) : undefined,
    opponents: OPPONENTS,
    opponent: opponentOf(player),
    profile,
    nameLength: NAME_LENGTH,
    habits: habitsOf(movesOf(player)),
    avatar: player.avatar ? avatarUrl(player.avatar) : undefined,
    imageTypes: IMAGE_TYPES.join(','),
    imageBytes: IMAGE_BYTES,
    imageLimit: IMAGE_LIMIT,
  }
}
