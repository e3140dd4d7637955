import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { contentTypeOf, parseContentType } from '../../src/body/content-type.ts'

describe('a Content-Type', () => {
  it.each([
    ['text/html', 'text/html', {}],
    ['Text/HTML;Charset=UTF-8', 'text/html', { charset: 'UTF-8' }],
    ['text/html; charset="utf-8"', 'text/html', { charset: 'utf-8' }],
    ['text/html \t; \t charset=utf-8 \t', 'text/html', { charset: 'utf-8' }],
    ['text/html;', 'text/html', {}],
    ['text/html; ; a=1;', 'text/html', { a: '1' }],
    ['text/html; a="x;y=\\"z\\""; b=2', 'text/html', { a: 'x;y="z"', b: '2' }],
    ['text/html; a=1; A=2', 'text/html', { a: '1' }],
    ['text/html; __proto__=1', 'text/html', Object.fromEntries([['__proto__', '1']])],
    ['application/vnd.api+json', 'application/vnd.api+json', {}],
  ])('%j is read', (header, type, parameters) => {
    const read = parseContentType(header)
    expect({ ...read, parameters: Object.entries(read.parameters) }).toEqual({
      type,
      parameters: Object.entries(parameters),
    })
  })

  it.each([
    'text/html garbage',
    'text/html, text/plain',
    'text',
    '/html',
    'text/',
    'te xt/html',
    'text/html/x',
    '\u00a0text/html',
    'text/html\u00a0',
    '',
  ])('%j has no type (RFC 9110 §8.3.1)', (header) => {
    expect(parseContentType(header)).toMatchObject({ type: '' })
  })

  it.each([
    ['application/json; utf-8', {}],
    ['application/json; charset: utf-8', {}],
    ['application/json; charset', {}],
    ['application/json; charset=', { charset: '' }],
    ['application/json; boundary=', { boundary: '' }],
    ['application/json; profile=https://schema.test/a', { profile: 'https://schema.test/a' }],
    ['application/json; text/html; charset=UTF-8', { charset: 'UTF-8' }],
    ['application/json; charset = utf-8', { charset: 'utf-8' }],
    ['application/json; charset="utf-8', {}],
    ['application/json; charset="utf-8"x; a=1', { charset: 'utf-8', a: '1' }],
    ['application/json; charset=utf-8 garbage', { charset: 'utf-8 garbage' }],
    ['application/json; =a', { '': 'a' }],
  ])('%j is read as Express reads it', (header, parameters) => {
    const read = parseContentType(header)
    expect(read.type).toBe('application/json')
    expect({ ...read.parameters }).toEqual(parameters)
  })

  it('is the same for everyone who asks', () => {
    const req = { headers: { 'content-type': 'text/x-asked-twice' } } as IncomingMessage
    expect(contentTypeOf(req)).toBe(contentTypeOf(req))
  })

  it.each([' ', '; ', ';a=', ';a="\\', '\t', ';a=1', '"', 'a', '; a="', '\\', ';'])(
    'of 64 kB of %j is walked over once',
    (unit) => {
      const header = `text/html; ${unit.repeat(Math.ceil(65_536 / unit.length))}é`
      const started = process.cpuUsage()
      parseContentType(header)
      // By the square it would be thousands of millions of steps.
      expect(process.cpuUsage(started).user).toBeLessThan(1_000_000)
    },
  )
})
