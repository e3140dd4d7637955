import { randomInt } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { playRound } from '../src/server/game/match.ts'
import { ACTIONS } from '../src/server/game/rules.ts'

describe('playing a round', () => {
  it.each([
    [0, { player: 'rock', computer: 'rock', outcome: 'draw' }],
    [1, { player: 'rock', computer: 'paper', outcome: 'lose' }],
    [2, { player: 'rock', computer: 'scissors', outcome: 'win' }],
  ])('lets the computer take the action that number %i stands for', (drawn, round) => {
    expect(playRound('rock', () => drawn)).toEqual(round)
  })

  it('asks for one number below the number of actions', () => {
    const asked: number[] = []
    playRound('paper', (end) => asked.push(end) - 1)
    expect(asked).toEqual([ACTIONS.length])
  })

  it('shows every answer of the computer when the numbers are truly random', () => {
    const seen = new Set(Array.from({ length: 300 }, () => playRound('rock', randomInt).computer))
    expect([...seen].toSorted()).toEqual([...ACTIONS].toSorted()) // missed once in 10^52 runs
  })

  it.each([3, -1, 0.5, Number.NaN])('refuses %d from a broken source of numbers', (drawn) => {
    expect(() => playRound('rock', () => drawn)).toThrow(RangeError)
  })
})
