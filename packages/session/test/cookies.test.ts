import cookieParser from 'cookie-parser'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cookies, signCookie } from '@tokkyu/session'
import type { CookieValues, WithCookies } from '@tokkyu/session'

type Parser = (req: never, res: never, next: never) => void
type Given = { headers: { cookie?: string | undefined } } & WithCookies

function parsedBy(parser: unknown, given: Given): Given {
  let calls = 0
  ;(parser as Parser)(given as never, {} as never, (() => calls++) as never)
  expect(calls).toBe(1)
  return given
}

/** Plain objects, as theirs has a prototype and ours has none. */
function plain({ cookies: all, signedCookies: signed, secret }: Given): unknown {
  return { cookies: { ...all }, signed: { ...signed }, secret }
}

const signed = (value: string, secret: string): string =>
  `s:${encodeURIComponent(signCookie(value, secret))}`

describe('cookies()', () => {
  it.each([
    ['no header', undefined],
    ['plain', 'a=1; b=two%20words'],
    ['JSON', `a=j:${encodeURIComponent('{"n":1}')}; b=j:[1]; c=j:{broken; d=j:0`],
    ['signed', `a=${signed('one', 'new')}; b=${signed('two', 'old')}; c=plain`],
    ['signed JSON', `a=${signed('j:{"n":1}', 'new')}`],
    ['forged', `a=s:one.forged; b=s:; c=s:no-signature; d=${signed('x', 'foreign')}`],
    ['duplicates', 'a=1; a=2'],
  ])('reads %s as cookie-parser does', (_what, cookie) => {
    for (const secret of [undefined, 'new', ['new', 'old']]) {
      const ours = parsedBy(cookies(secret), { headers: { cookie } })
      const theirs = parsedBy(cookieParser(secret), { headers: { cookie } })
      expect(plain(ours)).toEqual(plain(theirs))
    }
  })

  it('agrees with cookie-parser on whatever a client may send', { timeout: 60_000 }, () => {
    const piece = fc.oneof(
      fc.constantFrom('a=', 'b=', 'j:', 's:', '; ', '%', '"', '{}', signed('x', 'k')),
      fc.string({ maxLength: 5 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const cookie = pieces.join('')
        const ours = parsedBy(cookies('k'), { headers: { cookie } })
        const theirs = parsedBy(cookieParser('k'), { headers: { cookie } })
        for (const { cookies: all } of [ours, theirs]) delete all?.[''] // RFC 6265bis §5.7
        for (const { cookies: all } of [ours, theirs])
          for (const name of OBJECT_KEYS) delete all?.[name]
        expect(plain(ours)).toEqual(plain(theirs))
      }),
      { numRuns: 500 },
    )
  })

  it('leaves a request alone that has cookies already', () => {
    const own: CookieValues = { mine: 1 }
    const given = parsedBy(cookies('k'), { headers: { cookie: 'a=1' }, cookies: own })
    expect(given.cookies).toBe(own)
    expect(given.signedCookies).toBeUndefined()
  })

  it('decodes with the function it is given', () => {
    expect(
      parsedBy(cookies(null, { decode: (value) => value.toUpperCase() }), {
        headers: { cookie: 'a=x' },
      }).cookies?.['a'],
    ).toBe('X')
  })

  it('cannot be made to pollute a prototype by JSON or names', () => {
    const cookie = `__proto__=j:${encodeURIComponent('{"polluted":1}')}; a=j:${encodeURIComponent('{"__proto__":{"polluted":1}}')}`
    const given = parsedBy(cookies(), { headers: { cookie } })
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    expect(given.cookies?.['__proto__']).toEqual({ polluted: 1 })
  })

  it('refuses an empty secret at once, which would sign with nothing', () => {
    expect(() => cookies(['', 'old'])).toThrow(TypeError)
  })

  it('brings the helpers of cookie-parser', () => {
    expect(cookies.JSONCookie('j:{"a":1}')).toEqual(cookieParser.JSONCookie('j:{"a":1}'))
    expect(cookies.JSONCookie('x')).toBe(undefined)
    expect(cookies.JSONCookies({ a: 'j:[1]', b: 'x' })).toEqual({ a: [1], b: 'x' })
    const one = `s:${signCookie('v', 'k')}`
    expect(cookies.signedCookie(one, 'k')).toBe(cookieParser.signedCookie(one, 'k'))
    expect(cookies.signedCookie(one, 'other')).toBe(false)
    expect(cookies.signedCookie('plain', 'k')).toBe('plain')
    expect(cookies.signedCookie(1, 'k')).toBe(undefined)
    const values = { a: one, b: 'plain' }
    expect({ ...cookies.signedCookies(values, 'k') }).toEqual({ a: 'v' })
    expect(values).toEqual({ b: 'plain' })
  })
})

/** Where theirs meets `Object.prototype`. */
const OBJECT_KEYS = ['__proto__', 'constructor', 'toString', 'valueOf']
