import { fileURLToPath } from 'node:url'
import type { Case, Family } from '../harness/case.ts'
import { override } from '../harness/override.ts'

const root = fileURLToPath(new URL('../fixtures/public', import.meta.url))

const asking = (path: string, ...values: string[]) =>
  values.map((Range) => ({ path, headers: { Range } })) as Case['ask']

export const ranges: Family = {
  name: 'ranges',
  fault: (app) => {
    override(app.request, 'range', (range, size, options) => range(Number(size) - 1, options))
  },
  cases: [
    {
      name: 'reads the ranges asked for',
      app: (app) =>
        app.get('/', (req, res) => {
          const found = req.range(100)
          res.json(typeof found === 'object' ? { type: found.type, found } : { code: found })
        }),
      ask: asking(
        '/',
        'bytes=0-9',
        'bytes=50-',
        'bytes=-10',
        'bytes=0-9,90-200',
        'bytes=200-300',
        'bytes=x',
        'items=0-5',
        'bytes',
        'bytes=0-9, 5-20',
        'bytes=9-1',
      ),
    },
    {
      name: 'reads nothing without a header',
      app: (app) => app.get('/', (req, res) => res.json([req.range(100) ?? null])),
      ask: '/',
    },
    {
      name: 'joins ranges when asked to',
      app: (app) => app.get('/', (req, res) => res.json(req.range(100, { combine: true }))),
      ask: asking('/', 'bytes=0-9,5-20,40-50,21-30', 'bytes=90-,0-0'),
    },
    {
      name: 'sends part of a file',
      app: (app) => app.get('/', (_req, res) => res.sendFile('digits.txt', { root })),
      ask: asking(
        '/',
        'bytes=0-3',
        'bytes=5-',
        'bytes=-2',
        'bytes=0-0',
        'bytes=0-100',
        'bytes=0-9',
      ),
    },
    {
      name: 'ignores what it does not understand',
      app: (app) => app.get('/', (_req, res) => res.sendFile('digits.txt', { root })),
      ask: asking('/', 'bytes=abc', 'items=0-1', 'bytes', 'chapters=1-2'),
    },
    {
      name: 'answers 416 with the size when nothing of it exists',
      app: (app, { express }) => app.use(express.static(root)),
      ask: asking('/digits.txt', 'bytes=10-', 'bytes=50-60'),
      differs: {
        id: 'file-errors',
        express: [416, 416].map((status) => ({ status })),
        ours: [416, 416].map((status) => ({ status })),
      },
    },
    {
      name: 'leaves ranges off when told to',
      app: (app) =>
        app.get('/', (_req, res) => res.sendFile('digits.txt', { root, acceptRanges: false })),
      ask: asking('/', 'bytes=0-3'),
    },
    {
      name: 'sends part for the version that If-Range names, else all of it',
      app: (app) =>
        app.get('/', (_req, res) =>
          res.sendFile('digits.txt', { root, etag: false, headers: { ETag: '"v1"' } }),
        ),
      ask: [
        { path: '/', headers: { Range: 'bytes=0-3', 'If-Range': '"v2"' } },
        { path: '/', headers: { Range: 'bytes=0-3', 'If-Range': 'Thu, 01 Jan 1970 00:00:00 GMT' } },
      ],
    },
    {
      name: 'ignores ranges of HEAD and of other methods',
      app: (app, { express }) => app.use(express.static(root)),
      ask: ['HEAD', 'POST'].map((method) => ({
        path: '/digits.txt',
        method,
        headers: { Range: 'bytes=0-3' },
      })),
      differs: {
        id: 'head-ranges',
        express: [{ status: 206 }, { status: 404 }],
        ours: [{ status: 200 }, { status: 404 }],
      },
    },
    {
      name: 'sends several ranges of a file in one reply',
      app: (app, { express }) => app.use(express.static(root)),
      ask: asking('/digits.txt', 'bytes=0-1,8-9'),
      differs: {
        id: 'multiple-ranges',
        express: [{ status: 200, body: '0123456789' }],
        ours: [{ status: 206 }],
      },
    },
    {
      name: 'sends part of a dynamic reply',
      app: (app) => app.get('/', (_req, res) => res.send('0123456789')),
      ask: asking('/', 'bytes=0-3', 'bytes=20-'),
      differs: {
        id: 'dynamic-ranges',
        express: [{ status: 200 }, { status: 200 }],
        ours: [{ status: 206, body: '0123' }, { status: 416 }],
      },
    },
    {
      name: 'sends a dynamic reply whole when it says that it has no ranges',
      app: (app) => {
        app.get('/', (_req, res) => res.set('Accept-Ranges', 'none').send('0123456789'))
        app.post('/', (_req, res) => res.send('0123456789'))
      },
      ask: [
        { path: '/', headers: { Range: 'bytes=0-3' } },
        { path: '/', method: 'POST', headers: { Range: 'bytes=0-3' } },
      ],
    },
    {
      name: 'leaves a reply alone that is a part already',
      app: (app) =>
        app.get('/', (_req, res) =>
          res.status(206).set('Content-Range', 'bytes 0-1/10').send('01'),
        ),
      ask: asking('/', 'bytes=0-1'),
    },
  ],
}
