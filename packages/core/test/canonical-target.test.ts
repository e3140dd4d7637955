import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { canonicalTarget } from '../src/guard/canonical-head.ts'
import { TargetError } from '../src/guard/errors.ts'

describe('a canonical target', () => {
  it.each([
    ['/', '/'],
    ['/a/b?c=%61&d=//', '/a/b?c=%61&d=//'],
    ['*', '*'],
  ])('is what %s is already', (target, canonical) => {
    expect(canonicalTarget(target)).toBe(canonical)
  })

  // RFC 3986 §6.2.2: case, percent-encoding and path segment normalisation.
  it.each([
    ['/%61dmin', '/admin'],
    ['/%7euser/%40home', '/~user/@home'],
    ['/%ce%b1', '/%CE%B1'],
    ['/a%2fb', '/a%2Fb'],
    ['/a%3fb%23c%25d', '/a%3Fb%23c%25d'],
    ['/a|b', '/a%7Cb'],
    ['/ä', '/%C3%A4'],
    ['/a\ud800b', '/a%EF%BF%BDb'],
    ['/./a', '/a'],
    ['/a/.', '/a/'],
    ['/a/..', '/'],
    ['/a/b/..', '/a/'],
    ['/x/../admin', '/admin'],
    ['/%2e/a', '/a'],
    ['/x/%2E%2e/a', '/a'],
    ['//admin', '/admin'],
    ['/admin//x///', '/admin/x/'],
    ['//', '/'],
    ['/proxy//https://h//a', '/proxy/https://h/a'],
    ['/proxy/https:///a', '/proxy/https://a'],
    ['/proxy/https://../a', '/proxy/https:/a'],
    ['/proxy/https:/b/..//a', '/proxy/https://a'],
    ['/proxy/1https://a', '/proxy/1https:/a'],
    ['/a"^%3c😀', '/a%22%5E%3C%F0%9F%98%80'],
  ])('of %s is %s', (target, canonical) => {
    expect(canonicalTarget(target)).toBe(canonical)
  })

  it.each([
    ['/..', '/..'],
    ['/../a', '/../a'],
    ['/a/../../b', '/../b'],
    ['/../../a/..', '/../../'],
    ['/%2e%2e/a', '/../a'],
  ])('of %s keeps what climbs above the root', (target, canonical) => {
    expect(canonicalTarget(target)).toBe(canonical)
  })

  it.each([
    ['/a#b', '/a'],
    ['/a#?b', '/a'],
    ['/a?b#c', '/a?b'],
    ['http://h/%61?b', '/a?b'],
    ['HTTPS://h:1', '/'],
    ['http://h?a', '/?a'],
  ])('of %s is without fragment and authority', (target, canonical) => {
    expect(canonicalTarget(target)).toBe(canonical)
  })

  it.each(['/a%00', '/a%0A', '/%1f', '/%7F', '/a%5cb', '/a\\b', '/\0', '/a\nb', '/a\u007f'])(
    'does not exist for %j: controls and backslashes',
    (target) => {
      expect(() => canonicalTarget(target)).toThrow(
        expect.objectContaining({
          name: 'TargetError',
          code: 'TARGET_INVALID',
          status: 400,
          target,
        }),
      )
    },
  )

  it.each(['http:////admin', 'http://', 'ftp://h/admin', 'file:///etc/passwd'])(
    'does not exist for %j: its authority or scheme',
    (target) => expect(() => canonicalTarget(target)).toThrow(TargetError),
  )

  it('leaves what is no encoding to whoever decodes', () => {
    expect(canonicalTarget('/%zz/%')).toBe('/%zz/%')
  })

  it.each(['/%%361dmin', '/%6%31dmin', '/%%36%31dmin', '/%25%36%31'])(
    'of %s decodes nothing twice',
    (target) => expect(canonicalTarget(target)).not.toMatch(/%61/),
  )

  const pieces = [
    '/',
    '//',
    '.',
    '..',
    '%2e',
    '%2F',
    '%',
    '%6',
    '%36',
    '%31',
    '%41',
    'a',
    '1',
    '%25',
    '?',
    '#',
    'ä',
    '|',
    ';',
    '%3B',
    '%ff',
  ]
  const anyTarget = fc
    .array(fc.constantFrom(...pieces), { maxLength: 14 })
    .map((parts) => `/${parts.join('')}`)
    .filter((target) => !/%[01]/.test(target)) // encoded controls are refused

  it('is canonical', () => {
    fc.assert(
      fc.property(anyTarget, (target) => {
        const once = canonicalTarget(target)
        expect(canonicalTarget(once)).toBe(once)
      }),
    )
  })

  it('names the same resource: what decoding and resolving makes of both is equal', () => {
    fc.assert(
      fc.property(anyTarget, (target) => {
        const before = meaning(target)
        fc.pre(before !== undefined)
        expect(meaning(canonicalTarget(target))).toBe(before)
      }),
    )
  })
})

/** The segments a file server reads in a target, `undefined` when it cannot be decoded. */
function meaning(target: string): string | undefined {
  const segments: string[] = []
  try {
    for (const raw of target.split(/[?#]/, 1)[0]!.split('/')) {
      // An encoded slash is data in a segment; NUL cannot be in one.
      const segment = raw.split(/%2F/i).map(decodeURIComponent).join('\0')
      if (segment === '' || segment === '.') continue
      if (segment === '..' && segments.length > 0 && segments.at(-1) !== '..') segments.pop()
      else segments.push(segment)
    }
  } catch {
    return undefined
  }
  return segments.join('/')
}

describe('the time for a target', () => {
  // Each had its beginning read again for every unit: minutes, by the square.
  it.each([
    ['%%36', ''],
    ['%%3', ''],
    ['a', '/./'],
    ['a', '//'],
    ['a_', ':/'],
    ['a', ':/b/../'],
  ])(
    'of a million %j, and as many %j behind, is soon over',
    (unit, behind) => {
      const target = `/${unit.repeat(1_000_000)}${behind.repeat(100_000)}`
      expect(canonicalTarget(target)).toMatch(/^\//)
    },
    60_000,
  )
})
