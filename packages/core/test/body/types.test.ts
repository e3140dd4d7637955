import { createServer, type IncomingMessage } from 'node:http'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { body, json, raw, text, urlencoded, type BodyParser } from '../../src/body/index.ts'
import { serveStatic, type StaticHandler } from '../../src/static/index.ts'

describe('the types of body parsers', () => {
  it('are those of plain middleware', () => {
    expectTypeOf(json()).toEqualTypeOf<BodyParser>()
    expectTypeOf(body()).toEqualTypeOf<BodyParser>()
    expectTypeOf<BodyParser>().parameter(0).toEqualTypeOf<IncomingMessage>()
    const parse = urlencoded({ extended: true })
    expectTypeOf(createServer((req, res) => parse(req, res, () => res.end()))).not.toBeAny()
  })

  it('let pass what may be undefined', () => {
    const limit: string | undefined = process.env['BODY_LIMIT']
    expectTypeOf(raw({ limit })).toEqualTypeOf<BodyParser>()
  })

  it('refuse what means nothing', () => {
    // @ts-expect-error a depth is a number
    expect(() => json({ depth: 'deep' })).toThrow(TypeError)
    // @ts-expect-error a coding that does not exist
    expect(() => text({ inflate: ['lzma'] })).toThrow(TypeError)
    // @ts-expect-error forms come in two charsets
    expect(() => urlencoded({ defaultCharset: 'koi8-r' })).toThrow(TypeError)
    // @ts-expect-error a parser is a function
    expect(() => body({ parsers: { 'text/x': 'x' } })).toThrow(TypeError)
  })
})

describe('the types of static files', () => {
  it('are those of plain middleware', () => {
    expectTypeOf(serveStatic('public', { maxAge: '1d' })).toEqualTypeOf<StaticHandler>()
    serveStatic('public', {
      setHeaders(res, path, stats) {
        expectTypeOf(path).toBeString()
        expectTypeOf(stats.size).toBeNumber()
        res.setHeader('x-name', path)
      },
    })
  })

  it('refuse what means nothing', () => {
    // @ts-expect-error links are followed or kept inside
    expect(() => serveStatic('public', { symlinks: true })).toThrow(TypeError)
    // @ts-expect-error dot files are allowed, denied or ignored
    expect(() => serveStatic('public', { dotfiles: 'hide' })).toThrow(TypeError)
    // @ts-expect-error a root is needed
    expect(() => serveStatic()).toThrow('root path required')
  })
})
