import { describe, expect, it } from 'vitest'
import { parseByteSize } from '../../src/limits/byte-size.ts'

describe('an amount of bytes', () => {
  it.each([
    [0, 0],
    [1024, 1024],
    [Infinity, Infinity],
    ['1024', 1024],
    ['10b', 10],
    ['1kb', 1024],
    ['1KB', 1024],
    ['1.5 kb', 1536],
    ['+2mb', 2 * 2 ** 20],
    ['1gb', 2 ** 30],
    ['1.5', 1],
  ])('%j is %d', (size, bytes) => {
    expect(parseByteSize(size)).toBe(bytes)
  })

  it.each([Number.NaN, -1, -Infinity, '', ' ', 'kb', 'many', '100k', '10 bananas', '1e3', '0x10'])(
    '%j is none',
    (size) => {
      expect(parseByteSize(size)).toBeUndefined()
    },
  )

  it.each([null, undefined, true, [1], {}])('%j is none either', (size) => {
    expect(parseByteSize(size)).toBeUndefined()
  })
})
