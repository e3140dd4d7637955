import { expect } from 'vitest'
import type { App } from '../harness/case.ts'
import { qs } from './qs.ts'
import type { Row } from './row.ts'
import { asked, get, onItsOwn, written } from './see.ts'

const BODY = '1\r\na\r\n0\r\n\r\n'

function echo(app: App): void {
  app.use((req, res) => {
    req.on('end', () => res.send('read'))
    req.resume()
  })
}

const [major = 0] = process.versions.node.split('.').map(Number)

/** What an author meets who reads requests. */
export const requests: readonly Row[] = [
  asked(
    'assignable-query',
    (app) => {
      app.use((req, _res, next) => {
        req.query['added'] = 'yes'
        next()
      })
      app.use((req, res) => res.json(req.query))
    },
    '/?a=1',
    { express: { body: '{"a":"1"}' }, ours: { body: '{"a":"1","added":"yes"}' } },
  ),
  asked(
    'assigned-getters',
    (app) => {
      app.use((req, res) => {
        Reflect.set(req, 'ip', '192.0.2.1')
        res.send(req.ip)
      })
    },
    '/',
    { express: { body: '127.0.0.1' }, ours: { body: '192.0.2.1' } },
  ),
  asked(
    'host-policy',
    (app, _side, back) => {
      if (back) app.set('host policy', false)
      app.use((req, res) => res.json([req.host, req.hostname]))
    },
    { path: '/', headers: { Host: 'evil.example:fake@own.example' } },
    {
      express: { body: '["evil.example:fake@own.example","evil.example"]' },
      ours: { status: 400 },
      wayBack: "app.set('host policy', false)",
    },
  ),
  asked(
    'host-origin',
    (app, _side, back) => {
      if (back) app.set('host policy', false)
      app.use((req, res) => res.json([req.host, req.hostname]))
    },
    { path: '/', headers: { Host: 'http://own.example' } },
    {
      express: { body: '["http://own.example","http"]' },
      ours: { body: '[null,null]' },
      wayBack: "app.set('host policy', false)",
    },
  ),
  asked(
    'forwarded-host',
    (app, _side, back) => {
      app.set('trust proxy', true)
      if (back) app.set('host policy', false)
      app.use((req, res) => res.send(req.hostname))
    },
    {
      path: '/',
      headers: { Host: 'own.example', 'X-Forwarded-Host': 'evil.example:fake@own.example' },
    },
    {
      express: { body: 'evil.example' },
      ours: { body: 'own.example' },
      wayBack: "app.set('host policy', false)",
    },
  ),
  written(
    'transfer-codings',
    (app, _side, back) => {
      if (back) app.set('host policy', false)
      echo(app)
    },
    get('/', 'Transfer-Encoding: gzip, chunked\r\n').replace('GET', 'POST') + BODY,
    {
      express: { received: expect.stringMatching(/^HTTP\/1.1 200 /) },
      ours: { received: expect.stringMatching(/^HTTP\/1.1 501 /) },
      wayBack: "app.set('host policy', false)",
    },
  ),
  written(
    'http-1.0-codings',
    (app, _side, back) => {
      if (back) app.set('host policy', false)
      echo(app)
    },
    'POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n' + BODY,
    {
      express: { received: expect.stringContaining('Connection: keep-alive') },
      ours: { received: expect.stringContaining('Connection: close') },
      wayBack: "app.set('host policy', false)",
      silence: 1500,
    },
  ),
  written(
    'header-fields',
    (app, _side, back) => {
      if (back) app.set('host policy', false)
      app.use((_req, res) => res.send('read'))
    },
    get('/', Array.from({ length: 1100 }, (_, at) => `a${at}: 1\r\n`).join('')),
    {
      express: { received: expect.stringMatching(/^HTTP\/1.1 200 /) },
      ours: { received: expect.stringMatching(/^HTTP\/1.1 431 /) },
      wayBack: "app.set('host policy', false)",
      // Later lines of Node.js answer 431 themselves, to both.
      here: major < 22,
    },
  ),
  written(
    'http-version',
    (app, _side, back) => {
      if (back) app.set('host policy', false)
      app.use((_req, res) => res.send('read'))
    },
    'GET /\r\nHost: own.example\r\n\r\n',
    {
      express: { received: expect.stringMatching(/^HTTP\/1.1 200 /) },
      ours: { received: expect.stringMatching(/^HTTP\/1.1 400 /) },
      wayBack: "app.set('host policy', false)",
    },
  ),
  written(
    'expect-continue',
    (app) => app.use((_req, res) => res.sendStatus(413)),
    get('/', 'Expect: 100-continue\r\nContent-Length: 3\r\n'),
    {
      express: { received: expect.stringMatching(/^HTTP\/1.1 100 /) },
      ours: { received: expect.stringMatching(/^HTTP\/1.1 413 /) },
      wayBack: 'http.createServer(app)',
      serve: onItsOwn,
    },
  ),
  asked(
    'nested-brackets',
    (app, _side, back) => {
      app.set('query parser', 'extended')
      if (back) {
        app.set('query parser', (text: string) => qs.parse(text, { allowPrototypes: true }))
      }
      app.use((req, res) => res.json(req.query))
    },
    '/?a[b[c]]=1&d[e]=1&d=2&f[=1',
    {
      express: { body: '{"a":{"b[c]":"1"},"d":[{"e":"1"},"2"],"f":{"[":"1"}}' },
      ours: { body: '{"a[b":{"c":"1"},"d":{"2":true,"e":"1"},"f[":"1"}' },
      wayBack: "app.set('query parser', (text) => qs.parse(text, { allowPrototypes: true }))",
    },
  ),
]
