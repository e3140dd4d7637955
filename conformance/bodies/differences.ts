import { brotliCompressSync } from 'node:zlib'
import type { BodyCase } from './cases.ts'
import type { Outcome } from './exchange.ts'
import type { ParserName } from './parsers.ts'

/** A request that we answer otherwise than body-parser does, and why. */
export interface Difference {
  /** The entry in docs/differences.md. */
  readonly id: string
  readonly because: string
  readonly one: BodyCase
  readonly ours: Outcome
}

const JSON_TYPE = 'application/json'

function json(body: string | Buffer, options?: object, headers = {}): BodyCase {
  return {
    name: 'json',
    parser: 'json',
    ...(options === undefined ? {} : { options }),
    headers: { 'content-type': JSON_TYPE, ...headers },
    chunks: [body],
  }
}

function form(body: string, options: object): BodyCase {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return { name: 'form', parser: 'urlencoded', options, headers, chunks: [body] }
}

function refusal(
  status: 400 | 415,
  type: string,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): Outcome {
  return {
    error: {
      name: status === 400 ? 'BadRequestError' : 'UnsupportedMediaTypeError',
      message,
      isSyntaxError: false,
      type,
      status,
      statusCode: status,
      expose: true,
      ...fields,
    },
  }
}

function value(entries: readonly (readonly [string, unknown])[]): Outcome {
  return { body: { prototype: true, entries } }
}

const deep = '['.repeat(1001) + ']'.repeat(1001)

export const differences: readonly Difference[] = [
  {
    id: 'prototype-keys',
    because: 'a key __proto__ turns a careless merge into prototype pollution',
    one: json('{"a":{"__proto__":{"admin":true}}}'),
    ours: refusal(400, 'entity.prototype.key', 'body may not hold the key "__proto__"', {
      body: '{"a":{"__proto__":{"admin":true}}}',
    }),
  },
  {
    id: 'prototype-keys',
    because: 'constructor.prototype is the other way to the same place',
    one: json('{"constructor":{"prototype":{"admin":true}}}'),
    ours: refusal(
      400,
      'entity.prototype.key',
      'body may not hold the key "constructor.prototype"',
      {
        body: '{"constructor":{"prototype":{"admin":true}}}',
      },
    ),
  },
  {
    id: 'prototype-keys',
    because: 'and may stand in a form',
    one: form('a[constructor][prototype][admin]=1', { extended: true }),
    ours: refusal(
      400,
      'entity.prototype.key',
      'body may not hold the key "constructor.prototype"',
      {
        body: 'a[constructor][prototype][admin]=1',
      },
    ),
  },
  {
    id: 'json-depth',
    because: 'JSON.stringify and most walkers overflow the stack on what JSON.parse returns',
    one: json(deep),
    ours: refusal(400, 'entity.too.deep', 'JSON is nested deeper than 1000 levels', {
      limit: 1000,
      body: deep,
    }),
  },
  {
    id: 'utf-7',
    because: 'UTF-7 hides < and > from whatever looks for them',
    one: json('{}', undefined, { 'content-type': `${JSON_TYPE}; charset=utf-7` }),
    ours: refusal(415, 'charset.unsupported', 'unsupported charset "UTF-7"', { charset: 'utf-7' }),
  },
  {
    id: 'torn-characters',
    because: 'half a character at the end is not nothing',
    one: {
      name: 'utf-16 with an odd byte',
      parser: 'text',
      headers: { 'content-type': 'text/plain; charset=utf-16' },
      chunks: [Buffer.from('6100620063', 'hex')],
    },
    ours: { body: 'ab\ufffd' },
  },
  {
    id: 'form-shapes',
    because: 'neoqs reads a name that is an object first and text later as qs 6.13 did',
    one: form('a[b]=1&a=2', { extended: true }),
    ours: value([['a', { 2: true, b: '1' }]]),
  },
  {
    id: 'form-shapes',
    because: 'neoqs takes a bracket that is never closed for a letter, as qs 6.13 did',
    one: form('a[=1', { extended: true }),
    ours: value([['a[', '1']]),
  },
  {
    id: 'form-depth-text',
    because: 'qs drops a depth that is text and takes 5 instead',
    one: form('a[b][b][b][b]=1', { extended: true, depth: '3' }),
    ours: refusal(400, 'querystring.parse.rangeError', 'The input exceeded the depth', {
      limit: 3,
      body: 'a[b][b][b][b]=1',
    }),
  },
]

/** On a Node.js whose Brotli decoder is open to CVE-2026-111497. */
export const brotli: Difference = {
  id: 'brotli',
  because: 'the Brotli decoder of this Node.js can be made to write out of bounds',
  one: json(brotliCompressSync('{"a":1}'), undefined, { 'content-encoding': 'br' }),
  ours: refusal(415, 'encoding.unsupported', 'unsupported content encoding "br"', {
    encoding: 'br',
  }),
}

/** Options that body-parser takes for something else than they say. */
export const refusedOptions: readonly (readonly [ParserName, object, string])[] = [
  ['json', { limit: -1 }, 'TypeError: option limit "-1" is invalid'],
  ['json', { limit: '100k' }, 'TypeError: option limit "100k" is invalid'],
  ['json', { limit: '10 bananas' }, 'TypeError: option limit "10 bananas" is invalid'],
]
