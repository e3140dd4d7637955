import { describe, expect, it } from 'vitest'
import { boundaryOf, saysMultipart } from '../src/multipart/content-type.ts'

describe('a content type', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['multipart/form-data;boundary=abc', 'abc'],
    ['Multipart/Form-Data; BOUNDARY=Abc', 'Abc'],
    ['multipart/form-data; charset=utf-8; boundary="a b:c"; x=y', 'a b:c'],
    ['multipart/form-data; boundary="a\\"b\\\\c"', 'a"b\\c'],
    ['multipart/form-data\t;\tboundary=abc \t', 'abc'],
    ['multipart/form-data; boundary=abc;', 'abc'],
  ])('%s has a boundary', (contentType, boundary) => {
    expect(boundaryOf(contentType)).toBe(boundary)
  })

  it.each([
    ['multipart/form-data; boundary', 'MALFORMED_CONTENT_TYPE'],
    ['multipart/form-data; boundary=a b', 'MALFORMED_CONTENT_TYPE'],
    ['multipart/form-data; boundary="a', 'MALFORMED_CONTENT_TYPE'],
    ['multipart/form-data, multipart/form-data; boundary=b', 'MALFORMED_CONTENT_TYPE'],
    ['multipart/form-data; boundary=é', 'MALFORMED_CONTENT_TYPE'],
    ['multipart/form-data; boundary="é"', 'INVALID_BOUNDARY'],
    ['multipart/form-data; boundary=a; Boundary=a', 'INVALID_BOUNDARY'],
    ['multipart/related; boundary=a', 'UNSUPPORTED_CONTENT_TYPE'],
    ['text/plain; boundary=a', 'UNSUPPORTED_CONTENT_TYPE'],
  ])('%s is refused as %s', (contentType, code) => {
    expect(() => boundaryOf(contentType)).toThrow(expect.objectContaining({ code }))
  })

  it('is multipart in whatever spelling, so that no spelling goes around the checks', () => {
    expect(saysMultipart('\tMULTIPART/form-data garbage')).toBe(true)
    expect(saysMultipart('application/json')).toBe(false)
    expect(saysMultipart(undefined)).toBe(false)
  })

  it('takes time in proportion to its length', () => {
    cost(1_000)
    expect(cost(40_000)).toBeLessThan(5_000_000)
  })
})

/** Microseconds of CPU time. */
function cost(length: number): number {
  const start = process.cpuUsage().user
  expect(() => boundaryOf(`multipart/form-data${'; a="\\"'.repeat(length)}`)).toThrow('Malformed')
  expect(() => boundaryOf(`multipart/form-data;${' '.repeat(length)}x`)).toThrow('Malformed')
  return process.cpuUsage().user - start
}
