import { describe, expect, it } from 'vitest'

import { ACTIONS, isAction, outcomeOf } from '../src/server/game/rules.ts'

describe('a round of rock, paper, scissors', () => {
  it.each([
    ['rock', 'scissors'],
    ['scissors', 'paper'],
    ['paper', 'rock'],
  ] as const)('is won by %s against %s, and lost the other way round', (winner, loser) => {
    expect(outcomeOf(winner, loser)).toBe('win')
    expect(outcomeOf(loser, winner)).toBe('lose')
  })

  it.each(ACTIONS)('is a draw when both choose %s', (action) => {
    expect(outcomeOf(action, action)).toBe('draw')
  })
})

describe('an action', () => {
  it.each(ACTIONS)('can be %s', (action) => expect(isAction(action)).toBe(true))

  it.each(['lizard', 'Rock', ' rock', '', undefined, null, 0, ['rock'], { rock: 1 }, '__proto__'])(
    'cannot be %j',
    (value) => expect(isAction(value)).toBe(false),
  )
})
