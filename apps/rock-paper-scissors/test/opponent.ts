import type { RandomInt } from '../src/server/game/match.ts'
import { ACTIONS, type Action, type Outcome } from '../src/server/game/rules.ts'

/** What the computer draws so that a player of rock ends with an outcome. */
export const AGAINST_ROCK: Readonly<Record<Outcome, Action>> = {
  win: 'scissors',
  lose: 'paper',
  draw: 'rock',
}

/** A computer that draws these actions in turn, and the last one ever after. */
export function drawing(...actions: [Action, ...Action[]]): RandomInt {
  let turn = 0
  return () => ACTIONS.indexOf(actions[Math.min(turn++, actions.length - 1)] ?? actions[0])
}
