import * as fc from 'fast-check'
import * as qs from 'neoqs/legacy'
import { describe, expect, it } from 'vitest'
import { isPlainForm, parsePlainForm } from '../../src/body/parse-plain-form.ts'

const withQs = (text: string, depth: number): unknown =>
  qs.parse(text, { allowPrototypes: true, allowSparse: true, depth, strictDepth: true })

const signs =
  'a b 0 10 = & + % %20 %41 %zz %C3%A9 %C3 é 😀 ? . , ; %26 %3D \0 __proto__ constructor prototype hasOwnProperty'
const sign = fc.constantFrom(...signs.split(' '))
const plain = fc.array(sign, { maxLength: 30 }).map((parts) => parts.join(''))

describe('a form without brackets', () => {
  it('is what qs makes of it, in the same order', () => {
    fc.assert(
      fc.property(plain, fc.constantFrom(0, 32), (text, depth) => {
        expect(isPlainForm(text)).toBe(true)
        const form = parsePlainForm(text)
        expect(form).toStrictEqual(withQs(text, depth))
        expect(Object.keys(form)).toEqual(Object.keys(withQs(text, depth) as object))
      }),
      { numRuns: 500, seed: 24 },
    )
  })

  it.each(['a[b]=1', 'a%5Bb%5D=1', 'a%5b=1', 'a]=1', 'a=[', 'a=%5D'])(
    'is not %s, however they are written',
    (text) => {
      expect(isPlainForm(text)).toBe(false)
    },
  )

  it('has no name that reaches a prototype', () => {
    const form = parsePlainForm('__proto__=1&%5f_proto__=2&a=1&__proto__=3')
    expect(Object.getPrototypeOf(form)).toBe(Object.prototype)
    expect(form).toStrictEqual({ a: '1' })
  })
})
