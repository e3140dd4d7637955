import { describe, expect, it } from 'vitest'
import { withUtf8 } from '../../src/response/charset.ts'

describe('the content type of text', () => {
  it.each([
    ['text/html', 'text/html; charset=utf-8'],
    ['text/html; charset=utf-8', 'text/html; charset=utf-8'],
    ['text/plain; charset=iso-8859-1', 'text/plain; charset=utf-8'],
    ['Text/Plain;Charset="utf-16" ; x=1', 'text/plain; charset=utf-8; x=1'],
    ['text/plain; foo=bar', 'text/plain; foo=bar; charset=utf-8'],
    ['text/plain; foo', 'text/plain; charset=utf-8'],
    ['text/plain; foo; a=b', 'text/plain; a=b; charset=utf-8'],
    ['text/plain; a="x;y\\"z"', 'text/plain; a="x;y\\"z"; charset=utf-8'],
    ['text/plain; a=1; a=2', 'text/plain; a=1; charset=utf-8'],
  ])('%s becomes %s', (given, expected) => {
    expect(withUtf8(given)).toBe(expected)
  })

  it.each(['html', 'text/', '/html', 'a/b/c', 'text html/plain'])('"%s" is refused', (type) => {
    expect(() => withUtf8(type)).toThrow(TypeError)
  })

  it('is read in linear time', () => {
    const start = process.cpuUsage().user
    withUtf8(`text/plain${'; a="'.repeat(20_000)}`)
    withUtf8(`text/plain;${' '.repeat(20_000)}x`)
    withUtf8(`text/plain;a="${'\\"'.repeat(20_000)}`)
    expect(process.cpuUsage().user - start).toBeLessThan(5_000_000)
  })
})
