import type { Family } from '../harness/case.ts'
import { onError } from '../harness/handlers.ts'

export const subApps: Family = {
  name: 'sub-apps',
  fault: (app) => {
    app.on('mount', () => {
      app.mountpath = '/wrong'
    })
  },
  cases: [
    {
      name: 'serves what is mounted, under its path',
      app: (app, { express }) => {
        const blog = express()
        blog.get('/', (req, res) => res.json([req.baseUrl, req.url, req.originalUrl]))
        blog.get('/:post', (req, res) => res.json([req.params, blog.mountpath, blog.path()]))
        app.use('/blog', blog)
      },
      ask: ['/blog', '/blog/', '/blog/first', '/'],
    },
    {
      name: 'tells of the mount, the parent and the whole path',
      app: (app, { express, note }) => {
        const inner = express()
        const outer = express()
        inner.on('mount', (parent) => note(`inner ${String(parent === outer)}`))
        outer.on('mount', (parent) => note(`outer ${String(parent === app)}`))
        outer.use('/b', inner)
        app.use('/a', outer)
        inner.get('/', (_req, res) => res.json([inner.path(), outer.path(), app.path()]))
      },
      ask: '/a/b',
    },
    {
      name: 'mounts one app on several paths',
      app: (app, { express }) => {
        const shared = express()
        shared.get('/', (req, res) => res.json([req.baseUrl, shared.mountpath]))
        app.use(['/x', '/y'], shared)
      },
      ask: ['/x', '/y'],
    },
    {
      name: 'inherits settings, unless it has its own',
      app: (app, { express }) => {
        const inner = express()
        app.set('title', 'outer').set('own', 'outer').set('json spaces', 2).enable('flag')
        inner.set('own', 'inner')
        app.use('/in', inner)
        app.set('late', 'set after')
        inner.get('/', (_req, res) =>
          res.json(
            ['title', 'own', 'late', 'json spaces', 'none'].map((name) => inner.get(name) ?? null),
          ),
        )
        inner.get('/flag', (_req, res) => res.json([inner.enabled('flag'), inner.disabled('flag')]))
      },
      ask: ['/in', '/in/flag'],
    },
    {
      name: 'inherits trust, unless it was set',
      app: (app, { express }) => {
        app.set('trust proxy', true)
        const inherits = express()
        const own = express().set('trust proxy', false)
        for (const inner of [inherits, own]) inner.get('/', (req, res) => res.json([req.ip]))
        app.use('/inherits', inherits)
        app.use('/own', own)
      },
      ask: ['/inherits', '/own'].map((path) => ({
        path,
        headers: { 'X-Forwarded-For': '10.0.0.1' },
      })),
    },
    {
      name: 'has its own app in req and res, and gives the outer one back',
      app: (app, { express, note }) => {
        const inner = express()
        inner.use((req, res, next) => {
          note(`in ${String(req.app === inner)} ${String(res.app === inner)}`)
          next()
        })
        app.use('/in', inner)
        app.use((req, res) => {
          note(`out ${String(req.app === app)} ${String(res.app === app)}`)
          res.send('end')
        })
      },
      ask: ['/in/x', '/'],
    },
    {
      name: 'inherits what was added to app.request and app.response',
      app: (app, { express }) => {
        Object.assign(app.request, { greet: () => 'from the outer request' })
        const inner = express()
        Object.assign(inner.response, { shout: () => 'from the inner response' })
        inner.get('/', (req, res) => {
          const request = req as unknown as { greet(): string }
          const response = res as unknown as { shout(): string }
          res.json([request.greet(), response.shout()])
        })
        app.use('/in', inner)
        app.use((_req, res) => res.json(['shout' in res]))
      },
      ask: ['/in', '/out'],
    },
    {
      name: 'shares res.locals, not app.locals',
      app: (app, { express }) => {
        app.locals['outer'] = 1
        const inner = express()
        inner.locals['inner'] = 1
        app.use((_req, res, next) => {
          res.locals['seen'] = 'by both'
          next()
        })
        inner.get('/', (_req, res) =>
          res.json([Object.keys(inner.locals).toSorted(), { ...res.locals }]),
        )
        app.use('/in', inner)
      },
      ask: '/in',
    },
    {
      name: 'passes on what it does not answer, and its errors',
      app: (app, { express, note }) => {
        const inner = express()
        inner.get('/error', () => {
          throw Object.assign(new Error('inner'), { status: 418 })
        })
        inner.use((_req, _res, next) => (note('inner'), next()))
        app.use('/in', inner)
        app.use(
          onError((error, _req, res, _next) => {
            note(`outer ${(error as Error).message}`)
            res.status(418).send('outer')
          }),
        )
        app.use((_req, res) => res.status(404).send('outer 404'))
      },
      ask: ['/in/error', '/in/none'],
    },
    {
      name: 'handles errors itself where it can',
      app: (app, { express }) => {
        const inner = express()
        inner.get('/', () => {
          throw new Error('inner')
        })
        inner.use(onError((_error, _req, res, _next) => res.send('handled inside')))
        app.use('/in', inner)
        app.use(onError((_error, _req, res, _next) => res.send('outside')))
      },
      ask: '/in',
    },
    {
      name: 'sends X-Powered-By as the outer app says',
      app: (app, { express }) => {
        app.disable('x-powered-by')
        const inner = express()
        inner.get('/', (_req, res) => res.send('x'))
        app.use('/in', inner)
      },
      ask: ['/in', '/'],
    },
  ],
}
