import { XMLParser } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { body } from '../../src/body/index.ts'
import { parsingServer } from './parsing-server.ts'

describe('body()', () => {
  it.each([
    ['application/json', '{"a":1}', { a: 1 }],
    ['application/vnd.api+json', '{"a":1}', { a: 1 }],
    ['application/x-www-form-urlencoded', 'a[b]=1', { a: { b: '1' } }],
    ['text/plain', 'words', 'words'],
    ['application/octet-stream', 'abc', { type: 'Buffer', data: [97, 98, 99] }],
  ])('parses %s', async (type, sent, value) => {
    await using server = await parsingServer(body())
    expect(await server.post(sent, { 'content-type': type })).toEqual({
      status: 200,
      result: value,
    })
  })

  it('passes on what others will read', async () => {
    await using server = await parsingServer(body())
    const reply = await server.post('--x--', { 'content-type': 'multipart/form-data; boundary=x' })
    expect(reply).toEqual({ status: 200, result: undefined })
  })

  it.each(['multipart/form-data; boundary=x', 'application/json garbage', 'text/html'])(
    'refuses %s on request',
    async (type) => {
      await using server = await parsingServer(body({ unsupported: 'refuse' }))
      expect(await server.post('x', { 'content-type': type })).toMatchObject({
        status: 415,
        result: { type: 'content.type.unsupported' },
      })
    },
  )

  it('takes what is undefined for one kind from what is said for all', async () => {
    await using server = await parsingServer(body({ limit: 4, json: { limit: undefined } }))
    const reply = await server.post('{"a":1}', { 'content-type': 'application/json' })
    expect(reply).toMatchObject({ status: 413 })
  })

  it('leaves a request without a body alone', async () => {
    await using server = await parsingServer(body({ unsupported: 'refuse' }))
    const reply = await fetch(`http://127.0.0.1:${server.port}`)
    expect([reply.status, server.calls]).toEqual([200, [undefined]])
  })

  it('holds to options for all and for one', async () => {
    await using server = await parsingServer(body({ limit: 4, text: { limit: 8 }, json: false }))
    const status = async (type: string, sent: string): Promise<number> =>
      (await server.post(sent, { 'content-type': type })).status
    expect(await status('text/plain', '12345')).toBe(200)
    expect(await status('application/octet-stream', '12345')).toBe(413)
    expect(await status('application/json', '{"a":{}}')).toBe(200)
    expect(server.calls).toHaveLength(3)
  })

  describe('with an XML parser that resolves no entities', () => {
    const xml = new XMLParser({ processEntities: false, ignoreAttributes: false })
    const parsers = { 'application/xml': (text: string): unknown => xml.parse(text, true) }

    it('parses XML', async () => {
      await using server = await parsingServer(body({ parsers }))
      const reply = await server.post('<a b="1"><c>2</c></a>', {
        'content-type': 'application/xml',
      })
      expect(reply).toEqual({ status: 200, result: { a: { '@_b': '1', c: 2 } } })
    })

    it('expands nothing', async () => {
      await using server = await parsingServer(body({ parsers }))
      const bomb = '<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'
      const reply = await server.post(bomb, { 'content-type': 'application/xml' })
      expect(JSON.stringify(reply.result)).not.toContain('bbbb')
    })

    it('answers 400 for what is no XML', async () => {
      await using server = await parsingServer(body({ parsers }))
      expect(await server.post('<a><b></a>', { 'content-type': 'application/xml' })).toMatchObject({
        status: 400,
        result: { type: 'entity.parse.failed' },
      })
    })
  })

  it.each([{ unsupported: 'maybe' }, { parsers: { 'text/x': 'no' } }, { limit: 'many' }])(
    'refuses %j at the start',
    (options) => {
      expect(() => body(options as object)).toThrow(TypeError)
    },
  )
})
