import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import signature from 'cookie-signature'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signCookie, unsignCookie } from '@tokkyu/session'

const base64 = (hex: string): string =>
  Buffer.from(hex, 'hex').toString('base64').replace(/=+$/, '')

describe('a signed cookie', () => {
  it('equals that of cookie-signature, both ways', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 1 }), (value, secret) => {
        expect(signCookie(value, secret)).toBe(signature.sign(value, secret))
        expect(unsignCookie(signature.sign(value, secret), secret)).toBe(value)
      }),
    )
  })

  // RFC 4231 §4.2, 4.3, 4.4 and 4.7: test cases of HMAC-SHA-256
  it.each([
    [
      '0b'.repeat(20),
      'Hi There',
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    ],
    [
      Buffer.from('Jefe').toString('hex'),
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      'aa'.repeat(131),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
    [
      'aa'.repeat(131),
      'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
      '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
    ],
  ])('carries the MAC of RFC 4231 for key %s', (key, value, mac) => {
    expect(signCookie(value, Buffer.from(key, 'hex'))).toBe(`${value}.${base64(mac)}`)
  })

  it('takes text, bytes and key objects as the same key', () => {
    const signed = signCookie('v', 'secret')
    expect(signCookie('v', Buffer.from('secret'))).toBe(signed)
    expect(signCookie('v', createSecretKey(Buffer.from('secret')))).toBe(signed)
  })

  it('is signed by the first key and verified by all', () => {
    expect(signCookie('v', ['new', 'old'])).toBe(signCookie('v', 'new'))
    expect(unsignCookie(signCookie('v', 'old'), ['new', 'old'])).toBe('v')
    expect(unsignCookie(signCookie('v', 'older'), ['new', 'old'])).toBe(false)
  })

  it('fails for a changed value, a cut, an extended and a missing MAC', () => {
    const signed = signCookie('v.w', 'k')
    expect(unsignCookie(signed, 'k')).toBe('v.w')
    for (const forged of [
      `x${signed}`,
      signed.slice(0, -1),
      `${signed}A`,
      signed.slice(0, signed.indexOf('.') + 1),
      'v',
      '',
      '.',
      `v.${'\u0141'.repeat(43)}`,
    ]) {
      expect(unsignCookie(forged, 'k')).toBe(false)
    }
  })

  it('has one spelling: other base64 forms of the same MAC fail', () => {
    // Find a MAC with both alphabets and different last digits to choose from.
    const value = Array.from({ length: 200 }, (_, n) => `v${n}`).find((text) =>
      /\+.*\/|\/.*\+/.test(signCookie(text, 'k')),
    ) as string
    const signed = signCookie(value, 'k')
    const mac = createHmac('sha256', 'k').update(value).digest()
    const urlSafe = `${value}.${mac.toString('base64url')}`
    const padded = `${signed}=`
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
    const sameBytes = last
      .split('')
      .map((digit) => signed.slice(0, -1) + digit)
      .filter((text) => Buffer.from(text.slice(value.length + 1), 'base64').equals(mac))
    expect(sameBytes).toHaveLength(4) // two spare bits in the 43rd digit
    expect(sameBytes.filter((text) => unsignCookie(text, 'k') !== false)).toEqual([signed])
    expect(unsignCookie(urlSafe, 'k')).toBe(false)
    expect(unsignCookie(padded, 'k')).toBe(false)
  })

  it('is a mistake of the program without text or key, and says so at once', () => {
    expect(() => signCookie(1 as never, 'k')).toThrow(TypeError)
    expect(() => signCookie('v', [])).toThrow('Secret key must be provided.')
    expect(() => signCookie('v', undefined as never)).toThrow(TypeError)
    expect(() => unsignCookie(undefined as never, 'k')).toThrow(TypeError)
    expect(() => unsignCookie('v', [])).toThrow(TypeError)
  })

  it('never verifies random bytes', () => {
    for (let n = 0; n < 200; n++) {
      expect(unsignCookie(`v.${randomBytes(32).toString('base64').slice(0, 43)}`, 'k')).toBe(false)
    }
  })
})
