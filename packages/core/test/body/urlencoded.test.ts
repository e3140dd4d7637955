import { describe, expect, it } from 'vitest'
import { parseForm, readFormOptions } from '../../src/body/parse-form.ts'

const parse = (text: string, options = {}, charset: 'utf-8' | 'iso-8859-1' = 'utf-8'): unknown =>
  parseForm(text, charset, readFormOptions({ extended: true, ...options }))

describe('a form', () => {
  it('is flat unless it is extended', () => {
    expect(parse('a[b]=1', { extended: false })).toEqual({ 'a[b]': '1' })
    expect(parse('a[b]=1')).toEqual({ a: { b: '1' } })
  })

  it('leaves no gaps in arrays', () => {
    expect(parse('a[5]=y&a[1]=x&b[c][3]=z')).toEqual({ a: ['x', 'y'], b: { c: ['z'] } })
  })

  it('makes no vast array of a vast index (CVE-2014-7191)', () => {
    expect(parse('a[999999999]=1')).toEqual({ a: { 999999999: '1' } })
    expect(parse('a[b]=1&a[length]=1e8')).toEqual({ a: { b: '1', length: '1e8' } })
  })

  it.each(['__proto__[x]=1', 'a[__proto__][x]=1', 'a[__proto__]=b&a[length]=9', '__proto__=1'])(
    'sets no prototype: %s (CVE-2022-24999)',
    (text) => {
      const form = parse(text) as Record<string, unknown>
      expect(Object.getPrototypeOf(form)).toBe(Object.prototype)
      for (const value of Object.values(form)) {
        expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
      }
      expect(({} as Record<string, unknown>)['x']).toBeUndefined()
    },
  )

  it.each(['constructor[prototype][x]=1', 'a[constructor][prototype]=1'])(
    'reaches for no prototype: %s',
    (text) => {
      expect(() => parse(text)).toThrow(expect.objectContaining({ type: 'entity.prototype.key' }))
    },
  )

  it('keeps such keys for whoever asks', () => {
    expect(parse('constructor[prototype][x]=1', { prototypeKeys: 'keep' })).toEqual({
      constructor: { prototype: { x: '1' } },
    })
    expect(() => parse('', { prototypeKeys: 'ignore' })).toThrow(TypeError)
  })

  it('is counted before it is parsed', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => `k${i}=v`).join('&')
    const started = process.cpuUsage()
    expect(() => parse(many)).toThrow(
      expect.objectContaining({ type: 'parameters.too.many', status: 413, limit: 1000 }),
    )
    expect(process.cpuUsage(started).user).toBeLessThan(50_000)
  })

  it('is no deeper than 32 levels (CVE-2024-45590)', () => {
    expect(() => parse(`a${'[b]'.repeat(20_000)}=1`)).toThrow(
      expect.objectContaining({ type: 'querystring.parse.rangeError', status: 400, limit: 32 }),
    )
  })

  it('of 1000 parameters, 32 levels each, takes time in proportion', () => {
    time(deep(1000))
    const small = Math.min(...[1, 2, 3].map(() => time(deep(250))))
    const large = Math.min(...[1, 2, 3].map(() => time(deep(1000))))
    // Four times the text; by the square it would be sixteen times the work. The clock of the CPU
    // ticks in milliseconds on some machines, and then the small one takes none.
    expect(large).toBeLessThan(10 * Math.max(small, 4000))
  })

  it('in iso-8859-1 holds the characters beyond it as entities', () => {
    const options = { interpretNumericEntities: true }
    expect(parse('a=%E4%26%239786%3B%26%23128512%3B', options, 'iso-8859-1')).toEqual({ a: 'ä☺😀' })
    expect(parse('a=%26%239786%3B%26%2399999999%3B', options, 'iso-8859-1')).toEqual({
      a: '☺&#99999999;',
    })
  })
})

function deep(count: number): string {
  return Array.from({ length: count }, (_, i) => `${i.toString(36)}${'[b]'.repeat(32)}=`).join('&')
}

/** Microseconds of CPU that parsing takes. */
function time(text: string): number {
  const started = process.cpuUsage()
  parse(text)
  return process.cpuUsage(started).user
}
