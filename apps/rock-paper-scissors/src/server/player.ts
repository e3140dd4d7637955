import type { Request } from '@tokkyu/core'

import { EMPTY_SCOREBOARD, type Scoreboard } from './game/scoreboard.ts'

/** What the session keeps of a player; somebody new has nothing. */
export interface Player {
  scoreboard?: Scoreboard
  /** The name under which the gallery holds the avatar. */
  avatar?: string
}

/** Finds the player who sent a request; what is assigned to the player is kept. */
export type PlayerOf = (req: Request) => Player

export function scoreboardOf(player: Player): Scoreboard {
  return player.scoreboard ?? EMPTY_SCOREBOARD
}
