import { drawAction, type RandomInt } from './match.ts'
import { ACTIONS, type Action, defeaterOf } from './rules.ts'

/** Whom a player can have across the table: fair dice, or one who looks for habits. */
export const OPPONENTS = ['dice', 'guesser'] as const

export type Opponent = (typeof OPPONENTS)[number]

/** The longest pattern that the guesser looks for. */
const PATTERN = 3

/** Says whether something that came from outside is one of the opponents, spelt exactly. */
export function isOpponent(value: unknown): value is Opponent {
  return OPPONENTS.some((opponent) => opponent === value)
}

/**
 * Chooses for the computer, knowing what the player did before this round and never this round's.
 *
 * @param moves - what the player did so far, the oldest first. Dice do not look at it.
 */
export function chooseAction(
  opponent: Opponent,
  moves: readonly Action[],
  randomInt: RandomInt,
): Action {
  const expected = opponent === 'guesser' ? expectNext(moves) : undefined
  return expected ? defeaterOf(expected) : drawAction(randomInt)
}

/**
 * Says what a player will do if habits hold: what followed most often after the last moves, by the
 * longest run of them that has been seen before. Of two that followed as often, the later one.
 *
 * @returns nothing when no run of any length has been seen before.
 */
export function expectNext(moves: readonly Action[]): Action | undefined {
  for (let length = PATTERN; length >= 1; length -= 1) {
    const followers = followersOf(moves.slice(-length), moves)
    const [first] = ACTIONS.toSorted(
      (one, other) =>
        count(followers, other) - count(followers, one) ||
        followers.lastIndexOf(other) - followers.lastIndexOf(one),
    )
    if (followers.length > 0) return first
  }
  return undefined
}

/** What came after each place where `run` stands in `moves`. */
function followersOf(run: readonly Action[], moves: readonly Action[]): Action[] {
  return moves.filter(
    (_, at) => at >= run.length && run.every((move, i) => moves[at - run.length + i] === move),
  )
}

function count(moves: readonly Action[], action: Action): number {
  return moves.filter((move) => move === action).length
}
