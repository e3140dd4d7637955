import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Router, type RouterOptions } from '@tokkyu/router'

function paramsOf(path: string, url: string, options: RouterOptions = {}) {
  const found = new Router(options).get(path, () => {}).find('GET', url)
  return found && { ...found.params }
}

describe('a constraint by name', () => {
  it('<int> gives a number, and only one that JavaScript can hold', () => {
    expect(paramsOf('/users/:id<int>', '/users/42')).toEqual({ id: 42 })
    expect(paramsOf('/users/:id<int>', '/users/-7/')).toEqual({ id: -7 })
    expect(paramsOf('/users/:id<int>', '/users/9007199254740992')).toBeUndefined()
    const others = ['/users/4x', '/users/1.5', '/users/', '/users/%34%32', '/users/1e3']
    expect(others.filter((url) => paramsOf('/users/:id<int>', url))).toEqual([])
  })

  it('<uuid> takes every version of RFC 9562, in either case', () => {
    const uuid = '0190F3A1-7b2c-7def-8123-456789abcdef'
    expect(paramsOf('/:id<uuid>', `/${uuid}`)).toEqual({ id: uuid })
    expect(paramsOf('/:id<uuid>', `/${uuid}0`)).toBeUndefined()
    expect(paramsOf('/:id<uuid>', `/${uuid.replaceAll('-', '')}`)).toBeUndefined()
  })

  it('<slug> takes words with single hyphens between them', () => {
    expect(paramsOf('/:s<slug>', '/await-next-2')).toEqual({ s: 'await-next-2' })
    const others = ['/-a', '/a-', '/a--b', '/a_b', '/ä']
    expect(others.filter((url) => paramsOf('/:s<slug>', url))).toEqual([])
  })

  it('may be the own one of a router: a pattern, or a function', () => {
    const constraints = {
      hex: '[0-9a-f]+',
      even: (text: string) => Number(text) % 2 === 0,
    }
    expect(paramsOf('/:c<hex>', '/c0ffee', { constraints })).toEqual({ c: 'c0ffee' })
    expect(paramsOf('/:c<hex>', '/coffee', { constraints })).toBeUndefined()
    expect(paramsOf('/:n<even>/x', '/4/x', { constraints })).toEqual({ n: '4' })
    expect(paramsOf('/:n<even>/x', '/5/x', { constraints })).toBeUndefined()
  })

  it('that nobody knows is refused with the ones that are known', () => {
    expect(() => new Router().get('/:id<number>', () => {})).toThrow(
      /Unknown constraint <number> \(known: int, uuid, slug\) at index 5/,
    )
    expect(() => new Router().get('/:id<toString>', () => {})).toThrow(/Unknown constraint/)
  })

  it('lets a path go on in the same segment', () => {
    expect(paramsOf('/v:major<int>.:minor<int>', '/v20.11')).toEqual({ major: 20, minor: 11 })
    expect(paramsOf('/:name.:ext(jpe?g|png)', '/a.b.jpeg')).toEqual({ name: 'a.b', ext: 'jpeg' })
    expect(paramsOf('/:id(\\d+).:ext', '/12.tar')).toEqual({ id: '12', ext: 'tar' })
  })

  it('lets the next route have what it turns down', () => {
    const router = new Router().get('/:id<int>', () => {}).get('/:name', () => {})
    expect(router.find('GET', '/7')?.route.path).toBe('/:id<int>')
    expect(router.find('GET', '/x')?.route.path).toBe('/:name')
  })
})

describe('a pattern in a path', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    '1',
    '-',
    '.',
    '\\d',
    '\\w',
    '\\D',
    '[ab]',
    '[^a]',
    '[a-c1-3]',
    '\\.',
    '[\\d_-]',
    '(?:ab|b)',
    '(a|)b',
  )
  const repeated = fc
    .tuple(piece, fc.constantFrom('', '', '?', '*', '+', '{2}', '{1,2}', '{0,3}', '{2,}'))
    .map(([text, range]) => text + range)
  const pattern = fc
    .array(fc.array(repeated, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 })
    .map((options) => options.map((parts) => parts.join('')).join('|'))
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', '1', '2', '-', '.', 'A', 'x'), { maxLength: 7 })
    .map((letters) => letters.join(''))

  it('means what the same RegExp means', () => {
    fc.assert(
      fc.property(pattern, text, (source, value) => {
        // Refused: see below.
        fc.pre(!new RegExp(`^(?:${source})$`).test(''))
        const expected = value !== '' && new RegExp(`^(?:${source})$`, 'i').test(value)
        const found = paramsOf(`/:x(${source})/end`, `/${value}/end`)
        expect(found).toEqual(expected ? { x: value } : undefined)
      }),
      { numRuns: 3000 },
    )
  })

  it.each([
    ['(a+)+', 'a repetition stands inside a repetition'],
    ['(?:a*b)*', 'a repetition stands inside a repetition'],
    ['a+?', 'lazy, possessive and doubled repetition'],
    ['(?=a)b', 'only (?:…) groups'],
    ['(?<x>a)', 'only (?:…) groups'],
    ['\\1', '"\\1" is not supported'],
    ['\\bx', '"\\b" is not supported'],
    ['^a', 'the whole parameter counts'],
    ['a/b', 'a parameter stays inside one segment'],
    ['[z-a]', 'not a range of characters'],
    ['a{3,1}', 'the range ends before it begins'],
    ['a{9999}', 'a count is larger than'],
    ['*a', 'nothing stands before "*"'],
    ['', 'must not match nothing'],
    ['a*', 'must not match nothing'],
    ['a|b?', 'must not match nothing'],
  ])('(%s) is refused: %s', (source, reason) => {
    const register = () => new Router().get(`/:x(${source})`, () => {})
    expect(register).toThrow(reason)
    expect(register).toThrow(TypeError)
  })

  it('never runs over a slash', () => {
    expect(paramsOf('/:x([^a]+)', '/b/c')).toBeUndefined()
    expect(paramsOf('/:x(.+)', '/b/c')).toBeUndefined()
    expect(paramsOf('/v:x([^a]+)', '/vb/c')).toBeUndefined()
    expect(paramsOf('/v:x([^a]+)', '/vb')).toEqual({ x: 'b' })
  })
})
