import { ACTIONS, type Action, type Outcome, outcomeOf } from './rules.ts'

/** One round that has been played. */
export interface Round {
  readonly player: Action
  readonly computer: Action
  readonly outcome: Outcome
}

/**
 * Gives a whole number from 0 up to, but without, `end`, each as likely as the others.
 * `crypto.randomInt` is one; a test brings its own.
 */
export type RandomInt = (end: number) => number

/** Plays one round against a computer that draws without looking at what the player chose. */
export function playRound(player: Action, randomInt: RandomInt): Round {
  return settleRound(player, drawAction(randomInt))
}

/** Says how a round ends in which both have chosen. */
export function settleRound(player: Action, computer: Action): Round {
  return { player, computer, outcome: outcomeOf(player, computer) }
}

/**
 * Draws one of the actions.
 *
 * @throws {RangeError} when `randomInt` answers with a number outside its range.
 */
export function drawAction(randomInt: RandomInt): Action {
  const drawn = randomInt(ACTIONS.length)
  const action = ACTIONS[drawn]
  if (action === undefined) {
    throw new RangeError(`Cannot draw action ${drawn}: there are ${ACTIONS.length}`)
  }
  return action
}
