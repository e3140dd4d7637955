import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { playRound } from '../src/server/game/match.ts'
import { ACTIONS, type Outcome } from '../src/server/game/rules.ts'
import { EMPTY_SCOREBOARD, record, type Scoreboard } from '../src/server/game/scoreboard.ts'

/** The number that makes the computer lose, win or draw against rock. */
const DRAWN: Record<Outcome, number> = { draw: 0, lose: 1, win: 2 }

function after(...outcomes: Outcome[]): Scoreboard {
  const rounds = outcomes.map((outcome) => playRound('rock', () => DRAWN[outcome]))
  return rounds.reduce(record, EMPTY_SCOREBOARD)
}

describe('the scoreboard', () => {
  it('counts wins, losses and draws', () => {
    expect(after('win', 'win', 'lose', 'draw')).toMatchObject({ wins: 2, losses: 1, draws: 1 })
  })

  it('counts wins in a row', () => expect(after('lose', 'win', 'win').streak).toBe(2))
  it('ends a streak with a loss', () => expect(after('win', 'win', 'lose').streak).toBe(0))
  it('keeps a streak over a draw', () => expect(after('win', 'draw', 'win').streak).toBe(2))

  it('remembers the best streak', () => {
    expect(after('win', 'win', 'lose', 'win')).toMatchObject({ streak: 1, bestStreak: 2 })
  })

  it('shows the newest round first', () => {
    expect(after('lose', 'win').rounds.map(({ outcome }) => outcome)).toEqual(['win', 'lose'])
  })

  it('remembers ten rounds and counts them all', () => {
    const board = after(...Array.from({ length: 12 }, () => 'lose' as const), 'win')
    expect(board).toMatchObject({ wins: 1, losses: 12 })
    expect(board.rounds.map(({ outcome }) => outcome)).toEqual([
      'win',
      ...Array.from({ length: 9 }, () => 'lose'),
    ])
  })

  it('never changes the board it was given', () => {
    const before = after('win')
    const copy = structuredClone(before)
    record(
      before,
      playRound('paper', () => 0),
    )
    expect(before).toEqual(copy)
  })

  it('adds up whatever is played, and survives being stored as JSON', () => {
    const rounds = fc.array(
      fc.record({ action: fc.constantFrom(...ACTIONS), drawn: fc.nat({ max: 2 }) }),
    )
    fc.assert(
      fc.property(rounds, (played) => {
        const board = played
          .map(({ action, drawn }) => playRound(action, () => drawn))
          .reduce(record, EMPTY_SCOREBOARD)
        expect(board.wins + board.losses + board.draws).toBe(played.length)
        expect(board.rounds).toHaveLength(Math.min(played.length, 10))
        expect(board.streak).toBeLessThanOrEqual(board.bestStreak)
        expect(board.bestStreak).toBeLessThanOrEqual(board.wins)
        expect(JSON.parse(JSON.stringify(board))).toEqual(board)
      }),
    )
  })
})
