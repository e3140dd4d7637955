import type { Round } from './match.ts'

/** How many rounds the board remembers one by one; older ones only count. */
const ROUNDS_SHOWN = 10

/** What a player has reached so far: plain data, so that a session can store it. */
export interface Scoreboard {
  readonly wins: number
  readonly losses: number
  readonly draws: number
  /** Wins in a row up to now: a loss ends it, a draw leaves it as it is. */
  readonly streak: number
  readonly bestStreak: number
  /** The last rounds, the newest first, at most `ROUNDS_SHOWN`. */
  readonly rounds: readonly Round[]
}

export const EMPTY_SCOREBOARD: Scoreboard = {
  wins: 0,
  losses: 0,
  draws: 0,
  streak: 0,
  bestStreak: 0,
  rounds: [],
}

/** Gives the board as it stands after one more round; the board given is left alone. */
export function record(board: Scoreboard, round: Round): Scoreboard {
  const streak = streakAfter(board.streak, round)
  return {
    wins: board.wins + Number(round.outcome === 'win'),
    losses: board.losses + Number(round.outcome === 'lose'),
    draws: board.draws + Number(round.outcome === 'draw'),
    streak,
    bestStreak: Math.max(board.bestStreak, streak),
    rounds: [round, ...board.rounds].slice(0, ROUNDS_SHOWN),
  }
}

function streakAfter(streak: number, { outcome }: Round): number {
  if (outcome === 'win') return streak + 1
  return outcome === 'lose' ? 0 : streak
}
