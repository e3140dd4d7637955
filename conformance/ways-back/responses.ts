import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, expect } from 'vitest'
import { onError } from '../harness/handlers.ts'
import type { Row } from './row.ts'
import { inItsOwnProcess } from './in-process.ts'
import { asked } from './see.ts'

const views = mkdtempSync(path.join(tmpdir(), 'ways-back-views-'))
const page = path.join(views, 'page.html')
writeFileSync(page, '<p><%= name %></p>')
afterAll(() => {
  rmSync(views, { recursive: true })
})

/** What an author meets who answers. */
export const responses: readonly Row[] = [
  asked(
    'dynamic-ranges',
    (app, _side, back) => {
      app.get('/', (req, res) => {
        if (back) req.range(10)
        res.send('0123456789')
      })
    },
    { path: '/', headers: { Range: 'bytes=0-3' } },
    {
      express: { status: 200, body: '0123456789' },
      ours: { status: 206, body: '0123' },
      wayBack: 'req.range()',
    },
  ),
  asked(
    'streams-in-send',
    (app, _side, back) => {
      app.get('/', (_req, res) => {
        const stream = Readable.from(['text'])
        if (back) res.json(stream)
        else res.send(stream)
      })
    },
    '/',
    {
      express: { body: expect.stringContaining('"_events"') },
      ours: { body: 'text' },
      wayBack: 'res.json(stream)',
    },
  ),
  asked(
    'links',
    (app, _side, back) => {
      app.get('/', (_req, res) => {
        if (back) res.append('Link', '<http://a/>x>; rel="ne"xt"')
        else res.links({ 'ne"xt': 'http://a/>x' })
        res.end()
      })
    },
    '/',
    {
      express: { headers: { link: '<http://a/>x>; rel="ne"xt"' } },
      ours: { headers: { link: String.raw`<http://a/%3Ex>; rel="ne\"xt"` } },
      wayBack: "res.append('Link', text)",
    },
  ),
  asked(
    'lone-surrogates',
    (app, _side, back) => {
      const options = back ? { encode: encodeURIComponent } : {}
      app.get('/', (_req, res) => res.cookie('a', '\ud800', options).end())
    },
    '/',
    {
      express: { status: 500, body: expect.stringContaining('URIError: URI malformed') },
      ours: { status: 200, headers: { 'set-cookie': ['a=%EF%BF%BD; Path=/'] } },
      wayBack: 'encode: encodeURIComponent',
    },
  ),
  asked(
    'promises',
    (app) => {
      app.use((_req, res) => {
        const result = res.sendFile(page, () => {}) as unknown
        // The file is read behind this answer.
        res.send(typeof result)
      })
    },
    '/',
    { express: { body: 'undefined' }, ours: { body: 'object' } },
  ),
  asked(
    'patched-end',
    (app) => {
      app.use((_req, res) => {
        const end = res.end.bind(res)
        res.end = (body: unknown) => end(typeof body === 'string' ? 'text' : 'byte', 'utf8')
        res.send('four')
      })
    },
    '/',
    { express: { body: 'byte' }, ours: { body: 'text' } },
  ),
  asked(
    'error-texts',
    (app) => {
      app.get('/:id', (_req, res) => res.end())
      app.use(
        onError((error, _req, res, _next) => {
          const { message, status } = error as { message: string; status: number }
          res.json([message, status])
        }),
      )
    },
    '/%zz',
    {
      express: { body: `["Failed to decode param '%zz'",400]` },
      ours: { body: expect.stringMatching(/^\["(?!Failed to decode param '%zz'").+",400\]$/) },
    },
  ),
  asked(
    'problem-members',
    (app, _side, back) => {
      app.get('/', () => {
        throw Object.assign(new Error('wrong'), { status: 400, problem: { field: 'name' } })
      })
      if (back) {
        app.use(
          onError((error: { problem?: unknown }, _req, _res, next) => {
            delete error.problem
            next(error)
          }),
        )
      }
    },
    '/',
    {
      express: { status: 400, headers: { 'content-type': 'text/html; charset=utf-8' } },
      ours: { status: 400, headers: { 'content-type': 'application/problem+json; charset=utf-8' } },
      wayBack: 'delete error.problem',
    },
  ),
  inItsOwnProcess(
    'error-headers',
    `app.use((req, res, next) => {
      next(Object.assign(new Error('x'), { status: 400, headers: { 'X-A': 'a\\nb' } }))
    })
    const { status } = await fetch(await listen(app))
    console.log(status)`,
    { express: { code: 1 }, ours: { code: 0, printed: '400\n' } },
  ),
  asked(
    'html-views',
    (app, _side, back) => {
      app.set('views', views)
      if (back) {
        app.engine('html', () => {
          throw new Error("Cannot find module 'html'")
        })
      }
      app.get('/', (_req, res) => void res.render('page.html', { name: '<' }))
      app.use(
        onError((error, _req, res, _next) => res.status(500).send(String(error).split('\n')[0])),
      )
    },
    '/',
    {
      express: { status: 500, body: "Error: Cannot find module 'html'" },
      ours: { status: 200, body: '<p>&lt;</p>' },
      wayBack: "app.engine('html', …)",
    },
  ),
]
