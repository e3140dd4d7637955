/** What a player can do, in the order in which it is offered. */
export const ACTIONS = ['rock', 'paper', 'scissors'] as const

export type Action = (typeof ACTIONS)[number]

/** How a round ended, as the player sees it. */
export type Outcome = 'win' | 'lose' | 'draw'

/** Each action and the one it defeats: the whole game. */
const DEFEATS: Readonly<Record<Action, Action>> = {
  rock: 'scissors',
  paper: 'rock',
  scissors: 'paper',
}

/** Says whether something that came from outside is one of the three actions, spelt exactly. */
export function isAction(value: unknown): value is Action {
  return ACTIONS.some((action) => action === value)
}

export function outcomeOf(player: Action, computer: Action): Outcome {
  if (player === computer) return 'draw'
  return DEFEATS[player] === computer ? 'win' : 'lose'
}

/** The action that wins against another. */
export function defeaterOf(action: Action): Action {
  return DEFEATS[DEFEATS[action]] // of three in a ring, the one after the next is the one before
}
