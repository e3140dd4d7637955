import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyBody, type FormBody, setField } from '../src/form-body.ts'

const limits = { fieldNestingDepth: 8, fieldArrayIndexLimit: 1000 }

function read(...fields: [name: string, value: string][]): FormBody {
  const body = emptyBody()
  for (const [name, value] of fields) setField(body, name, value, limits)
  return body
}

// W3C, "HTML JSON form submission", §3 and §4.
describe("a field's path", () => {
  it.each<[string, [string, string][], object]>([
    ['a plain name', [['a', '1']], { a: '1' }],
    ['an index with zeros in front, as the number that it is', [['a[00]', '1']], { a: ['1'] }],
    [
      'a repeated name, which makes an array',
      [
        ['a', '1'],
        ['a', '2'],
        ['a', '3'],
      ],
      { a: ['1', '2', '3'] },
    ],
    [
      'brackets, which nest',
      [
        ['a[b][c]', '1'],
        ['a[b][d]', '2'],
      ],
      { a: { b: { c: '1', d: '2' } } },
    ],
    [
      'empty brackets, which append',
      [
        ['a[]', '1'],
        ['a[]', '2'],
      ],
      { a: ['1', '2'] },
    ],
    ['empty brackets after a path', [['a[b][]', '1']], { a: { b: ['1'] } }],
    [
      'a number, which is an index',
      [
        ['a[1]', 'b'],
        ['a[0]', 'a'],
      ],
      { a: ['a', 'b'] },
    ],
    [
      'an index before a name',
      [
        ['a[0][b]', '1'],
        ['a[1][b]', '2'],
      ],
      { a: [{ b: '1' }, { b: '2' }] },
    ],
    [
      'a name among indexes, which makes it an object',
      [
        ['a[0]', '1'],
        ['a[x]', '2'],
      ],
      { a: { 0: '1', x: '2' } },
    ],
    [
      'a name under a plain value',
      [
        ['a', '1'],
        ['a[b]', '2'],
      ],
      { a: { '': '1', b: '2' } },
    ],
    [
      'a plain value after a name',
      [
        ['a[b]', '1'],
        ['a', '2'],
      ],
      { a: { b: '1', '': '2' } },
    ],
    ['a bracket that does not close: one literal key', [['a[b', '1']], { 'a[b': '1' }],
    ['text after a bracket: one literal key', [['a[b]c', '1']], { 'a[b]c': '1' }],
    ['empty brackets inside: one literal key', [['a[][b]', '1']], { 'a[][b]': '1' }],
    ['a bracket at the start: one literal key', [['[a]', '1']], { '[a]': '1' }],
  ])('may be %s', (_, fields, expected) => {
    expect(structuredClone({ ...read(...fields) })).toEqual(expected)
  })

  it('makes objects without a prototype', () => {
    const body = read(['a[b]', '1'])
    expect(Object.getPrototypeOf(body)).toBeNull()
    expect(Object.getPrototypeOf(body['a'])).toBeNull()
  })

  // CVE-2020-7699 (express-fileupload), CVE-2017-1000048 (qs).
  it.each([
    '__proto__',
    'a[__proto__]',
    '__proto__[a]',
    'a[constructor]',
    'a[b][prototype]',
    'a[__proto__][]',
  ])('may not be %s', (name) => {
    expect(() => read([name, 'x'])).toThrow(
      expect.objectContaining({ code: 'INVALID_FIELD_NAME', status: 400, field: name }),
    )
  })

  it('may be called like a method', () => {
    expect(read(['constructor', '1'], ['toString', '2'])).toMatchObject({
      constructor: '1',
      toString: '2',
    })
  })

  it('has as many levels as the limit allows', () => {
    expect(() => read([`a${'[b]'.repeat(8)}`, 'x'])).not.toThrow()
    expect(() => read([`a${'[b]'.repeat(9)}`, 'x'])).toThrow(
      expect.objectContaining({ code: 'LIMIT_FIELD_NESTING' }),
    )
  })

  it('has no larger index than the limit allows', () => {
    expect(() => read(['a[1000]', 'x'])).not.toThrow()
    expect(() => read(['a[1001]', 'x'])).toThrow(
      expect.objectContaining({ code: 'LIMIT_FIELD_ARRAY_INDEX' }),
    )
    expect(() => read([`a[${'9'.repeat(400)}]`, 'x'])).toThrow(
      expect.objectContaining({ code: 'LIMIT_FIELD_ARRAY_INDEX' }),
    )
  })

  it('pollutes nothing, whatever it is', { timeout: 90_000 }, () => {
    const piece = fc.constantFrom(
      'a',
      '[',
      ']',
      '[]',
      '[0]',
      '[a]',
      '__proto__',
      'constructor',
      'length',
      'prototype',
    )
    const name = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''))
    const property = fc.property(fc.array(name, { maxLength: 8 }), (names) => {
      for (const field of names) refusedWith400(() => read([field, '1'], [field, '2']))
      refusedWith400(() => read(...names.map((field): [string, string] => [field, 'x'])))
      expect(({} as Record<string, unknown>)['a']).toBeUndefined()
      expect(Object.keys(Object.prototype)).toEqual([])
      expect(Object.keys(Array.prototype)).toEqual([])
    })
    fc.assert(property, { numRuns: 300 })
  })
})

/** Runs what may be refused; throws on when it was refused for another reason. */
function refusedWith400(step: () => void): void {
  try {
    step()
  } catch (error) {
    if ((error as { status?: number }).status !== 400) throw error
  }
}
