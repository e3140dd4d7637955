import { brotliCompressSync } from 'node:zlib'
import { expect } from 'vitest'
import type express from '@tokkyu/core'
import type { App, Framework, Question } from '../harness/case.ts'
import { onError } from '../harness/handlers.ts'
import { qs } from './qs.ts'
import type { Row } from './row.ts'
import { asked, written } from './see.ts'

const [major = 0] = process.versions.node.split('.').map(Number)

/** Answers with what was read, or with the type of the error. */
function echo(app: App): void {
  app.use((req, res) => {
    res.send(typeof req.body === 'string' ? req.body : (JSON.stringify(req.body) ?? 'unread'))
  })
  app.use(
    onError((error, _req, res, _next) => {
      const { type, status } = error as { type: string; status: number }
      res.status(status).send(type)
    }),
  )
}

function reading(
  make: (framework: Framework, back: boolean) => express.RequestHandler,
): (app: App, side: { express: Framework }, back: boolean) => void {
  return (app, { express }, back) => {
    app.use(make(express, back))
    echo(app)
  }
}

function post(body: string | Buffer, type: string, headers: Record<string, string> = {}): Question {
  return { method: 'POST', path: '/', body, headers: { 'Content-Type': type, ...headers } }
}

const FORM = 'application/x-www-form-urlencoded'
const deep = '['.repeat(1001) + ']'.repeat(1001)

/** A gzip stream that goes on and on, and holds nothing: empty stored blocks. */
const nothing = Buffer.concat([
  Buffer.from('1f8b0800000000000003', 'hex'),
  Buffer.alloc(200_000, Buffer.from('000000ffff', 'hex')),
  Buffer.from('010000ffff0000000000000000', 'hex'),
])

/** What an author meets who reads bodies. */
export const bodies: readonly Row[] = [
  asked(
    'prototype-keys',
    reading((express, back) => express.json(back ? { prototypeKeys: 'keep' } : {})),
    post('{"__proto__":{"x":1}}', 'application/json'),
    {
      express: { status: 200, body: '{"__proto__":{"x":1}}' },
      ours: { status: 400, body: 'entity.prototype.key' },
      wayBack: "prototypeKeys: 'keep'",
    },
  ),
  asked(
    'prototype-keys',
    reading((express, back) =>
      express.urlencoded({ extended: true, ...(back ? { prototypeKeys: 'keep' } : {}) }),
    ),
    post('a[constructor][prototype][x]=1', FORM),
    {
      express: { status: 200 },
      ours: { status: 400, body: 'entity.prototype.key' },
      wayBack: "prototypeKeys: 'keep'",
    },
  ),
  asked(
    'json-depth',
    reading((express, back) => express.json(back ? { depth: Infinity } : {})),
    post(deep, 'application/json'),
    {
      express: { status: 200, body: deep },
      ours: { status: 400, body: 'entity.too.deep' },
      wayBack: 'depth: Infinity',
    },
  ),
  asked(
    'utf-7',
    reading((express) => express.json()),
    post('{}', 'application/json; charset=utf-7'),
    { express: { status: 200 }, ours: { status: 415, body: 'charset.unsupported' } },
  ),
  asked(
    'torn-characters',
    reading((express) => express.text()),
    post(Buffer.from('6100620063', 'hex'), 'text/plain; charset=utf-16'),
    { express: { body: 'ab' }, ours: { body: Buffer.from('ab\ufffd').toString('latin1') } },
  ),
  asked(
    'form-shapes',
    (app, { express }, back) => {
      if (back) {
        app.use(express.text({ type: FORM }), (req, _res, next) => {
          req.body = qs.parse(req.body as string, { allowPrototypes: true })
          next()
        })
      } else app.use(express.urlencoded({ extended: true }))
      echo(app)
    },
    post('a[b[c]]=1&d[e]=1&d=2', FORM),
    {
      express: { body: '{"a":{"b[c]":"1"},"d":[{"e":"1"},"2"]}' },
      ours: { body: '{"a[b":{"c":"1"},"d":{"2":true,"e":"1"}}' },
      wayBack: "express.text({ type: 'application/x-www-form-urlencoded' })",
    },
  ),
  asked(
    'form-depth-text',
    reading((express, back) =>
      express.urlencoded({ extended: true, depth: (back ? 5 : '3') as number }),
    ),
    post('a[b][b][b][b]=1', FORM),
    {
      express: { status: 200, body: '{"a":{"b":{"b":{"b":{"b":"1"}}}}}' },
      ours: { status: 400, body: 'querystring.parse.rangeError' },
      wayBack: 'depth: 5',
    },
  ),
  asked(
    'brotli',
    reading((express, back) =>
      express.json(back ? { inflate: ['gzip', 'deflate', 'br'] as unknown as boolean } : {}),
    ),
    post(brotliCompressSync('{"a":1}'), 'application/json', { 'Content-Encoding': 'br' }),
    {
      express: { status: 200, body: '{"a":1}' },
      ours: { status: 415, body: 'encoding.unsupported' },
      wayBack: "inflate: ['gzip', 'deflate', 'br']",
      here: major < 22,
    },
  ),
  asked(
    'inflated-to-nothing',
    reading((express, back) => express.json(back ? { limit: '1mb' } : {})),
    post(nothing, 'application/json', { 'Content-Encoding': 'gzip' }),
    {
      express: { status: 200, body: '{}' },
      ours: { status: 413, body: 'entity.too.large' },
      wayBack: 'limit',
    },
  ),
  asked(
    'limit-options',
    (app, { express }, back) => {
      try {
        app.use(express.json({ limit: back ? 100 : '100k' }))
        echo(app)
      } catch (error) {
        app.use((_req, res) => res.send(String(error)))
      }
    },
    post(JSON.stringify(['x'.repeat(200)]), 'application/json'),
    {
      express: { status: 413, body: 'entity.too.large' },
      ours: { body: 'TypeError: option limit "100k" is invalid' },
      wayBack: '100',
    },
  ),
  written(
    'refused-bodies',
    (app, { express }) => {
      app.use(express.json())
      echo(app)
    },
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${2 ** 30}\r\n\r\n`,
    {
      express: { received: '' },
      ours: { received: expect.stringMatching(/^HTTP\/1.1 413 .*entity.too.large$/s) },
      silence: 1500,
    },
  ),
]
