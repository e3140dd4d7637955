import peer from 'fresh'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fresh } from '@tokkyu/session'

const DAY = 'Sun, 06 Nov 1994 08:49:37 GMT'
const LATER = 'Mon, 07 Nov 1994 08:49:37 GMT'

describe('fresh', () => {
  it('is false for a request without conditions', () => {
    expect(fresh({}, { etag: '"a"' })).toBe(false)
  })

  it.each([
    ['"a"', '"a"', true],
    ['W/"a"', '"a"', true],
    ['"a"', 'W/"a"', true],
    ['"b", "a"', '"a"', true],
    ['"b"', '"a"', false],
    ['*', '"a"', true],
    ['"a,b"', '"a,b"', true], // a comma inside a tag, RFC 9110 §8.8.3
    ['"a"', undefined, false],
  ])('compares If-None-Match %s with %s weakly: %s', (noneMatch, tag, expected) => {
    expect(fresh({ 'if-none-match': noneMatch }, { etag: tag })).toBe(expected)
  })

  it.each([
    [DAY, DAY, true],
    [LATER, DAY, true],
    [DAY, LATER, false],
    ['Sunday, 06-Nov-94 08:49:37 GMT', DAY, true],
    ['Sun Nov  6 08:49:37 1994', DAY, true],
    ['1994', DAY, false],
    ['Sun, 31 Feb 2090 00:00:00 GMT', DAY, false],
    [DAY, undefined, false],
  ])('compares If-Modified-Since %s with %s: %s', (since, modified, expected) => {
    expect(fresh({ 'if-modified-since': since }, { 'last-modified': modified })).toBe(expected)
  })

  it('lets If-None-Match decide when both are there', () => {
    const request = { 'if-none-match': '"a"', 'if-modified-since': LATER }
    expect(fresh(request, { etag: '"b"', 'last-modified': DAY })).toBe(false)
  })

  it('is false for a reload', () => {
    const request = { 'if-none-match': '"a"', 'cache-control': 'max-age=0, no-cache' }
    expect(fresh(request, { etag: '"a"' })).toBe(false)
  })

  it('agrees with the fresh package on lists of tags', { timeout: 60_000 }, () => {
    const tag = fc.constantFrom('"a"', 'W/"a"', '"b"', 'a', '*', '', ' "a"', 'W/"b" ')
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 4 }), tag, (list, held) => {
        const request = { 'if-none-match': list.join(',') }
        expect(fresh(request, { etag: held.trim() })).toBe(peer(request, { etag: held.trim() }))
      }),
    )
  })
})
