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

/**
 * Plays one round: the computer draws without looking at what the player chose.
 *
 * @throws {RangeError} when `randomInt` answers with a number outside its range.
 */
export function playRound(player: Action, randomInt: RandomInt): Round {
  const drawn = randomInt(ACTIONS.length)
  const computer = ACTIONS[drawn]
  if (computer === undefined) {
    throw new RangeError(`Cannot draw action ${drawn}: there are ${ACTIONS.length}`)
  }
  return { player, computer, outcome: outcomeOf(player, computer) }
}
