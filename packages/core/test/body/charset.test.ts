import { randomInt } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findDecoder } from '../../src/body/charset.ts'

const decode = (charset: string, bytes: Buffer): string | undefined => findDecoder(charset)?.(bytes)

function encodeUtf32(text: string, bigEndian: boolean): Buffer {
  const points = Uint32Array.from(Array.from(text, (sign) => sign.codePointAt(0) as number))
  const bytes = Buffer.from(points.buffer)
  return bigEndian ? bytes.swap32() : bytes
}

const encoders: Record<string, (text: string) => Buffer> = {
  'utf-8': (text) => Buffer.from(text),
  'utf-16le': (text) => Buffer.from(text, 'utf16le'),
  'utf-16be': (text) => Buffer.from(text, 'utf16le').swap16(),
  'utf-32le': (text) => encodeUtf32(text, false),
  'utf-32be': (text) => encodeUtf32(text, true),
}

describe('a charset', () => {
  it.each(Object.entries(encoders))('%s gives back every text', (charset, encode) => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decode(charset, encode(`x${text}`))).toBe(`x${text}`)
      }),
    )
  })

  it.each(['utf-16', 'utf-32'])('%s finds its byte order by its mark', (charset) => {
    for (const order of ['le', 'be']) {
      const encode = encoders[charset + order] as (text: string) => Buffer
      expect(decode(charset, encode('\ufeff論語'))).toBe('論語')
    }
  })

  it.each(['utf-16', 'utf-32'])('%s finds its byte order by its zeros', (charset) => {
    for (const order of ['le', 'be']) {
      const encode = encoders[charset + order] as (text: string) => Buffer
      expect(decode(charset, encode('{"name":"論語"}'))).toBe('{"name":"論語"}')
    }
  })

  it('drops a byte order mark of UTF-8', () => {
    expect(decode('utf-8', Buffer.from('\ufeffa'))).toBe('a')
  })

  it('replaces what is no character', () => {
    expect(decode('utf-8', Buffer.from('c328', 'hex'))).toBe('\ufffd(')
    expect(decode('utf-32le', Buffer.from('00d8000041000000ffffffff61', 'hex'))).toBe(
      '\ufffdA\ufffd\ufffd',
    )
    expect(decode('us-ascii', Buffer.from('61e4', 'hex'))).toBe('a\ufffd')
  })

  it.each([
    ['iso-8859-1', '80e4', '\x80ä'],
    ['latin1', '80e4', '\x80ä'],
    ['windows-1252', '808189e4', '€\x81‰ä'],
    ['koi8-r', 'd4c5d3d4', 'тест'],
    ['gbk', 'c4e3bac3', '你好'],
    ['big5', 'a741a66e', '你好'],
    ['shift_jis', '93fa967b', '日本'],
    ['euc-kr', 'c7d1b1b9', '한국'],
  ])('%s is decoded', (charset, hex, text) => {
    expect(decode(charset, Buffer.from(hex, 'hex'))).toBe(text)
  })

  it.each(['utf-7', 'x-bogus', 'base64', 'hex', '__proto__', ''])('%j is none', (charset) => {
    expect(findDecoder(charset)).toBeUndefined()
  })

  it('of a long text is decoded whole', () => {
    const text = Array.from({ length: 10_000 }, () =>
      String.fromCodePoint(randomInt(1, 0xd800)),
    ).join('')
    expect(decode('utf-32be', encodeUtf32(text, true))).toBe(text)
  })
})
