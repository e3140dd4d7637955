import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BodyServer, type Outcome } from './exchange.ts'
import { ours, peers, type ParserName } from './parsers.ts'

const server = new BodyServer()
beforeAll(() => server.start())
afterAll(() => server.stop())

/** What npm's parser and ours make of a body. */
async function both(
  parser: ParserName,
  type: string,
  options: object,
  body: string | Buffer,
): Promise<{ theirs: Outcome; ours: Outcome }> {
  const sent = { headers: { 'content-type': type }, chunks: [body] }
  return {
    theirs: await server.send(peers[parser](options), sent),
    ours: await server.send(ours[parser](options), sent),
  }
}

/** Some names stand for text, some for objects, some for lists: never one for two of them. */
const text = fc.constantFrom('s', 't', 'toString', '0', 'ä', '%C3%A4', 'x.y', '')
const inside = fc.array(fc.constantFrom('a', 'b', 'length', '%20', '%C3%A4'), {
  minLength: 2,
  maxLength: 2,
})
const object = inside.map((names) => `o${names.map((name) => `[${name}]`).join('')}`)
const list = fc.constantFrom('l[]', 'l[]', 'm[0]', 'm[1]', 'm[7]', 'n[101]', 'k', 'k')
const value = fc.constantFrom(
  '',
  '1',
  'a+b',
  '%20',
  '%C3%A4',
  '%E4',
  '%',
  '=',
  ';',
  ',',
  '%26',
  'ä',
)
const pair = fc
  .tuple(fc.oneof(text, object, list), fc.option(value))
  .map(([name, given]) => (given === null ? name : `${name}=${given}`))
const form = fc.array(pair, { minLength: 1, maxLength: 12 }).map((pairs) => pairs.join('&'))

const runs = { numRuns: 200 }

describe('random bodies come out as from body-parser', () => {
  it.each([false, true])('as forms, extended: %j', async (extended) => {
    await fc.assert(
      fc.asyncProperty(form, async (body) => {
        const type = 'application/x-www-form-urlencoded'
        const results = await both('urlencoded', type, { extended }, body)
        expect(results.ours).toEqual(results.theirs)
      }),
      runs,
    )
  })

  it('as JSON, broken or not', async () => {
    const broken = fc
      .tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.constantFrom('', '"', '{', ']', ',', '\\', '0'))
      .map(([json, at, sign]) => {
        const place = at % (json.length + 1)
        return json.slice(0, place) + sign + json.slice(place + sign.length)
      })
      .filter((body) => !/__proto__|prototype/.test(body))
    await fc.assert(
      fc.asyncProperty(broken, async (body) => {
        const results = await both('json', 'application/json', {}, body)
        expect(results.ours).toEqual(results.theirs)
      }),
      runs,
    )
  })

  it.each(['utf-8', 'utf-16le', 'koi8-r', 'windows-1251', 'iso-8859-2', 'gbk', 'euc-kr'])(
    'as text in %s',
    async (charset) => {
      // Two bytes that fit together in all of them; where a character is broken, decoders differ.
      const character = fc.constantFrom('6162', 'b0a1', 'c4e3', 'd0d5')
      const bytes = fc
        .array(character, { maxLength: 20 })
        .map((hex) => Buffer.from(hex.join(''), 'hex'))
      const decodable =
        charset === 'utf-8' ? fc.string({ unit: 'grapheme' }).map((one) => Buffer.from(one)) : bytes
      await fc.assert(
        fc.asyncProperty(decodable, async (body) => {
          const results = await both('text', `text/plain; charset=${charset}`, {}, body)
          expect(results.ours).toEqual(results.theirs)
        }),
        { numRuns: 30 },
      )
    },
  )
})
