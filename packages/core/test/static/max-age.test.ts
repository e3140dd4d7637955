import { describe, expect, it } from 'vitest'
import { parseMaxAge } from '../../src/static/max-age.ts'

const YEAR = 31_536_000_000

describe('a max-age', () => {
  it.each([
    [0, 0],
    [1500, 1500],
    [-1, 0],
    [Infinity, YEAR],
    ['1000', 1000],
    ['1s', 1000],
    ['1.5 secs', 1500],
    ['2 Minutes', 120_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['2 weeks', 1_209_600_000],
    ['1y', YEAR],
    ['-5m', 0],
    ['.5h', 1_800_000],
  ])('%j is %d ms', (age, ms) => {
    expect(parseMaxAge(age)).toBe(ms)
  })

  it.each(['', 'soon', '1 fortnight', '1d2h', 'NaN', Number.NaN, null, {}])('%j is none', (age) => {
    expect(parseMaxAge(age)).toBeUndefined()
  })
})
