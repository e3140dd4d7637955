import { fileURLToPath } from 'node:url'
import type { App, Family, Question } from '../harness/case.ts'
import { onError } from '../harness/handlers.ts'
import { override } from '../harness/override.ts'

const root = fileURLToPath(new URL('../fixtures/public', import.meta.url))

const plainErrors = (app: App) => {
  app.use(
    onError((error, _req, res, _next) => {
      res.status(error.status ?? 500).json([error.status, error.code === 'ENOENT'])
    }),
  )
}

export const staticFiles: Family = {
  name: 'static',
  fault: (app) => {
    override(app.response, 'setHeader', (setHeader, name, value) =>
      setHeader(name, name === 'Cache-Control' ? 'no-store' : value),
    )
  },
  cases: [
    {
      name: 'serves files with type, length and validators',
      app: (app, { express }) => app.use(express.static(root)),
      ask: [
        '/hello.txt',
        '/data.json',
        '/empty.txt',
        '/nested/page.html',
        '/with%20space.txt',
        '/%C3%BC.txt',
      ],
    },
    {
      name: 'serves HEAD, and nothing else',
      app: (app, { express }) => app.use(express.static(root)),
      ask: ['HEAD', 'POST', 'OPTIONS', 'DELETE'].map((method) => ({ path: '/hello.txt', method })),
    },
    {
      name: 'answers itself for other methods when it is not to fall through',
      app: (app, { express }) => app.use(express.static(root, { fallthrough: false })),
      ask: ['POST', 'GET'].map((method): Question => ({ path: '/hello.txt', method })),
    },
    {
      name: 'serves the index of a folder, and redirects to its slash',
      app: (app, { express }) => app.use('/files', express.static(root)),
      ask: [
        '/files/',
        '/files',
        '/files/nested',
        '/files/nested/',
        '/files/nested?x=1',
        '/files/hello.txt/',
      ],
    },
    {
      name: 'leaves folders alone when told to',
      app: (app, { express }) => {
        app.use('/a', express.static(root, { redirect: false, index: false }))
        app.use('/b', express.static(root, { index: ['none.html', 'hello.txt'] }))
        app.use((_req, res) => res.status(404).send('after'))
      },
      ask: ['/a/nested', '/a/nested/', '/a/', '/b/'],
    },
    {
      name: 'goes on when there is no such file',
      app: (app, { express, note }) => {
        app.use(express.static(root))
        app.use((req, res) => (note('after'), res.status(404).send(req.url)))
      },
      ask: ['/none', '/none/', '/nested/none.html', `/${'x'.repeat(300)}`],
    },
    {
      name: 'says what is wrong when it is not to fall through',
      app: (app, { express }) => {
        app.use(express.static(root, { fallthrough: false }))
        plainErrors(app)
      },
      ask: ['/none', '/.hidden'],
    },
    {
      name: 'never leaves its root',
      app: (app, { express }) => {
        app.use(express.static(`${root}/nested`))
        app.use((_req, res) => res.status(404).send('after'))
      },
      ask: ['/../hello.txt', '/%2e%2e/hello.txt', '/..%2fhello.txt', '/x/../../hello.txt'],
    },
    {
      name: 'hides dot files, shows them or forbids them',
      app: (app, { express }) => {
        app.use('/ignore', express.static(root))
        app.use('/allow', express.static(root, { dotfiles: 'allow' }))
        app.use('/deny', express.static(root, { dotfiles: 'deny' }))
        plainErrors(app)
      },
      ask: ['/ignore/.hidden', '/allow/.hidden', '/deny/.hidden', '/deny/hello.txt'],
    },
    {
      name: 'tries extensions',
      app: (app, { express }) => {
        app.use(express.static(root, { extensions: ['html', 'txt'] }))
      },
      ask: ['/hello', '/nested/page', '/nested', '/none'],
    },
    {
      name: 'says how long a file may be kept',
      app: (app, { express }) => {
        app.use('/ms', express.static(root, { maxAge: 5000 }))
        app.use('/text', express.static(root, { maxAge: '1 day' }))
        app.use('/immutable', express.static(root, { maxAge: '1y', immutable: true }))
        app.use(
          '/off',
          express.static(root, { cacheControl: false, lastModified: false, etag: false }),
        )
      },
      ask: ['/ms', '/text', '/immutable', '/off'].map((mount) => `${mount}/hello.txt`),
    },
    {
      name: 'lets headers be set',
      app: (app, { express, note }) => {
        app.use(
          express.static(root, {
            setHeaders: (res, path, stat) => {
              note(`${path.slice(root.length)} ${stat.size}`)
              res.setHeader('X-Own', '1')
              res.setHeader('Content-Type', 'text/x-own')
            },
          }),
        )
      },
      ask: ['/hello.txt', '/none'],
    },
    {
      name: 'answers 304 and 412 for what the client has',
      app: (app, { express }) => app.use(express.static(root)),
      ask: [
        '/hello.txt',
        ([first]) => ({
          path: '/hello.txt',
          headers: { 'If-None-Match': String(first?.headers.etag) },
        }),
        ([first]) => ({
          path: '/hello.txt',
          headers: { 'If-Modified-Since': String(first?.headers['last-modified']) },
        }),
      ],
    },
    {
      name: 'answers 412 to a condition that fails',
      app: (app, { express }) => app.use(express.static(root)),
      ask: [
        { path: '/hello.txt', headers: { 'If-Match': '"other"' } },
        { path: '/hello.txt', headers: { 'If-Unmodified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' } },
      ],
      differs: {
        id: 'file-errors',
        express: [412, 412].map((status) => ({ status })),
        ours: [412, 412].map((status) => ({ status })),
      },
    },
    {
      name: 'sends single files, with a callback',
      app: (app, { note }) => {
        app.get('/file', (_req, res) => {
          void res.sendFile('hello.txt', { root }, (error) => note(String(error)))
        })
        app.get('/headers', (_req, res) => {
          void res.sendFile(`${root}/hello.txt`, {
            headers: { 'X-Own': '1', 'Content-Type': 'x/y' },
          })
        })
        app.get('/missing', (_req, res) => {
          void res.sendFile('none', { root }, (error) => {
            const { status, code } = error as unknown as Record<string, unknown>
            note(`${String(status)} ${String(code)}`)
            res.status(404).send('callback')
          })
        })
        app.get('/folder', (_req, res) => void res.sendFile('nested', { root }))
        app.get('/hidden', (_req, res) => void res.sendFile('.hidden', { root }))
        app.get('/outside', (_req, res) => void res.sendFile('../views/hello.tmpl', { root }))
        plainErrors(app)
      },
      ask: ['/file', '/headers', '/missing', '/folder', '/hidden', '/outside'],
    },
    {
      name: 'refuses paths that say too little',
      app: (app) => {
        app.get('/none', (_req, res) => void res.sendFile(undefined as never))
        app.get('/number', (_req, res) => void res.sendFile(42 as never))
        app.get('/relative', (_req, res) => void res.sendFile('hello.txt'))
        app.use(
          onError((error, _req, res, _next) => {
            res.json([(error as Error).name, (error as Error).message])
          }),
        )
      },
      ask: ['/none', '/number', '/relative'],
    },
    {
      name: 'asks the client to save a file',
      app: (app) => {
        app.get('/plain', (_req, res) => void res.download(`${root}/hello.txt`))
        app.get('/named', (_req, res) => void res.download(`${root}/hello.txt`, 'Größe "1".txt'))
        app.get('/path', (_req, res) => void res.download(`${root}/hello.txt`, '../../etc/passwd'))
        app.get('/root', (_req, res) => void res.download('hello.txt', { root }))
        app.get('/all', (_req, res) => {
          const headers = { 'X-Own': '1', 'content-disposition': 'inline' }
          void res.download('hello.txt', 'x.txt', { root, headers, maxAge: 1000 }, () => {})
        })
        app.get('/missing', (_req, res) => void res.download('/none/at/all'))
        app.get('/attachment', (_req, res) => res.attachment('a/b/ü.pdf').send('x'))
        app.get('/bare', (_req, res) => res.attachment().send('x'))
        plainErrors(app)
      },
      ask: ['plain', 'named', 'path', 'root', 'all', 'missing', 'attachment', 'bare'].map(
        (x) => `/${x}`,
      ),
    },
    {
      name: 'refuses a root that is none',
      app: (app, { express, note }) => {
        for (const bad of [undefined, 42, '']) {
          try {
            express.static(bad as never)
          } catch (error) {
            note((error as Error).name)
          }
        }
        app.get('/', (_req, res) => res.send('x'))
      },
      ask: '/',
    },
  ],
}
