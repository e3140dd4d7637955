import { describe, expect, it } from 'vitest'
import { contentRange, selectRanges } from '../../src/response/byte-ranges.ts'

/** A header that asks for every second byte. */
const pieces = (count: number): string =>
  `bytes=${Array.from({ length: count }, (_, i) => `${i * 2}-${i * 2}`).join(',')}`

describe('a Range header (RFC 9110 §14.2)', () => {
  it.each([
    ['bytes=0-4', [{ start: 0, end: 4 }]],
    ['bytes=5-', [{ start: 5, end: 9 }]],
    ['bytes=-3', [{ start: 7, end: 9 }]],
    ['BYTES=0-0', [{ start: 0, end: 0 }]],
    ['bytes=0-99', [{ start: 0, end: 9 }]],
  ])('%s selects a range of ten bytes', (header, ranges) => {
    expect([...(selectRanges(header, 10) ?? [])]).toEqual(ranges)
  })

  it('selects the whole body for a suffix longer than it', () => {
    expect([...(selectRanges('bytes=-500', 10) ?? [])]).toEqual([{ start: 0, end: 9 }])
    expect([...(selectRanges('bytes=0-1, -500', 10) ?? [])]).toEqual([{ start: 0, end: 9 }])
  })

  it('keeps several ranges in the order asked for', () => {
    expect([...(selectRanges('bytes=7-8,0-1', 10) ?? [])]).toEqual([
      { start: 7, end: 8 },
      { start: 0, end: 1 },
    ])
  })

  it('joins ranges that overlap or touch', () => {
    expect([...(selectRanges('bytes=0-3,2-5,6-7', 10) ?? [])]).toEqual([{ start: 0, end: 7 }])
  })

  it.each(['bytes=10-', 'bytes=99-100', 'bytes=-0', 'bytes=5-2'])(
    '%s cannot be satisfied',
    (header) => {
      expect(selectRanges(header, 10)).toEqual([])
    },
  )

  it.each([
    'items=0-1',
    'bytes',
    'bytes=',
    'bytes=abc',
    'bytes=0-1,x',
    'bytes=1.5-2',
    'bytes =0-1',
  ])('%s is ignored', (header) => {
    expect(selectRanges(header, 10)).toBeUndefined()
  })

  it('is ignored when it asks for more than twenty pieces (CVE-2011-3192)', () => {
    expect(selectRanges(pieces(20), 100)).toHaveLength(20)
    expect(selectRanges(pieces(21), 100)).toBeUndefined()
  })

  it('is ignored for an empty body', () => {
    expect(selectRanges('bytes=0-', 0)).toBeUndefined()
  })

  it('is told to the client with the size of the whole', () => {
    expect(contentRange({ start: 2, end: 4 }, 10)).toBe('bytes 2-4/10')
  })
})
