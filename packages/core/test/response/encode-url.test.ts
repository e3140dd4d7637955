import { describe, expect, it } from 'vitest'
import { array, assert, integer, property } from 'fast-check'
import { encodeUrl } from '../../src/response/encode-url.ts'

/** Any text at all, halves of surrogate pairs included. */
const codeUnits = array(integer({ min: 0, max: 0xffff }))

describe('a URL for a header', () => {
  it.each([
    ['/a b', '/a%20b'],
    ['/caf\u00e9', '/caf%C3%A9'],
    ['/\ud83d\ude00', '/%F0%9F%98%80'],
    ['/\ud83d!', '/%EF%BF%BD!'],
    ['/%41%zz%', '/%41%25zz%25'],
    ['/?q=<">', '/?q=%3C%22%3E'],
    ['/a\r\nSet-Cookie: x', '/a%0D%0ASet-Cookie:%20x'],
    ['http://[::1]/a|b^c', 'http://[::1]/a|b^c'],
    ['/\\evil.example', '/\\evil.example'],
  ])('%j is encoded as %s', (given, expected) => {
    expect(encodeUrl(given)).toBe(expected)
  })

  it('holds nothing but visible ASCII, whatever went in, and is not encoded twice', () => {
    assert(
      property(codeUnits, (codes) => {
        const url = String.fromCharCode(...codes)
        const encoded = encodeUrl(url)
        expect(encoded).toMatch(/^[!-~]*$/)
        expect(encodeUrl(encoded)).toBe(encoded)
      }),
    )
  })
})
