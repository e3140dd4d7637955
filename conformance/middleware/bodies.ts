import http from 'node:http'
import type { Case, Question } from '../harness/case.ts'
import { onError } from '../harness/handlers.ts'
import {
  compression,
  createProxyMiddleware,
  multer,
  rateLimit,
  swaggerUi,
  validator,
} from './packages.ts'

const LONG = 'a line that repeats\n'.repeat(200)

const part = (head: string, body: string) =>
  `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`

const upload = (path: string, ...parts: string[]): Question => ({
  path,
  method: 'POST',
  headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
  body: `${parts.join('')}--b--\r\n`,
})

const json = (path: string, body: unknown): Question => ({
  path,
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})

/** Middleware that reads and writes bodies. */
export const bodyCases: readonly Case[] = [
  {
    name: 'compression packs what is worth it',
    app: (app) => {
      app.use(compression())
      app.get('/long', (_req, res) => res.type('txt').send(LONG))
      app.get('/short', (_req, res) => res.send('short'))
      app.get('/json', (_req, res) => res.json({ LONG }))
      app.get('/bytes', (_req, res) => res.type('png').send(Buffer.from(LONG)))
      app.get('/raw', (_req, res) => res.set('Cache-Control', 'no-transform').send(LONG))
      app.get('/write', (_req, res) => {
        res.type('txt')
        res.write(LONG)
        res.end(LONG)
      })
    },
    ask: ['/long', '/short', '/json', '/bytes', '/raw', '/write', '/none'].flatMap((path) => [
      { path, headers: { 'Accept-Encoding': 'gzip' } },
      { path },
      { path, method: 'HEAD', headers: { 'Accept-Encoding': 'gzip' } },
    ]),
  },
  {
    name: 'compression leaves the answer to a range as it was',
    app: (app) => {
      app.use(compression())
      app.get('/', (_req, res) => res.type('txt').send(LONG))
    },
    ask: [
      { path: '/', headers: { 'Accept-Encoding': 'gzip', Range: 'bytes=0-9' } },
      { path: '/', headers: { 'Accept-Encoding': 'gzip', 'If-None-Match': '*' } },
    ],
  },
  {
    name: 'multer reads files and fields',
    app: (app) => {
      const uploads = multer()
      const show: Parameters<typeof app.post>[1] = ((
        req: never,
        res: { json(value: unknown): void },
      ) => {
        const { body, file, files } = req as Record<string, unknown>
        const shown = JSON.stringify([body, file ?? null, files ?? null], (_key, value) => {
          const bytes = value as { type?: string; data?: number[] } | null
          return bytes?.type === 'Buffer'
            ? Buffer.from(bytes.data ?? []).toString()
            : (value as unknown)
        })
        res.json(JSON.parse(shown))
      }) as never
      app.post('/single', uploads.single('file'), show)
      app.post('/array', uploads.array('file', 1), show)
      app.post('/none', uploads.none(), show)
      app.post('/any', uploads.any(), show)
      app.use(
        onError((error, _req, res, _next) => {
          res.status(400).json([error.name, error.code, error.field, error.message])
        }),
      )
    },
    ask: [
      upload('/single', part('name="a"', '1'), part('name="file"; filename="x.txt"', 'content')),
      upload('/single', part('name="other"; filename="x.txt"', 'content')),
      upload(
        '/array',
        part('name="file"; filename="1"', '1'),
        part('name="file"; filename="2"', '2'),
      ),
      upload('/none', part('name="a[b]"', '1'), part('name="a[c]"', '2')),
      upload('/none', part('name="file"; filename="x"', '1')),
      upload('/any', part('name="x"; filename="x"', '1'), part('name="y"; filename="y"', '2')),
      json('/any', { a: 1 }),
    ],
  },
  {
    name: 'express-rate-limit counts, tells and refuses',
    app: (app) => {
      app.use(rateLimit({ windowMs: 60_000, limit: 2, standardHeaders: true, legacyHeaders: true }))
      app.get('/', (_req, res) => res.send('x'))
    },
    ask: ['/', '/', '/', '/'],
  },
  {
    name: 'express-rate-limit counts by address behind a proxy',
    app: (app) => {
      app.set('trust proxy', 1)
      app.use(
        rateLimit({ windowMs: 60_000, limit: 1, legacyHeaders: false, message: { no: 'more' } }),
      )
      app.get('/', (req, res) => res.send(req.ip))
    },
    ask: ['1.1.1.1', '2.2.2.2', '1.1.1.1'].map((address) => ({
      path: '/',
      headers: { 'X-Forwarded-For': address },
    })),
  },
  {
    name: 'express-validator checks bodies, queries and parameters',
    app: (app, { express }) => {
      const { body, param, query, validationResult, matchedData } = validator
      const report = ((req: object, res: { json(value: unknown): void }) => {
        res.json([validationResult(req).array(), matchedData(req)])
      }) as never
      app.use(express.json())
      app.post(
        '/:id',
        param('id').isInt().toInt(),
        body('email').isEmail().withMessage('no address'),
        body('name').optional().trim().escape(),
        report,
      )
      app.get('/', query('page').isInt({ min: 1 }).toInt(), report)
    },
    ask: [
      json('/7', { email: 'ada@example.com', name: ' <b> ' }),
      json('/x', { email: 'nobody' }),
      '/?page=2',
      '/?page=0',
      '/',
    ],
  },
  {
    name: 'http-proxy-middleware passes requests on, and their bodies',
    app: (app) => {
      const upstream = http.createServer((req, res) => {
        let body = ''
        req.on('data', (chunk: Buffer) => (body += chunk.toString()))
        req.on('end', () => {
          res.writeHead(req.url === '/teapot' ? 418 : 200, { 'X-Upstream': '1', ETag: '"up"' })
          res.end(JSON.stringify([req.method, req.url, req.headers['x-in'] ?? null, body]))
        })
      })
      upstream.listen(0, '127.0.0.1').unref()
      const to = (options: object) =>
        createProxyMiddleware({
          router: () => `http://127.0.0.1:${(upstream.address() as { port: number }).port}`,
          target: 'http://127.0.0.1:1',
          ...options,
        })
      app.use('/api', to({}))
      app.use(to({ pathFilter: '/old', pathRewrite: { '^/old': '/new' } }))
    },
    ask: [
      { path: '/api/a?b=1', headers: { 'X-In': '1' } },
      { path: '/api/body', method: 'POST', body: 'x'.repeat(100_000) },
      '/api/teapot',
      '/old/x',
      { path: '/api/a', method: 'HEAD' },
    ],
  },
  {
    name: 'swagger-ui-express serves its page and files',
    app: (app) => {
      const document = { openapi: '3.0.0', info: { title: 'Own', version: '1' }, paths: {} }
      app.use('/docs', swaggerUi.serve, swaggerUi.setup(document))
    },
    ask: [
      '/docs',
      '/docs/',
      '/docs/swagger-ui-init.js',
      '/docs/swagger-ui.css',
      '/docs/none',
      '/docs/package.json',
    ],
  },
]
