import { parse } from 'cookie'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCookies } from '@tokkyu/session'
import { cookieValues } from '../src/cookie/parse.ts'

describe('parseCookies', () => {
  it('reads names and decoded values', () => {
    expect({ ...parseCookies('a=1; b=%20; c="quoted"') }).toEqual({ a: '1', b: ' ', c: 'quoted' })
  })

  it('gives an object without a prototype, so that no name is special', () => {
    const cookies = parseCookies('__proto__=x; constructor=y')
    expect(Object.getPrototypeOf(Object.getPrototypeOf(cookies))).toBe(null)
    expect(cookies['__proto__']).toBe('x')
    expect(cookies['constructor']).toBe('y')
    expect(cookies['toString']).toBeUndefined()
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  it('lets the first of equal names win, as browsers send the longer path first', () => {
    expect(parseCookies('a=first; a=second')['a']).toBe('first')
    expect(parseCookies('a=; a=second')['a']).toBe('')
  })

  it('keeps a value that cannot be decoded', () => {
    expect(parseCookies('a=%E0%A4%A; b=100%')).toEqual({ a: '%E0%A4%A', b: '100%' })
  })

  it('skips pieces without an equals sign', () => {
    expect({ ...parseCookies('flag; a=1; ; other') }).toEqual({ a: '1' })
  })

  it('trims blanks and tabs only: a no-break space stays in the name (CVE-2026-39410)', () => {
    const cookies = parseCookies('\u00a0__Host-id=evil; \t__Host-id\t=\t good \t')
    expect(cookies['__Host-id']).toBe('good')
    expect(cookies['\u00a0__Host-id']).toBe('evil')
  })

  it('tells prefixes apart by case, so `__HOST-` is another cookie', () => {
    expect(parseCookies('__HOST-id=evil')['__Host-id']).toBeUndefined()
  })

  it('reads a missing or an empty header as no cookies', () => {
    expect({ ...parseCookies(undefined) }).toEqual({})
    expect({ ...parseCookies('') }).toEqual({})
  })

  it('takes a thousand cookies and a value of many kilobytes', () => {
    const header = Array.from({ length: 1000 }, (_, n) => `c${n}=${n}`).join('; ')
    expect(Object.keys(parseCookies(header))).toHaveLength(1000)
    expect(parseCookies(`a=${'x'.repeat(100_000)}`)['a']).toHaveLength(100_000)
  })

  it('decodes with the function it is given', () => {
    expect(parseCookies('a=x', { decode: (value) => value.toUpperCase() })['a']).toBe('X')
  })

  it('agrees with the cookie package on every header without quotes', { timeout: 60_000 }, () => {
    const piece = fc.stringMatching(/^[ \ta-c=%20;,\u00a0_]{0,12}$/)
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const header = pieces.join(';')
        const [ours, theirs] = [{ ...parseCookies(header) }, { ...parse(header) }]
        // Ours skips a pair of nothing and nothing (RFC 6265bis §5.7), theirs keeps it.
        for (const cookies of [ours, theirs]) delete cookies['']
        expect(ours).toEqual(theirs)
      }),
      { numRuns: 500 },
    )
  })

  it('never throws, whatever the client sends', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (header) => {
        expect(() => [parseCookies(header), cookieValues(header, 'a')]).not.toThrow()
      }),
    )
  })
})

describe('cookieValues', () => {
  it('gives every value of one name, in the order sent', () => {
    expect(cookieValues('id=1; other=id; id=%32; xid=3; id="4"', 'id')).toEqual(['1', '2', '4'])
  })

  it('finds nothing in a name or value that only contains it', () => {
    expect(cookieValues('my-id=1; id2=2; a=id; id', 'id')).toEqual([])
  })

  it('agrees with parseCookies about the first value', { timeout: 60_000 }, () => {
    const header = fc.stringMatching(/^[ab;= "%]{0,24}$/)
    fc.assert(
      fc.property(header, (text) => {
        expect(cookieValues(text, 'a')[0]).toBe(parseCookies(text)['a'])
      }),
      { numRuns: 1000 },
    )
  })
})
