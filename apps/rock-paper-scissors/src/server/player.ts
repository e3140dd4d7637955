import { randomBytes } from 'node:crypto'

import type { IncomingMessage } from 'node:http'

import type { Opponent } from './game/computer.ts'
import type { Action } from './game/rules.ts'
import { EMPTY_SCOREBOARD, type Scoreboard } from './game/scoreboard.ts'

/** What the session keeps of a player; somebody new has nothing. */
export interface Player {
  /** By what others know this player: duels, and the profile once there is one. It gives no rights. */
  playerId?: string
  scoreboard?: Scoreboard
  /** What the player chose in the last rounds, the oldest first. */
  moves?: readonly Action[]
  opponent?: Opponent
  /** The name under which the gallery holds the avatar. */
  avatar?: string
}

/** Finds the player who sent a request; what is assigned to the player is kept. */
export type PlayerOf = (req: IncomingMessage) => Player

/** Names a player who has no name for others yet: 72 random bits, so nobody finds one by trying. */
export function playerIdOf(player: Player): string {
  return (player.playerId ??= randomBytes(9).toString('base64url'))
}

export function scoreboardOf(player: Player): Scoreboard {
  return player.scoreboard ?? EMPTY_SCOREBOARD
}

export function movesOf(player: Player): readonly Action[] {
  return player.moves ?? []
}

export function opponentOf(player: Player): Opponent {
  return player.opponent ?? 'dice'
}
