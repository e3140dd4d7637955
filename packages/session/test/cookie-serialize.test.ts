import { parseSetCookie, stringifySetCookie } from 'cookie'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CookieTooLargeError, InvalidCookieError, serializeCookie } from '@tokkyu/session'
import type { SerializeCookieOptions } from '@tokkyu/session'

describe('serializeCookie', () => {
  it('writes every attribute', () => {
    const written = serializeCookie('id', 'a b', {
      maxAge: 60.9,
      domain: '.example.com',
      path: '/app',
      expires: new Date(0),
      httpOnly: true,
      secure: true,
      partitioned: true,
      priority: 'high',
      sameSite: 'none',
    })
    expect(written).toBe(
      'id=a%20b; Max-Age=60; Domain=.example.com; Path=/app; Expires=Thu, 01 Jan 1970 00:00:00 GMT; ' +
        'HttpOnly; Secure; Partitioned; Priority=High; SameSite=None',
    )
  })

  it('writes `sameSite: true` as Strict', () => {
    expect(serializeCookie('a', '', { sameSite: true })).toBe('a=; SameSite=Strict')
  })

  it('is read back by the cookie package, whatever the value', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (value) => {
        expect(parseSetCookie(serializeCookie('a', value)).value).toBe(value)
      }),
    )
  })

  it('encodes what would end the value or the line, and never throws for a value', () => {
    expect(serializeCookie('a', 'x; Domain=evil.test\r\nX: y')).toBe(
      'a=x%3B%20Domain%3Devil.test%0D%0AX%3A%20y',
    )
    expect(serializeCookie('a', '\ud800')).toBe('a=%EF%BF%BD')
  })

  it.each(['', 'a;b', 'a,b', 'a=b', 'a b', 'a\u00a0b', 'a\r\nb', 'a=1; Domain=x', 'é', '\0'])(
    'refuses the name %j (CVE-2024-47764)',
    (name) => {
      expect(() => serializeCookie(name, 'x')).toThrow(InvalidCookieError)
    },
  )

  it.each<SerializeCookieOptions>([
    { path: '/; Domain=evil.test' },
    { path: '/\r\nX: y' },
    { path: `/${'x'.repeat(1024)}` },
    { domain: 'a.test; Secure' },
    { domain: 'a..test' },
    { maxAge: Number.NaN },
    { expires: new Date(Number.NaN) },
    { sameSite: 'lax; Domain=evil.test' as 'lax' },
    { priority: 'urgent' as 'high' },
    { encode: (value) => `${value};` },
    { encode: 'none' as never },
  ])('refuses the attribute %j', (options) => {
    expect(() => serializeCookie('a', 'x', options)).toThrow(
      expect.objectContaining({ code: 'COOKIE_INVALID', status: 500, expose: false }),
    )
  })

  it('says what is wrong and what would be right', () => {
    expect(() => serializeCookie('a', '', { sameSite: 'never' as 'lax' })).toThrow(
      'option sameSite is invalid: "never"; one of Strict, Lax, None',
    )
  })

  it.each(['__Host-id', '__HOST-id', '__host-id'])('holds %s to its prefix', (name) => {
    expect(() => serializeCookie(name, 'x', { path: '/' })).toThrow(InvalidCookieError)
    expect(() => serializeCookie(name, 'x', { secure: true })).toThrow(InvalidCookieError)
    expect(() => serializeCookie(name, 'x', { secure: true, path: '/a' })).toThrow(
      InvalidCookieError,
    )
    expect(() => serializeCookie(name, 'x', { secure: true, path: '/', domain: 'a.test' })).toThrow(
      InvalidCookieError,
    )
    expect(serializeCookie(name, 'x', { secure: true, path: '/' })).toBe(
      `${name}=x; Path=/; Secure`,
    )
  })

  it('holds `__Secure-` to Secure', () => {
    expect(() => serializeCookie('__secure-id', 'x')).toThrow(InvalidCookieError)
    expect(serializeCookie('__Secure-id', 'x', { secure: true })).toBe('__Secure-id=x; Secure')
  })

  it('refuses name and value of more than 4096 bytes, which browsers drop silently', () => {
    expect(serializeCookie('a', 'x'.repeat(4095))).toHaveLength(4097)
    expect(() => serializeCookie('a', 'x'.repeat(4096))).toThrow(CookieTooLargeError)
    expect(() => serializeCookie('a', 'x'.repeat(4096))).toThrow(
      expect.objectContaining({ code: 'COOKIE_TOO_LARGE', cookie: 'a', size: 4097, limit: 4096 }),
    )
  })
  it.each([
    ['a', 'x'.repeat(5000), {}],
    ['__Host-id', 'x', { path: '/a', domain: 'a.test' }],
    ['__Secure-id', 'x', {}],
    ['a', 'x', { path: `/${'x'.repeat(2000)}` }],
  ])('writes what browsers drop when it is told to: %s', (name, value, options) => {
    expect(() => serializeCookie(name, value, options)).toThrow(/\S/)
    expect(serializeCookie(name, value, { ...options, browserRules: false })).toBe(
      stringifySetCookie({ name, value, ...options }),
    )
  })
})
