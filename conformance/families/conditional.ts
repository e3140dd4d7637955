import type { App, Case, Family } from '../harness/case.ts'

const YESTERDAY = 'Thu, 19 Nov 2026 10:00:00 GMT'
const TODAY = 'Fri, 20 Nov 2026 10:00:00 GMT'

const withHeaders = (...all: Record<string, string>[]) =>
  all.map((headers) => ({ path: '/', headers })) as Case['ask']

const versioned = (app: App) => {
  app.all('/', (_req, res) =>
    res
      .set({ ETag: '"v1"', 'Last-Modified': YESTERDAY, 'Cache-Control': 'max-age=1' })
      .send('body'),
  )
}

export const conditional: Family = {
  name: 'conditional',
  fault: (app) => {
    Object.defineProperty(app.request, 'fresh', { get: () => false })
  },
  cases: [
    {
      name: 'makes an ETag of each body',
      app: (app) => {
        app.get('/text', (_req, res) => res.send('text'))
        app.get('/empty', (_req, res) => res.send(''))
        app.get('/json', (_req, res) => res.json({ a: 'ü' }))
        app.get('/bytes', (_req, res) => res.send(Buffer.from([1, 2, 3])))
        app.get('/large', (_req, res) => res.send('é'.repeat(20_000)))
        app.get('/nothing', (_req, res) => res.send())
        app.get('/own', (_req, res) => res.set('ETag', '"own"').send('text'))
        app.post('/text', (_req, res) => res.send('text'))
        app.get('/error', (_req, res) => res.status(500).send('text'))
      },
      ask: [
        '/text',
        '/empty',
        '/json',
        '/bytes',
        '/large',
        '/nothing',
        '/own',
        '/error',
        { path: '/text', method: 'POST' },
        { path: '/text', method: 'HEAD' },
      ],
    },
    {
      name: 'makes it as the setting says',
      app: (app, { express }) => {
        const forms: Record<string, unknown> = {
          strong: 'strong',
          weak: true,
          none: false,
          own: (body: Buffer | string, encoding?: BufferEncoding) =>
            `"${Buffer.isBuffer(body) ? 'bytes' : 'text'}-${body.length}-${encoding}"`,
          empty: () => '',
        }
        for (const [name, value] of Object.entries(forms)) {
          const inner = express().set('etag', value)
          inner.get('/', (_req, res) => res.send('text'))
          app.use(`/${name}`, inner)
        }
      },
      ask: ['/strong', '/weak', '/none', '/own', '/empty'],
    },
    {
      name: 'answers 304 to the one who has it',
      app: versioned,
      ask: withHeaders(
        { 'If-None-Match': '"v1"' },
        { 'If-None-Match': 'W/"v1"' },
        { 'If-None-Match': '"v0", "v1"' },
        { 'If-None-Match': '*' },
        { 'If-Modified-Since': YESTERDAY },
        { 'If-Modified-Since': TODAY },
      ),
    },
    {
      name: 'sends it to the one who has another version, or none',
      app: versioned,
      ask: withHeaders(
        {},
        { 'If-None-Match': '"v2"' },
        { 'If-None-Match': '"v2"', 'If-Modified-Since': TODAY },
        { 'If-Modified-Since': 'Wed, 18 Nov 2026 10:00:00 GMT' },
        { 'If-Modified-Since': 'no date' },
        { 'If-None-Match': '' },
      ),
    },
    {
      name: 'sends it to the one who reloads',
      app: versioned,
      ask: withHeaders(
        { 'If-None-Match': '"v1"', 'Cache-Control': 'no-cache' },
        { 'If-None-Match': '"v1"', 'Cache-Control': 'max-age=0' },
      ),
    },
    {
      name: 'answers 304 to GET and HEAD alone',
      app: versioned,
      ask: ['HEAD', 'POST', 'PUT', 'DELETE'].map((method) => ({
        path: '/',
        method,
        headers: { 'If-None-Match': '"v1"' },
      })),
    },
    {
      name: 'leaves preconditions of unsafe methods to the handler',
      app: versioned,
      ask: ['PUT', 'GET'].map((method) => ({ path: '/', method, headers: { 'If-Match': '"v2"' } })),
    },
    {
      name: 'answers 304 in place of a success only',
      app: (app) => {
        app.get('/:status', (req, res) =>
          res.status(Number(req.params['status'])).set('ETag', '"v1"').send('body'),
        )
      },
      ask: ['200', '201', '206', '299', '301', '304', '404', '500'].map((status) => ({
        path: `/${status}`,
        headers: { 'If-None-Match': '"v1"' },
      })),
    },
    {
      name: 'keeps in a 304 what a cache needs, and drops what describes a body',
      app: (app) =>
        app.get('/', (_req, res) => {
          res.cookie('a', '1').vary('Accept').links({ next: '/2' })
          res
            .set({ ETag: '"v1"', Expires: TODAY, 'Content-Language': 'de', 'X-Own': '1' })
            .send('body')
        }),
      ask: withHeaders({ 'If-None-Match': '"v1"' }),
    },
    {
      name: 'tells a handler whether the client is up to date',
      app: (app) => {
        app.get('/', (req, res) => {
          res.set('ETag', '"v1"')
          res.set('X-Fresh', `${req.fresh} ${req.stale}`)
          res.status(400).send('body')
        })
        app.get('/before', (req, res) => {
          res.set('ETag', '"v1"')
          res.json([req.fresh, req.stale])
        })
      },
      ask: [
        { path: '/', headers: { 'If-None-Match': '"v1"' } },
        { path: '/before', headers: { 'If-None-Match': '"v2"' } },
      ],
    },
    {
      name: 'sends no body with 204, 205 and 304',
      app: (app) =>
        app.get('/:status', (req, res) => {
          res.set('Transfer-Encoding', 'chunked')
          res.status(Number(req.params['status'])).send('body')
        }),
      ask: ['/204', '/205', '/304'],
    },
  ],
}
