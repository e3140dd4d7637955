import { describe, expect, it } from 'vitest'
import { evaluatePreconditions, rangeApplies } from '@tokkyu/session'
import type { Preconditions } from '@tokkyu/session'

const THEN = 'Sun, 06 Nov 1994 08:49:37 GMT'
const EARLIER = 'Sun, 06 Nov 1994 08:49:36 GMT'
const LATER = 'Sun, 06 Nov 1994 08:49:38 GMT'
const etag = '"1"'

const verdict = (
  method: string,
  headers: Preconditions['headers'],
  known: Omit<Preconditions, 'method' | 'headers'> = { etag, lastModified: THEN },
) => evaluatePreconditions({ method, headers, ...known })

describe('the preconditions of RFC 9110 §13.2.2', () => {
  it('proceed when there are none', () => {
    expect(verdict('GET', {})).toBe('proceed')
    expect(verdict('PUT', {}, {})).toBe('proceed')
  })

  it.each([
    ['"1"', 'proceed'],
    ['"0", "1"', 'proceed'],
    ['*', 'proceed'],
    ['"2"', 'failed'],
    ['W/"1"', 'failed'],
  ])('compare If-Match %s strongly: %s', (ifMatch, expected) => {
    expect(verdict('PUT', { 'if-match': ifMatch })).toBe(expected)
    expect(verdict('GET', { 'if-match': ifMatch })).toBe(expected)
  })

  it('fail If-Match when the tag is weak, absent or the thing does not exist', () => {
    expect(verdict('PUT', { 'if-match': 'W/"1"' }, { etag: 'W/"1"' })).toBe('failed')
    expect(verdict('PUT', { 'if-match': '"1"' }, {})).toBe('failed')
    expect(verdict('PUT', { 'if-match': '*' }, { exists: false })).toBe('failed')
  })

  it.each([
    [THEN, 'proceed'],
    [LATER, 'proceed'],
    [EARLIER, 'failed'],
    ['yesterday', 'proceed'],
  ])('compare If-Unmodified-Since %s: %s', (date, expected) => {
    expect(verdict('PUT', { 'if-unmodified-since': date })).toBe(expected)
  })

  it('ignore If-Unmodified-Since beside If-Match, and without a date to compare', () => {
    expect(verdict('PUT', { 'if-match': '"1"', 'if-unmodified-since': EARLIER })).toBe('proceed')
    expect(verdict('PUT', { 'if-unmodified-since': EARLIER }, { etag })).toBe('proceed')
  })

  it.each([
    ['GET', '"1"', 'not-modified'],
    ['HEAD', 'W/"1"', 'not-modified'],
    ['QUERY', '"1"', 'not-modified'],
    ['PUT', '"1"', 'failed'],
    ['GET', '*', 'not-modified'],
    ['PUT', '*', 'failed'],
    ['GET', '"2"', 'proceed'],
    ['PUT', '"2"', 'proceed'],
  ])('compare If-None-Match weakly: %s with %s: %s', (method, ifNoneMatch, expected) => {
    expect(verdict(method, { 'if-none-match': ifNoneMatch })).toBe(expected)
  })

  it('let `If-None-Match: *` create what does not exist yet', () => {
    expect(verdict('PUT', { 'if-none-match': '*' }, { exists: false })).toBe('proceed')
  })

  it.each([
    ['GET', THEN, 'not-modified'],
    ['HEAD', LATER, 'not-modified'],
    ['GET', EARLIER, 'proceed'],
    ['PUT', THEN, 'proceed'],
    ['GET', '1994-11-06', 'proceed'],
  ])('compare If-Modified-Since of a %s with %s: %s', (method, date, expected) => {
    expect(verdict(method, { 'if-modified-since': date })).toBe(expected)
  })

  it('ignore If-Modified-Since beside If-None-Match', () => {
    expect(verdict('GET', { 'if-none-match': '"2"', 'if-modified-since': LATER })).toBe('proceed')
  })

  it('go on to If-None-Match after If-Match held', () => {
    expect(verdict('GET', { 'if-match': '"1"', 'if-none-match': '"1"' })).toBe('not-modified')
    expect(verdict('PUT', { 'if-match': '"1"', 'if-none-match': '"1"' })).toBe('failed')
  })

  it('take a Date or milliseconds, of which parts of a second do not count', () => {
    const ms = Date.parse(THEN) + 999
    const headers = { 'if-modified-since': THEN }
    expect(verdict('GET', headers, { lastModified: ms })).toBe('not-modified')
    expect(verdict('GET', headers, { lastModified: new Date(ms) })).toBe('not-modified')
    expect(verdict('GET', headers, { lastModified: new Date(Number.NaN) })).toBe('proceed')
  })
})

describe('If-Range (RFC 9110 §13.1.5)', () => {
  it('applies when absent', () => {
    expect(rangeApplies({ headers: {}, etag })).toBe(true)
  })

  it.each([
    ['"1"', '"1"', true],
    ['"1"', '"2"', false],
    ['W/"1"', 'W/"1"', false],
    ['"1"', undefined, false],
  ])('compares the tag %s with %s strongly: %s', (ifRange, tag, expected) => {
    expect(rangeApplies({ headers: { 'if-range': ifRange }, etag: tag })).toBe(expected)
  })

  it('wants exactly the date', () => {
    const applies = (date: string): boolean =>
      rangeApplies({ headers: { 'if-range': date }, lastModified: THEN })
    expect(applies(THEN)).toBe(true)
    expect(applies(LATER)).toBe(false)
    expect(applies(EARLIER)).toBe(false)
    expect(applies('garbage')).toBe(false)
  })

  it('does not trust a date before its second has passed', () => {
    const headers = { 'if-range': THEN }
    const time = Date.parse(THEN)
    expect(rangeApplies({ headers, lastModified: time, now: time + 500 })).toBe(false)
    expect(rangeApplies({ headers, lastModified: time, now: time + 1000 })).toBe(true)
  })
})
