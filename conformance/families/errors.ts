import type express from '@tokkyu/core'

import type { Family } from '../harness/case.ts'
import { onError, onRequest } from '../harness/handlers.ts'
import { override } from '../harness/override.ts'

const teapot = (message = 'short and stout') => Object.assign(new Error(message), { status: 418 })

export const errors: Family = {
  name: 'errors',
  fault: (app) => {
    override(app.response, 'setHeader', (setHeader, name, value) =>
      setHeader(name, name === 'Content-Security-Policy' ? 'none' : value),
    )
  },
  cases: [
    {
      name: 'answers what is thrown, passed on and rejected alike',
      app: (app) => {
        app.get('/throw', () => {
          throw teapot()
        })
        app.get('/next', (_req, _res, next) => next(teapot()))
        app.get('/reject', async () => {
          throw teapot()
        })
        app.get('/later', async () => {
          await Promise.resolve()
          throw teapot()
        })
      },
      ask: ['/throw', '/next', '/reject', '/later'],
    },
    {
      name: 'takes the status from the error',
      app: (app) => {
        app.get('/:status', (req, _res, next) => {
          next(Object.assign(new Error('x'), { status: Number(req.params['status']) }))
        })
      },
      ask: ['/400', '/404', '/499', '/500', '/599', '/200', '/304', '/600', '/99', '/NaN'],
    },
    {
      name: 'takes statusCode too, and the status of the reply when the error has none',
      app: (app) => {
        app.get('/code', (_req, _res, next) =>
          next(Object.assign(new Error('x'), { statusCode: 410 })),
        )
        app.get('/set', (_req, res, next) => {
          res.status(503)
          next(new Error('x'))
        })
        app.get('/fine', (_req, res, next) => {
          res.status(201)
          next(new Error('x'))
        })
      },
      ask: ['/code', '/set', '/fine'],
    },
    {
      name: 'sends the headers of an error',
      app: (app) => {
        app.get('/', (_req, _res, next) =>
          next(Object.assign(teapot(), { headers: { 'Retry-After': '5' } })),
        )
      },
      ask: '/',
    },
    {
      name: 'answers what is thrown and is no error',
      app: (app) => {
        app.get('/text', () => {
          // oxlint-disable-next-line typescript/only-throw-error -- what programs do
          throw 'just text'
        })
        app.get('/object', (_req, _res, next) => next({ status: 409, any: 'thing' }))
        app.get('/number', (_req, _res, next) => next(42))
        app.get('/nothing', () => Promise.reject())
        app.get('/falsy', (_req, _res, next) => next(0))
      },
      ask: ['/text', '/object', '/number', '/nothing', '/falsy'],
    },
    {
      name: 'escapes what it shows',
      app: (app) => {
        app.get('/', () => {
          throw new Error('<script>"&\'</script>\n  next line')
        })
      },
      ask: ['/', '/%3Cscript%3E', '/caf%C3%A9', "/'%22"],
    },
    {
      name: 'hides the stack in production',
      app: (app) => {
        app.set('env', 'production')
        app.get('/', (_req, _res, next) => next(teapot('secret')))
        app.get('/fault', () => {
          throw new Error('secret')
        })
      },
      ask: ['/', '/fault', '/none'],
    },
    {
      name: 'goes to the next error handler, past everything else',
      app: (app, { note }) => {
        app.get('/', () => {
          throw teapot()
        })
        app.use((_req, _res, next) => (note('middleware'), next()))
        app.use(onError((error, _req, _res, next) => (note(`1 ${error.message}`), next(error))))
        app.get('/', (_req, res) => (note('route'), res.send('no')))
        app.use(
          onError((error, _req, res, _next) => {
            note(`2 ${error.message}`)
            res.status(error.status).send('handled')
          }),
        )
      },
      ask: '/',
    },
    {
      name: 'goes on with the plain road once an error handler calls next()',
      app: (app, { note }) => {
        app.get('/', (_req, _res, next) => next(teapot()))
        app.use(onError((_error, _req, _res, next) => (note('mended'), next())))
        app.get('/', (_req, res) => res.send('after'))
      },
      ask: '/',
    },
    {
      name: 'takes an error of an error handler',
      app: (app) => {
        app.get('/', (_req, _res, next) => next(new Error('first')))
        app.use(
          onError(() => {
            throw teapot('second')
          }),
        )
        app.use(
          onError((error: Error, _req: unknown, _res: unknown, _next: unknown) => {
            throw teapot(`${error.message} third`)
          }),
        )
        app.use(
          onError(async (error: Error, _req: unknown, _res: unknown, _next: unknown) => {
            throw teapot(`${error.message} fourth`)
          }),
        )
      },
      ask: '/',
    },
    {
      name: 'has error handlers in a route',
      app: (app, { note }) => {
        app.get(
          '/',
          onRequest((_req, _res, next) => next(teapot())),
          onRequest((_req, _res, next) => (note('skipped'), next())),
          onError((_error, _req, res, _next) => (note('own'), res.send('own'))),
        )
      },
      ask: '/',
    },
    {
      name: 'breaks off a reply that an error overtakes',
      app: (app) => {
        app.get('/', (_req, res, next) => {
          res.write('half')
          setImmediate(() => next(new Error('too late')))
        })
      },
      ask: '/',
    },
    {
      name: 'breaks off a reply behind what was written in the same turn',
      app: (app) =>
        app.get('/', (_req, res) => {
          res.write('half')
          throw new Error('x')
        }),
      ask: '/',
    },
    {
      name: 'leaves a finished reply alone',
      app: (app) => {
        app.get('/', (_req, res, next) => {
          res.send('whole')
          next(new Error('too late'))
        })
      },
      ask: '/',
    },
    {
      name: 'answers in place of a reply whose status was refused',
      app: (app) => {
        const answers: Record<string, (res: express.Response) => unknown> = {
          send: (res) => res.send('text'),
          json: (res) => res.json({ a: 1 }),
          end: (res) => res.end('text'),
          head: (res) => res.writeHead(1000),
        }
        app.get('/:how', (req, res) => {
          res.statusCode = 1000
          answers[req.params['how']]?.(res)
        })
        app.use(
          onError((error, req, res, next) => {
            if (req.query['own'] === undefined) next(error)
            else res.status(500).json({ error: error.message, names: res.getHeaderNames() })
          }),
        )
      },
      ask: ['/send', '/json', '/end', '/head', '/send?own', '/json?own', '/end?own', '/head?own'],
    },
    {
      name: 'clears the headers of the reply that failed, and guards the page',
      app: (app) => {
        app.get('/', (_req, res, next) => {
          res.set({ 'Content-Encoding': 'gzip', 'X-Own': 'kept', ETag: '"x"' })
          res.cookie('a', '1')
          next(teapot())
        })
      },
      ask: ['/', '/none'],
    },
    {
      name: 'gives HEAD the headers alone',
      app: (app) => {
        // A stack would show in the length.
        app.set('env', 'production').get('/', (_req, _res, next) => next(teapot()))
      },
      ask: [
        { path: '/', method: 'HEAD' },
        { path: '/none', method: 'HEAD' },
      ],
    },
    {
      name: 'reads a request to its end before it answers 404',
      app: () => {},
      ask: { path: '/', method: 'POST', body: 'x'.repeat(200_000) },
    },
  ],
}
