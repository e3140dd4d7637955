import { expect } from 'vitest'
import type { Row } from './row.ts'
import { asked, get, written } from './see.ts'

/** What an author meets who writes paths and handlers. */
export const routing: readonly Row[] = [
  asked(
    'canonical-path',
    (app, _side, back) => {
      if (back) app.set('path canonical', false)
      app.use('/admin', (_req, res) => res.sendStatus(401))
      app.use((req, res) => res.send(req.url))
    },
    '/%61dmin//x/../',
    {
      express: { status: 200, body: '/%61dmin//x/../' },
      ours: { status: 401 },
      wayBack: "app.set('path canonical', false)",
    },
  ),
  asked(
    'control-characters',
    (app, _side, back) => {
      if (back) app.set('path canonical', false)
      app.use((req, res) => res.send(req.url))
    },
    '/a%00b%5Cc',
    {
      express: { status: 200, body: '/a%00b%5Cc' },
      ours: { status: 400 },
      wayBack: "app.set('path canonical', false)",
    },
  ),
  asked(
    'absolute-target',
    (app, _side, back) => {
      if (back) app.set('path canonical', false)
      app.use((req, res) => res.json([req.url, req.originalUrl]))
    },
    { path: 'http://own.example/a?b', headers: { Host: 'own.example' } },
    {
      express: { body: '["http://own.example/a?b","http://own.example/a?b"]' },
      ours: { body: '["/a?b","http://own.example/a?b"]' },
      wayBack: "app.set('path canonical', false)",
    },
  ),
  asked(
    'climbing-static',
    (app, { express }, back) => {
      if (back) app.set('path canonical', false)
      app.use('/files', express.static('.', { fallthrough: false }))
      app.use((_req, res) => res.send('another handler'))
    },
    '/files/../index.js',
    {
      express: { status: 403 },
      ours: { status: 200, body: 'another handler' },
      wayBack: "app.set('path canonical', false)",
    },
  ),
  asked(
    'rewritten-url',
    (app, _side, back) => {
      if (back) app.set('path canonical', false)
      app.use((req, _res, next) => {
        req.url = '/%61//b'
        next()
      })
      app.use((req, res) => res.send(req.url))
    },
    '/',
    {
      express: { body: '/%61//b' },
      ours: { body: '/a/b' },
      wayBack: "app.set('path canonical', false)",
    },
  ),
  asked(
    'regexp-paths',
    (app, _side, back) => {
      if (back) app.set('path canonical', false)
      app.get(/^\/a\/\/b$/, (_req, res) => res.send('matched'))
    },
    '/a//b',
    {
      express: { status: 200 },
      ours: { status: 404 },
      wayBack: "app.set('path canonical', false)",
    },
  ),
  written(
    'constraints',
    (app, _side, back) =>
      app.get(back ? '/:id\\<int>' : '/:id<int>', (req, res) => res.json(req.params)),
    get('/5<int>'),
    {
      express: { received: expect.stringMatching(/ 200 .*\{"id":"5"\}$/s) },
      ours: { received: expect.stringMatching(/ 404 /) },
      wayBack: String.raw`'/:id\\<int>'`,
    },
  ),
  asked(
    'parentheses',
    (app) => {
      try {
        app.get('/:id(\\d+)', (req, res) => res.json(req.params))
      } catch {
        app.use((_req, res) => res.send('not a path'))
      }
    },
    '/5',
    { express: { body: 'not a path' }, ours: { body: '{"id":"5"}' } },
  ),
  asked(
    'await-next',
    (app, _side, back) => {
      const order: string[] = []
      app.use(async (_req, res, next) => {
        if (back) void next()
        else await next()
        order.push('first')
        if (order.length === 2) res.end(order.join())
      })
      app.use(async (_req, res) => {
        await new Promise((resolve) => void setImmediate(resolve))
        order.push('second')
        if (order.length === 2) res.end(order.join())
      })
    },
    '/',
    { express: { body: 'first,second' }, ours: { body: 'second,first' }, wayBack: 'next()' },
  ),
  asked(
    'next-result',
    (app) => {
      app.use((_req, res, next) => {
        const result = next() as unknown
        res.send(typeof result)
      })
      app.use(() => {})
    },
    '/',
    { express: { body: 'undefined' }, ours: { body: 'object' } },
  ),
  asked(
    'names',
    (app) => {
      app.use((req, res) => {
        const own = [app, req, res] as unknown as Record<string, unknown>[]
        res.json(['close', 'signal', 'beforeHeaders'].map((name, at) => name in own[at]!))
      })
    },
    '/',
    { express: { body: '[false,false,false]' }, ours: { body: '[true,true,true]' } },
  ),
  asked(
    'plugins-that-look',
    (app, _side, back) => {
      const extended = app as unknown as { ws: unknown }
      if (back) extended.ws = undefined
      // As express-ws adds its method: only where there is none.
      extended.ws ??= 'of the plugin'
      app.use((_req, res) => res.json(extended.ws === 'of the plugin'))
    },
    '/',
    { express: { body: 'true' }, ours: { body: 'false' }, wayBack: 'app.ws = undefined' },
  ),
  asked(
    'prototypes',
    (app) => {
      const { value } = Object.getOwnPropertyDescriptor(app, 'request')!
      app.use((_req, res) => res.send(typeof value))
    },
    '/',
    { express: { body: 'object' }, ours: { body: 'undefined' } },
  ),
]
