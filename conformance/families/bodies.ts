import { gzipSync } from 'node:zlib'
import type { App, Family, Question, Tools } from '../harness/case.ts'
import { onError } from '../harness/handlers.ts'

const post = (
  body: string | Buffer,
  type?: string,
  more: Record<string, string> = {},
): Question => ({
  path: '/',
  method: 'POST',
  body,
  headers: { ...(type === undefined ? {} : { 'Content-Type': type }), ...more },
})

/** Shows the parsed body, or the error as the next handler sees it. */
const echo = (app: App) => {
  app.post('/', (req, res) => {
    res.json({
      body: Buffer.isBuffer(req.body) ? `bytes ${req.body.toString('latin1')}` : (req.body ?? null),
      kind: typeof req.body,
    })
  })
  app.use(
    onError((error, _req, res, _next) => {
      const { status, type, expose } = error
      res.status(status ?? 500).json({ status, type, expose })
    }),
  )
}

const parsing =
  (parser: 'json' | 'text' | 'raw' | 'urlencoded', options?: object) =>
  (app: App, { express }: Tools) => {
    app.use(express[parser](options))
    echo(app)
  }

export const bodies: Family = {
  name: 'bodies',
  fault: (app) => {
    app.use((req, _res, next) => {
      if (req.headers['content-type']?.startsWith('application/json')) {
        req.headers['content-type'] = 'text/json'
      }
      next()
    })
  },
  cases: [
    {
      name: 'parses JSON objects and arrays',
      app: parsing('json'),
      ask: [
        post('{"a":[1,{"b":null}],"ü":"☃"}', 'application/json'),
        post('[1,2]', 'application/json; charset=utf-8'),
        post('  {"a":1}  ', 'application/json'),
        post('', 'application/json'),
        post('{"a":1}', 'text/plain'),
        post('{"a":1}'),
        post('{"a":1}', 'application/vnd.api+json'),
      ],
    },
    {
      name: 'refuses JSON that is none',
      app: parsing('json'),
      ask: [
        post('{"a":', 'application/json'),
        post('"text"', 'application/json'),
        post('42', 'application/json'),
        post('true', 'application/json'),
        post('{a:1}', 'application/json'),
        post('nonsense', 'application/json'),
      ],
    },
    {
      name: 'takes any JSON value when it is not strict',
      app: parsing('json', { strict: false }),
      ask: ['"text"', '42', 'null', 'true'].map((body) => post(body, 'application/json')),
    },
    {
      name: 'revives JSON, and parses the types it is told to',
      app: parsing('json', {
        type: ['application/*+json', 'x/json'],
        reviver: (key: string, value: unknown) => (key === 'a' ? `${String(value)}!` : value),
      }),
      ask: [
        post('{"a":1}', 'application/vnd.api+json'),
        post('{"a":1}', 'x/json'),
        post('{"a":1}', 'application/json'),
      ],
    },
    {
      name: 'keeps to a limit',
      app: parsing('json', { limit: 20 }),
      ask: [
        post(JSON.stringify({ a: 'x'.repeat(12) }), 'application/json'),
        post(JSON.stringify({ a: 'x'.repeat(13) }), 'application/json'),
        post(JSON.stringify({ a: 'x'.repeat(5000) }), 'application/json'),
        post(gzipSync(JSON.stringify({ a: 'x'.repeat(5000) })), 'application/json', {
          'Content-Encoding': 'gzip',
        }),
      ],
    },
    {
      name: 'inflates, unless told not to',
      app: (app, tools) => {
        app.use('/', tools.express.json())
        echo(app)
      },
      ask: [
        post(gzipSync('{"a":1}'), 'application/json', { 'Content-Encoding': 'gzip' }),
        post(gzipSync('{"a":1}'), 'application/json', { 'Content-Encoding': 'GZIP' }),
        post('{"a":1}', 'application/json', { 'Content-Encoding': 'identity' }),
        post('{"a":1}', 'application/json', { 'Content-Encoding': 'nonsense' }),
        post('no gzip', 'application/json', { 'Content-Encoding': 'gzip' }),
      ],
    },
    {
      name: 'refuses what is packed when inflating is off',
      app: parsing('json', { inflate: false }),
      ask: post(gzipSync('{"a":1}'), 'application/json', { 'Content-Encoding': 'gzip' }),
    },
    {
      name: 'lets a verifier see the bytes',
      app: parsing('json', {
        verify: (_req: unknown, _res: unknown, bytes: Buffer, encoding: string) => {
          if (bytes[0] === 0x5b) throw new Error(`no arrays in ${encoding}`)
        },
      }),
      ask: [post('{"a":1}', 'application/json'), post('[1]', 'application/json')],
    },
    {
      name: 'decodes charsets it knows and refuses others',
      app: parsing('json'),
      ask: [
        post(Buffer.from('{"a":"ü"}', 'utf16le'), 'application/json; charset=utf-16'),
        post('{"a":1}', 'application/json; charset=x-none'),
        post('{"a":1}', 'application/json; charset=UTF-8'),
      ],
    },
    {
      name: 'parses forms',
      app: parsing('urlencoded'),
      ask: [
        post('a=1&b=2&a=3', 'application/x-www-form-urlencoded'),
        post('a%5Bb%5D=1&c%5B%5D=2', 'application/x-www-form-urlencoded'),
        post('a=%C3%BC+x&b&=c&%zz=%', 'application/x-www-form-urlencoded'),
        post('', 'application/x-www-form-urlencoded'),
      ],
    },
    {
      name: 'parses nested forms',
      app: parsing('urlencoded', { extended: true }),
      ask: [
        post('a[b][c]=1&a[b][d]=2', 'application/x-www-form-urlencoded'),
        post('a[]=1&a[]=2&b[0]=x&b[2]=y', 'application/x-www-form-urlencoded'),
        post(
          'a[__proto__][b]=1&__proto__[c]=2&d[constructor]=3',
          'application/x-www-form-urlencoded',
        ),
        post('a.b=1&a[b]c=2', 'application/x-www-form-urlencoded'),
      ],
    },
    {
      name: 'reads brackets inside brackets',
      app: parsing('urlencoded', { extended: true }),
      ask: post('a[b[c]]=2', 'application/x-www-form-urlencoded'),
      differs: {
        id: 'nested-brackets',
        express: [{ body: '{"body":{"a":{"b[c]":"2"}},"kind":"object"}' }],
        ours: [{ body: '{"body":{"a[b":{"c":"2"}},"kind":"object"}' }],
      },
    },
    {
      name: 'counts the fields of a form',
      app: parsing('urlencoded', { parameterLimit: 3, extended: true }),
      ask: [
        post('a=1&b=2&c=3', 'application/x-www-form-urlencoded'),
        post('a=1&b=2&c=3&d=4', 'application/x-www-form-urlencoded'),
      ],
    },
    {
      name: 'reads text and bytes',
      app: (app, { express }) => {
        app.use(express.text(), express.raw())
        echo(app)
      },
      ask: [
        post('text ☃', 'text/plain'),
        post(Buffer.from([0xfc]), 'text/plain; charset=iso-8859-1'),
        post('text', 'text/html'),
        post('bytes', 'application/octet-stream'),
        post('', 'application/octet-stream'),
      ],
    },
    {
      name: 'does not parse twice, nor what has no body',
      app: (app, { express }) => {
        app.use(express.json(), express.json({ type: '*/*' }))
        app.get('/', (req, res) => res.json([req.body ?? null]))
        echo(app)
      },
      ask: [post('{"a":1}', 'application/json'), '/'],
    },
    {
      name: 'refuses keys that reach for a prototype',
      app: (app, { express }) => {
        app.use(express.json(), express.urlencoded({ extended: true }))
        app.post('/', (req, res) => {
          res.json([req.body, ({} as Record<string, unknown>)['x'] ?? null])
        })
      },
      ask: [
        post('{"__proto__":{"x":1}}', 'application/json'),
        post('{"constructor":{"prototype":{"x":1}}}', 'application/json'),
        post('a=1&constructor[prototype][x]=1', 'application/x-www-form-urlencoded'),
      ],
      differs: {
        id: 'prototype-keys',
        express: [
          { status: 200, body: '[{"__proto__":{"x":1}},null]' },
          { status: 200 },
          { status: 200, body: '[{"a":"1","constructor":{"prototype":{"x":"1"}}},null]' },
        ],
        ours: [{ status: 400 }, { status: 400 }, { status: 400 }],
      },
    },
  ],
}
