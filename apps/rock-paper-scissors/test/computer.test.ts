import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { chooseAction, expectNext, isOpponent } from '../src/server/game/computer.ts'
import { habitsOf, remember } from '../src/server/game/habits.ts'
import { ACTIONS, type Action, defeaterOf, outcomeOf } from '../src/server/game/rules.ts'

const moves = fc.array(fc.constantFrom(...ACTIONS), { maxLength: 40 })

/** r, p and s, as people write down a game. */
function spell(letters: string): Action[] {
  return letters.split('').map((letter) => ACTIONS.find(([first]) => first === letter) ?? 'rock')
}

describe('the pattern guesser', () => {
  it.each([
    ['rrrr', 'rock'],
    ['rpsrps', 'rock'],
    ['rpsrpsr', 'paper'],
    ['rrprrprr', 'paper'],
    ['rprsr', 'scissors'], // a paper and a scissors came after a rock: the later one counts
  ] as const)('expects of %s that %s comes next', (played, next) => {
    expect(expectNext(spell(played))).toBe(next)
  })

  it.each(['', 'r', 'rp', 'rps'])('expects nothing where nothing has come twice: %j', (played) => {
    expect(expectNext(spell(played))).toBeUndefined()
  })

  it('plays what wins against the expected move, and draws where it expects none', () => {
    expect(chooseAction('guesser', spell('rrr'), () => 0)).toBe('paper')
    expect(chooseAction('guesser', [], () => 2)).toBe('scissors')
  })

  it('beats whoever repeats any cycle of up to three moves, once it has seen it twice', () => {
    const cycle = fc.array(fc.constantFrom(...ACTIONS), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(cycle, fc.integer({ min: 2, max: 6 }), (period, times) => {
        const played = Array.from({ length: times * period.length + 3 }, (_, at) => at).map(
          (at) => period[at % period.length] ?? 'rock',
        )
        const next = period[played.length % period.length] ?? 'rock'
        expect(
          outcomeOf(
            next,
            chooseAction('guesser', played, () => 0),
          ),
        ).toBe('lose')
      }),
      { seed: 22, numRuns: 200 },
    )
  })

  it('does not change what it looks at', () => {
    fc.assert(
      fc.property(moves, (played) => {
        const copy = [...played]
        chooseAction('guesser', played, () => 0)
        expect(played).toEqual(copy)
      }),
      { seed: 22, numRuns: 100 },
    )
  })
})

describe('fair dice', () => {
  it('never look at what was played', () => {
    fc.assert(
      fc.property(moves, fc.nat({ max: 2 }), (played, drawn) => {
        expect(chooseAction('dice', played, () => drawn)).toBe(ACTIONS[drawn])
      }),
      { seed: 22, numRuns: 100 },
    )
  })
})

describe('the choice of an opponent', () => {
  it.each(['dice', 'guesser'])('knows %s', (name) => expect(isOpponent(name)).toBe(true))
  it.each(['Dice', '', undefined, ['dice'], 'toString'])('does not know %j', (name) => {
    expect(isOpponent(name)).toBe(false)
  })
})

describe('the action that defeats another', () => {
  it.each(ACTIONS)('wins against %s', (action) => {
    expect(outcomeOf(defeaterOf(action), action)).toBe('win')
  })
})

describe('habits', () => {
  it('count the moves in the order in which they are offered', () => {
    expect(habitsOf(spell('rrpr'))).toEqual([
      { action: 'rock', count: 3, percent: 75 },
      { action: 'paper', count: 1, percent: 25 },
      { action: 'scissors', count: 0, percent: 0 },
    ])
  })

  it('are nought before the first move', () => {
    expect(habitsOf([]).map(({ percent }) => percent)).toEqual([0, 0, 0])
  })

  it('remember a hundred moves, the newest last', () => {
    const played = Array.from({ length: 120 }, () => 'rock' as const).reduce(
      (all: readonly Action[], move) => remember(all, move),
      [],
    )
    expect(remember(played, 'paper')).toHaveLength(100)
    expect(remember(played, 'paper').at(-1)).toBe('paper')
  })
})
