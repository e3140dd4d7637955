import { ACTIONS, type Action } from './rules.ts'

/** How many moves are remembered; older ones say little of what comes next. */
const MOVES_KEPT = 100

/** How often a player chose one of the actions. */
export interface Habit {
  readonly action: Action
  readonly count: number
  /** Of all moves remembered, rounded to whole percents; 0 when there is none. */
  readonly percent: number
}

/** Gives the moves as they are after one more, the oldest first; the list given is left alone. */
export function remember(moves: readonly Action[], move: Action): Action[] {
  return [...moves, move].slice(-MOVES_KEPT)
}

/** Counts the moves, in the order in which they are offered. */
export function habitsOf(moves: readonly Action[]): Habit[] {
  return ACTIONS.map((action) => {
    const count = moves.filter((move) => move === action).length
    return { action, count, percent: Math.round((100 * count) / Math.max(moves.length, 1)) }
  })
}
