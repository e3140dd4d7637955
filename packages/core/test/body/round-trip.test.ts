import { once } from 'node:events'
import { deflateSync, gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { body } from '../../src/body/index.ts'
import { parsingServer, type ParsingServer } from './parsing-server.ts'

let server: ParsingServer
beforeAll(async () => {
  server = await parsingServer(
    body({ limit: '1mb', json: { strict: false, prototypeKeys: 'keep' } }),
  )
})
afterAll(() => server[Symbol.asyncDispose]())

/** Sends a body cut where the fractions say, one write and one turn of the loop each. */
async function send(
  type: string,
  coding: 'identity' | 'gzip' | 'deflate',
  bytes: Buffer,
  cuts: readonly number[],
): Promise<unknown> {
  const sent =
    coding === 'gzip' ? gzipSync(bytes) : coding === 'deflate' ? deflateSync(bytes) : bytes
  const socket = server.dial(
    `POST / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\nContent-Type: ${type}\r\n` +
      `Content-Encoding: ${coding}\r\nTransfer-Encoding: chunked\r\n\r\n`,
  )
  const places = cuts.map((cut) => Math.floor(cut * sent.length)).toSorted((a, b) => a - b)
  for (const [i, start] of [0, ...places].entries()) {
    const piece = sent.subarray(start, places[i] ?? sent.length)
    if (piece.length === 0) continue
    socket.write(`${piece.length.toString(16)}\r\n`)
    socket.write(piece)
    socket.write('\r\n')
    // oxlint-disable-next-line no-await-in-loop -- so that the pieces travel apart
    await new Promise(setImmediate)
  }
  socket.write('0\r\n\r\n')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'close')
  const reply = Buffer.concat(chunks).toString()
  const text = reply.slice(reply.indexOf('{'), reply.lastIndexOf('}') + 1)
  return (JSON.parse(text) as { body: unknown }).body
}

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 })
const coding = fc.constantFrom('identity' as const, 'gzip' as const, 'deflate' as const)
const runs = { numRuns: 40 }

describe('a body in random chunks arrives as it was sent', () => {
  it('as JSON', () =>
    fc.assert(
      fc.asyncProperty(fc.json(), coding, cuts, async (text, how, where) => {
        const value: unknown = await send('application/json', how, Buffer.from(text), where)
        expect(value).toEqual(JSON.parse(text))
      }),
      runs,
    ))

  it('as a form', () =>
    fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc
            .string({ unit: 'grapheme', minLength: 1 })
            .filter((key) => !/[[\]]|__proto__/.test(key)),
          fc.string({ unit: 'grapheme' }),
          { noNullPrototype: true },
        ),
        coding,
        cuts,
        async (form, how, where) => {
          const text = new URLSearchParams(form).toString()
          const type = 'application/x-www-form-urlencoded'
          expect(await send(type, how, Buffer.from(text), where)).toEqual(text === '' ? {} : form)
        },
      ),
      runs,
    ))

  it.each(['utf-8', 'utf-16le'] as const)('as text in %s', (charset) =>
    fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), coding, cuts, async (text, how, where) => {
        const type = `text/plain; charset=${charset}`
        const bytes = Buffer.from(`x${text}`, charset === 'utf-8' ? 'utf8' : 'utf16le')
        expect(await send(type, how, bytes, where)).toBe(`x${text}`)
      }),
      runs,
    ),
  )

  it('as bytes', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1 }), coding, cuts, async (bytes, how, where) => {
        const type = 'application/octet-stream'
        expect(await send(type, how, Buffer.from(bytes), where)).toEqual({
          type: 'Buffer',
          data: [...bytes],
        })
      }),
      runs,
    ))
})
